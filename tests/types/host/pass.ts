// What an author may write in a host script, line for line without an error.
import {
  broadcast, broadcastSettled, channelEvents, drain, handle, invoke, IpcError, onChannel, once, onEvent,
  recvWindowEvent, sendToWindow, windowEvents, windowEventsFor,
} from "runtime:ipc";
import type { Call, DeniedPayload, IpcEvent, MessageEvent, Off, Outcome, WindowEvent } from "runtime:ipc";
import { createWindow, getWindow, Window, windowEvents as lifecycle, windows } from "runtime:window";
import type { Rect, WindowInfo } from "runtime:window";
import { configure, onOutput, outputs, screenshot, setBrightness, sleep, wake } from "runtime:screen";
import type { Output, OutputMode, OutputSettings } from "runtime:screen";
import { exit } from "runtime:app";

interface Item { sku: number; image?: Uint8Array }

const off: Off = onChannel("cart:add", (item: Item, windowId, event) => {
  const text: string = windowId + event.origin;
  const again: boolean = event.redelivered ?? false;
  console.log(item.sku.toFixed(), text, again);
});
off();
once("ready", async () => {});
onChannel("untyped", (payload) => { console.log(payload); });

// The seed's own signatures.
const callback = (payload: unknown, windowId: string): void => { console.log(payload, windowId); };
onChannel("seed", callback);
const stream: AsyncGenerator<IpcEvent, void, unknown> = windowEvents();
void stream.return();

for await (const event of windowEvents()) {
  if (event.channel === "__window__" && event.type === "denied") {
    const denied: DeniedPayload = event.payload;
    const rule: string | null = denied.rule;
    console.log(denied.direction === "send", rule?.length);
  } else if (event.type === undefined) {
    const message: MessageEvent = event;
    console.log(message.payload, message.inFrame === true);
  } else {
    const one: WindowEvent = event;
    const count: number = one.payload.count;
    console.log(count);
  }
  switch (event.type) {
    case "crash": console.log(event.payload.reason); break;
    case "load": console.log(event.payload.url); break;
  }
}
for await (const { payload } of channelEvents<Item>("cart:add")) console.log(payload.sku);
for await (const event of windowEventsFor("main")) console.log(event.windowId);
for await (const event of lifecycle()) console.log(event.type.length);

handle("price", (sku: number, call: Call) => {
  call.signal.addEventListener("abort", () => {});
  if (sku < 0) throw new IpcError(7001, "no such thing");
  return { price: sku, by: call.windowId };
});
const selection = await invoke<string[]>("main", "selection", null, { timeout: 1000 });
selection.map((id) => id.length);

const controller = new AbortController();
await sendToWindow("main", "time", new Date(), { ack: true, retry: true, signal: controller.signal });
await sendToWindow("main", "bytes", new Uint8Array(3));
await broadcast("*", "theme", "dark");
await broadcast(["left", "right"] as const, "theme");
const outcomes: Outcome[] = await broadcastSettled("*", "ping");
outcomes.filter((o) => o.status === "rejected").map((o) => o.reason?.code);
await drain("main");
onEvent((event) => event.windowId);
console.log((await recvWindowEvent()).channel);

const help: Window = await createWindow({ id: "help", url: "help.html" });
await help.navigate("other.html");
await help.send("hello", 1, { ack: true });
help.onClose((event) => { console.log(event.windowId); })();
const panel: Window = await createWindow({
  url: "panel.html", output: "HDMI-A-1", x: -8, y: 40, width: 320, height: 0, z: 1, visible: false,
  transparent: true, zoom: 1.5, focus: false,
});
await panel.setBounds({ y: 40, width: 320 });
await panel.setBounds();
await panel.setVisible(!(await panel.isVisible()));
const { x, y, width, height }: Rect = await panel.getBounds();
await panel.move(x + 1, y);
await panel.resize(width, height);
const png: Uint8Array = await panel.screenshot();
await panel.setZoom((await panel.getZoom()) * 2);
const info: WindowInfo = await panel.info();
console.log(info.output?.length, info.frames, png.length, (await panel.getTitle()).length);
panel.onResize((event) => { console.log(event.payload.width, event.payload.height); })();
panel.onMove((event) => { console.log(event.payload.x, event.payload.y); })();
for (const off of [panel.onClose((event) => event.payload.count), panel.onFocus((event) => event.type === "focus"), panel.onBlur((event) => event.type === "blur")])
  off();
const offer: Off = panel.onCloseRequested((request) => { request.preventDefault(); return request.windowId === "main"; });
offer();
panel.onCloseRequested(async () => false);
if (await help.close()) exit();
await getWindow("main").reload();
(await windows()).map((id) => id.length);

try {
  await createWindow();
} catch (error) {
  if (error instanceof IpcError && error.code === 7002 && error.uncertain) console.log(error.name);
}
const id: number = setTimeout((text: string) => { console.log(text); }, 10, "later");
clearTimeout(id);
queueMicrotask(() => { console.log(performance.now()); });
exit(1);

const lit: Output[] = (await outputs()).filter((o) => o.state === "lit");
const best: OutputMode | undefined = lit[0]?.modes.find((m) => m.preferred);
const settings: OutputSettings = { rotation: 90, scale: 1.5, mode: best ? `${best.width}x${best.height}` : "preferred" };
console.log((await configure("HDMI-A-1", settings)).mode?.refresh);
const now: number = await setBrightness("eDP-1", 0.4);
await sleep();
await wake("HDMI-A-1");
const shot: Uint8Array = await screenshot();
const deaf = onOutput((output) => { console.log(output.name, output.mmWidth ?? 0, output.brightness ?? 1); });
deaf();
console.log(now, shot.length);

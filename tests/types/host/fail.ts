// What must not compile: each line that says so has that error, and no other line has any.
import { broadcast, handle, invoke, IpcError, onChannel, sendToWindow, windowEvents } from "runtime:ipc";
import { recvEvents } from "runtime:ipc"; // error TS2305
import { createWindow, getWindow, Window } from "runtime:window";
import { exit } from "runtime:app";
import { readFile } from "runtime:fs"; // error TS2307

void sendToWindow(1, "time"); // error TS2345
void sendToWindow("main"); // error TS2554
void sendToWindow("main", "time", 1, { acked: true }); // error TS2561
void sendToWindow("main", "time", 1, { timeout: "1 s" }); // error TS2322
void sendToWindow("main", "time", 1, { signal: true }); // error TS2322
void broadcast("main", "time"); // error TS2345
void broadcast([1], "time"); // error TS2322
onChannel("x", "not a function"); // error TS2345
onChannel("x", (payload) => { console.log(payload.sku); }); // error TS18046
onChannel("x", (payload: string, windowId: number) => { console.log(payload, windowId); }); // error TS2345
handle("x"); // error TS2554
const text = (await invoke("main", "x")).length; // error TS2571
for await (const event of windowEvents()) {
  if (event.type === "closed") break; // error TS2367
  if (event.type === "load") console.log(event.payload.reason); // error TS2339
  event.payload.sku; // error TS18046
}
for (const event of windowEvents()) console.log(event); // error TS2488
throw new IpcError(1, "no such code"); // error TS2345
void createWindow({ resizable: true }); // error TS2353
void createWindow({ width: "800" }); // error TS2322
void getWindow("main").setZ("front"); // error TS2345
void getWindow("main").minimize(); // error TS2339
void createWindow({ url: 7 }); // error TS2322
new Window(); // error TS2673
getWindow("main").id = "other"; // error TS2540
getWindow("main").onClose((event) => event.type.close); // error TS2339
exit("now"); // error TS2345
document.title = text; // error TS2584
window.alert(); // error TS2552
readFile;
recvEvents;

import { configure, onOutput, outputs, sleep } from "runtime:screen";
configure("HDMI-A-1", { rotate: 90 }); // error TS2353
configure("HDMI-A-1", { scale: "2" }); // error TS2322
configure({ scale: 2 }); // error TS2554
sleep(1); // error TS2345
(await outputs())[0]?.state === "on"; // error TS2367
onOutput((output: string) => {}); // error TS2345

// Written against the seed page of runtime:ipc, in the style of its examples: nothing in here
// knows of Kiln.
import { sendToWindow, onChannel, onEvent, windowEvents, windowEventsFor, channelEvents, recvWindowEvent, broadcast } from "runtime:ipc";
import type { IpcEvent } from "runtime:ipc";

interface State {
  items: string[];
  from: string | null;
}

interface AddPayload {
  text: string;
}

const state: State = { items: [], from: null };
const ready: string[] = [];

// Callbacks
const stopEvents: () => void = onEvent((event: IpcEvent) => {
  if (event.channel === "ready") {
    console.log("onEvent saw ready");
    stopEvents();
  }
});

onChannel("greet", (payload, windowId) => {
  const { name } = payload as { name: string };
  console.log(`onChannel greet ${name} from ${windowId}`);
  sendToWindow(windowId, "greeting", { text: `Hello, ${name}!` });
});

// Async generators
async function watchSecond(): Promise<void> {
  for await (const event of windowEventsFor("second")) {
    if (event.channel === "add") {
      console.log(`windowEventsFor second: ${(event.payload as AddPayload).text}`);
      break;
    }
  }
  console.log("windowEventsFor ended");
}

async function watchChannel(): Promise<void> {
  let seen = 0;
  for await (const event of channelEvents("add")) {
    console.log(`channelEvents add ${++seen}: ${event.windowId}`);
  }
}

async function* greetings(): AsyncGenerator<string> {
  for await (const event of windowEvents()) {
    if (event.channel === "greet") {
      yield event.windowId;
    }
  }
}

async function watchGreetings(): Promise<void> {
  const greeters = new Set<string>();
  for await (const windowId of greetings()) {
    greeters.add(windowId);
    if (greeters.size === 2) {
      break;
    }
  }
  console.log(`greeted by ${[...greeters].sort().join(" and ")}`);
}

function onWindow(event: IpcEvent): void {
  switch (event.type) {
    case "close":
      console.log(`window ${event.windowId} closed`);
      break;
    case "focus":
    case "blur":
      break;
    case "resize": {
      const { width, height } = event.payload as { width: number; height: number };
      console.log(`window ${event.windowId} is ${width}x${height}`);
      break;
    }
  }
}

async function main(): Promise<void> {
  const events: AsyncGenerator<IpcEvent, void, unknown> = windowEvents();

  watchSecond();
  watchChannel();
  watchGreetings();
  const first = await recvWindowEvent();
  console.log(`recvWindowEvent ${first?.channel}`);

  for await (const event of events) {
    switch (event.channel) {
      case "ready":
        ready.push(event.windowId);
        if (ready.length === 2) await broadcast(ready, "theme", "dark");
        await sendToWindow(event.windowId, "state", state);
        break;
      case "add": {
        const payload = event.payload as AddPayload;
        state.items.push(payload.text);
        state.from = event.windowId;
        await broadcast(["main", "second"], "state", state);
        break;
      }
      case "__window__":
        onWindow(event);
        break;
    }
  }
}

main();

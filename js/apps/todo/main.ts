// The host script: it holds the list, the page only shows it. So the list outlives the page,
// whether that is reloaded or its process dies.
import { exit } from 'runtime:app';
import { windowEvents } from 'runtime:ipc';
import { createWindow, getWindow, windows, type Window } from 'runtime:window';

import type { Commands, News } from './shared/messages';
import { Refusal, Store } from './store';

const WINDOW = 'main';

const store = new Store();

// A payload is whatever the page has sent: it is looked at before it is believed.
function text(payload: unknown): string {
  if (typeof payload !== 'string') throw new TypeError('the payload is no text');
  return payload;
}

function id(payload: unknown): number {
  if (typeof payload !== 'number') throw new TypeError('the payload is no id');
  return payload;
}

const commands: { [C in keyof Commands]: (payload: unknown) => void } = {
  'todo:add': (payload) => store.add(text(payload)),
  'todo:toggle': (payload) => store.toggle(id(payload)),
  'todo:remove': (payload) => store.remove(id(payload)),
  'todo:clear': () => store.clearDone(),
};

function isCommand(channel: string): channel is keyof Commands {
  return Object.hasOwn(commands, channel);
}

/** Window.send with the channel's own type; a page that is gone is no reason to end. */
async function tell<C extends keyof News>(window: Window, channel: C, payload: News[C]): Promise<void> {
  try {
    await window.send(channel, payload);
  } catch (error) {
    console.warn(`${channel}:`, error);
  }
}

async function obey(window: Window, channel: keyof Commands, payload: unknown): Promise<void> {
  try {
    commands[channel](payload);
    await tell(window, 'todo:list', store.list);
  } catch (error) {
    if (error instanceof Refusal) await tell(window, 'todo:refused', error.message);
    else console.warn(`${channel}:`, error);
  }
}

/** A script that is started again finds the windows of its last run. */
async function openWindow(): Promise<Window> {
  if ((await windows()).includes(WINDOW)) return getWindow(WINDOW);
  return createWindow({ id: WINDOW, url: 'index.html' });
}

async function main(): Promise<void> {
  // Before the window, so that nothing of it is missed.
  const events = windowEvents();
  const window = await openWindow();

  await tell(window, 'todo:list', store.list);
  for await (const { type, channel, payload } of events) {
    if (type === 'load') await tell(window, 'todo:list', store.list);
    else if (isCommand(channel)) await obey(window, channel, payload);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  exit(1);
});

// The host script: runs the plant, tells both windows how it stands, and answers the operator.
import { broadcast, handle, onEvent, sendToWindow } from 'runtime:ipc';

import { parseOrder } from './order';
import { Plant, Refusal } from './plant';
import { NOTICE_MAX, type Answer, type Status } from './shared/messages';

/** A minute of the plant; a real one takes 60 s. */
const MINUTE_MS = 1000;

const plant = new Plant();
let notice = 'Glaze delivery at 14:00';

function status(): Status {
  return { kilns: plant.report(), notice };
}

function publish(): void {
  broadcast('*', 'plant:status', status()).catch((error: unknown) => {
    console.warn('status:', error);
  });
}

// What a handler returns the page's invoke() resolves with, and rejects with what it throws.
handle('plant:order', (payload): Answer => {
  try {
    plant.order(parseOrder(payload));
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
  publish();
  return { refused: null };
});

handle('plant:notice', (payload) => {
  if (typeof payload !== 'string' || payload.length > NOTICE_MAX)
    throw new TypeError(`a notice is text of at most ${NOTICE_MAX} characters`);
  notice = payload;
  publish();
});

// A page that has just come, or come back, does not wait for the next minute.
onEvent(async ({ type, windowId }) => {
  if (type === 'load') await sendToWindow(windowId, 'plant:status', status());
});

setInterval(() => {
  plant.tick();
  publish();
}, MINUTE_MS);

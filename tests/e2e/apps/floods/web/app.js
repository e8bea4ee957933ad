// The page's part of a flood: which one it is, is the name of the window.
const SLOW_EVERY = 2000, SLOW_MS = 5, BURST = 2000;
const heedless = runtime.windowId === 'up-heedless';
let received = 0, last = -1, inOrder = true;

// The next turn of the event loop, sooner than a timer would have it.
const turns = new MessageChannel();
const turn = () => new Promise((resolve) => {
  turns.port1.onmessage = resolve;
  turns.port2.postMessage(0);
});

runtime.handle('here', () => true);

runtime.handle('go', async (count) => {
  let accepted = 0, refused = 0;
  while (heedless ? accepted + refused < count : accepted < count) {
    try {
      runtime.send('flood', String(accepted).padEnd(100, '.'));
      accepted++;
    } catch (error) {
      if (error.name !== 'QueueFull') throw error;
      refused++;
      if (!heedless) await runtime.drain();
    }
    if (heedless && (accepted + refused) % BURST === 0) await turn();
  }
  return { sent: accepted + refused, accepted, refused };
});

runtime.on('flood', (payload) => {
  const n = parseInt(payload, 10);
  // Without a gap where the sender repeats what was refused, and never back.
  inOrder &&= runtime.windowId === 'down-awaiting' ? n === last + 1 : n > last;
  last = n;
  if (++received % SLOW_EVERY === 0)
    for (const end = performance.now() + SLOW_MS; performance.now() < end;);
});
runtime.handle('sum', () => ({ received, inOrder }));

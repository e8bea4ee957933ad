// One message at a time, there and back, in series of a fixed size of JSON text.
const WARM_UP = 2000, ROUNDS = 10000;

function payload(bytes) {
  const o = bytes <= 64
    ? { id: 4711, t: 'state', v: [1, 2, 3], s: '' }
    : { id: 4711, t: 'sensor', ts: 1700000000123, src: { dev: 'panel-1', bus: 'can0', ok: true, err: null },
        vals: Array.from({ length: 12 }, (_, i) => ({ n: `temp${i}`, v: 21.375 + i, u: 'C', ok: i % 3 !== 0 })), s: '' };
  o.s = 'kiosk sensor panel valve state '.repeat(40).slice(0, bytes - JSON.stringify(o).length);
  return o;
}

function rounds(message, count) {
  return new Promise((resolve) => {
    const off = runtime.on('e', () => {
      if (--count > 0) return runtime.send('e', message);
      off();
      resolve();
    });
    runtime.send('e', message);
  });
}

addEventListener('load', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (const bytes of [64, 1024]) {
    const message = payload(bytes);
    await rounds(message, WARM_UP);
    runtime.send('start', null);
    await rounds(message, ROUNDS);
    runtime.send('end', bytes);
  }
  runtime.send('done', null);
});

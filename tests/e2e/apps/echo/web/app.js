// Sends 10,000 messages as fast as there is room, and checks each that comes back.
const COUNT = 10000;
const make = (n) => ({ n, text: `message ${n} ü € 😀`, list: [n, -n, n / 8], even: n % 2 === 0, none: null });
let sent = 0, received = 0, full = 0, ended = false;

function end(error) {
  if (ended) return;
  ended = true;
  runtime.send('done', { received, sent, full, error });
}

function pump() {
  while (sent < COUNT) {
    try {
      runtime.send('echo', make(sent));
    } catch (error) {
      if (error.name !== 'QueueFull') return end(`send ${sent}: ${error}`);
      full++;
      return setTimeout(pump, 1);
    }
    sent++;
  }
}

runtime.on('echo', (got) => {
  const want = JSON.stringify(make(received)), have = JSON.stringify(got);
  if (want !== have) return end(`message ${received}: wanted ${want}, got ${have}`);
  if (++received === COUNT) setTimeout(() => end(null), 200); // none may come after the last
});
pump();

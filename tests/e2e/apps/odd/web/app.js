const report = (name, value) => runtime.send('report', `${name}: ${value}`);
const transfers = (bytes) => {
  try {
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return true;
  } catch (error) {
    return error.name;
  }
};
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

(async () => {
  // More than the page's buffer, before the first listener.
  runtime.send('large', new Uint8Array(2 << 20));
  const ticked = new Promise((resolve) => runtime.on('tick', resolve));
  await Promise.race([ticked, later(5000).then(() => report('tick', 'never came'))]);
  report('tick', 'came');
  report('const host', window.taken);

  const sent = Uint8Array.of(1, 2, 3);
  const back = new Promise((resolve) => runtime.on('bytes', resolve));
  const setters = { set() { throw new Error('setter'); }, get() { report('getter', 'ran'); }, configurable: true };
  for (const index of ['0', '1', '2', '3']) Object.defineProperty(Array.prototype, index, setters);
  runtime.send('bytes', sent);
  const got = await back;
  for (const index of ['0', '1', '2', '3']) delete Array.prototype[index];
  report('bytes', got.list[0] instanceof Uint8Array && got.list[0].join());
  report('sent bytes transfer', transfers(sent));
  report('received bytes transfer', transfers(got.list[0]));

  try {
    runtime.send('x', sent);
    report('detached', 'was sent');
  } catch (error) {
    report('detached', error.name);
  }
  addEventListener('pagehide', () => {
    for (let i = 0; i < 200; i++) runtime.send('late', i);
  });
  location = 'after.html';
})();

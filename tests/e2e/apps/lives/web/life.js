// Tells the host what it sees, and goes away as it is told. Each document has a name of its own.
const me = `${location.origin} ${performance.timeOrigin}`;
const burn = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); };
const report = (line) => runtime.send('report', line);

runtime.on('m', (n, { redelivered }) => {
  burn(2);
  runtime.send('saw', { n, redelivered, document: me });
});
runtime.on('leave', (how) => {
  if (how === 'reload') location.reload();
  else location = how === 'elsewhere' ? 'http://127.0.0.1:PORT_A/life.html' : how;
});
runtime.on('filler', (n) => runtime.send('filled', n));
runtime.on('hang', () => { for (;;); });
runtime.handle('first-run', () => {
  const first = !sessionStorage.getItem('run');
  sessionStorage.setItem('run', 'yes');
  return first;
});
runtime.handle('page-never', (payload, { signal }) => new Promise(() => {
  signal.addEventListener('abort', () => report('the call of the last run was aborted'));
}));

// The last part: messages and a call to a script that is started anew, and one that it dies over.
runtime.on('last-part', async () => {
  const call = runtime.invoke('never').catch((error) => report(`the call was ${error.name}, uncertain ${error.uncertain}`));
  for (let n = 0; n < 200; n++) {
    runtime.send('count', n);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await call;
  runtime.send('count', 'all');
  runtime.send('poison', null, { retry: true });
  runtime.send('count', 'after the poison');
});

runtime.send('here', location.pathname);

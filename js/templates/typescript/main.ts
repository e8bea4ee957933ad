// The host script: no page, no DOM, but everything that the app decides.
import { broadcast, handle } from 'runtime:ipc';
import type { Greeting, Status } from './messages';

const started = Date.now();
let greetings = 0;

// What a page asks with runtime.invoke('greet', name) is answered here.
handle('greet', async (name: string): Promise<Greeting> => {
  greetings += 1;
  return { text: `Hello, ${name}!`, count: greetings };
});

// What a page hears with runtime.on('status', …). "*" is every window.
setInterval(async () => {
  const status: Status = {
    time: new Date().toISOString(),
    uptime: Math.round((Date.now() - started) / 1000)
  };

  try {
    await broadcast('*', 'status', status);
  } catch (e) {
    console.warn('status:', e);
  }
}, 1000);

// Fails in every way that a page can.
interface Runtime {
  send(channel: string, payload: unknown): void;
}
declare const runtime: Runtime;

class View {
  constructor(private readonly root?: HTMLElement) {}

  show(text: string): void {
    this.root!.textContent = text;
  }
}

function render(view: View): void {
  view.show('never');
}

async function load(): Promise<void> {
  await Promise.resolve();
  render(new View());
}

setTimeout(() => {
  render(new View(undefined));
}, 10);
setTimeout(() => {
  load();
}, 50);
setTimeout(() => {
  try {
    render(new View());
  } catch (error) {
    console.error('seen:', error);
  }
}, 100);
setTimeout(() => {
  // A line of its own making: not to be taken for one of the runtime's.
  const error = new Error('forged\nerror script: nothing (main.ts:1)');
  error.stack += '\nat app://mapped/app.js:1:1\n\u001b[31m@https://elsewhere.example/app.js:1:1';
  throw error;
}, 150);
setTimeout(() => {
  let n = 0;
  const flood = setInterval(() => {
    for (let i = 0; i < 20; i++)
      reportError(new RangeError('the same again'));
    if (++n === 50) {
      clearInterval(flood);
      runtime.send('flooded', n);
    }
  }, 1);
}, 1500);

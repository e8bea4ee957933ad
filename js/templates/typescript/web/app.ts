// The page's script.
import type { Greeting, Status } from '../messages';

function find<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

runtime.on<Status>('status', ({ time, uptime }) => {
  find('clock').textContent = new Date(time).toLocaleTimeString('en-GB');
  find('uptime').textContent = String(uptime);
});

async function greet(): Promise<void> {
  const asked = performance.now();

  try {
    const name = find<HTMLInputElement>('name').value;
    const { text, count } = await runtime.invoke<Greeting>('greet', name);
    const ms = (performance.now() - asked).toFixed(1);

    find('answer').textContent = text;
    find('detail').textContent = `greeting ${count}, there and back in ${ms} ms`;
  } catch (e) {
    find('answer').textContent = e instanceof Error ? e.message : String(e);
  }
}

find('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void greet();
});
void greet();

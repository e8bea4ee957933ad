/* A build that takes over a second says what it is at; in a pipe it says it once. */
import { lowered } from './lower.mjs';

const FIRST_MS = 1000, EACH_MS = 500;

/* Returns the function that ends it. */
export function startProgress({ name, app }) {
  const { stderr } = process;
  let said = false;

  const say = () => {
    const text = `kiln: ${name} ${app} …`;

    if (stderr.isTTY)
      stderr.write(`\r\x1b[2K${text} ${lowered.count || ''}`);
    else if (!said)
      stderr.write(`${text}\n`);
    said = true;
    timer = setTimeout(say, EACH_MS);
    timer.unref();
  };
  let timer = setTimeout(say, FIRST_MS);

  timer.unref();
  return () => {
    clearTimeout(timer);
    if (said && stderr.isTTY)
      stderr.write('\r\x1b[2K');
  };
}

/* Frames with a bridge of their own, and what they leave behind when they go. */
const result = (name, value) => runtime.send('result', { name, value: String(value) });
const said = (frame) => new Promise((resolve) => {
  addEventListener('message', ({ source, data }) => {
    if (source === frame.contentWindow)
      resolve(data);
  });
});
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function embed() {
  const frame = document.createElement('iframe');
  frame.src = 'child.html';
  document.body.append(frame);
  const { has, own, doubled } = await said(frame);
  result('child', `${has}, own ${own}, doubled ${doubled}`);
  return frame;
}

/* What is kept of a document that has gone. */
async function useStale(name, { send, invoke, drain }) {
  try {
    send('stale', name);
    result(`${name} send`, 'passed');
  } catch (error) {
    result(`${name} send`, `${error.name} ${error.message}`);
  }
  const outcome = await Promise.race([
    invoke('double', 1).then(() => 'answered', (error) => error.name), wait(1000)]);
  result(`${name} invoke`, outcome);
  result(`${name} drain`, await Promise.race([drain().then(() => 'no wait'), wait(1000)]));
}

addEventListener('load', async () => {
  const gone = await embed();
  const kept = gone.contentWindow.runtime;
  let settled = 'never';
  kept.invoke('slow', 'removed').then(() => { settled = 'answered'; }, (error) => { settled = error.name; });
  await wait(300);
  gone.remove();
  await wait(500);
  result('removed slow', settled);
  await useStale('removed', kept);

  const moved = await embed();
  const old = moved.contentWindow.runtime;
  old.invoke('slow', 'navigated').catch(() => {});
  await wait(300);
  moved.src = 'child.html?again';
  await said(moved);
  await wait(300);
  await useStale('navigated', old);
  result('fresh', await moved.contentWindow.runtime.invoke('double', 4));

  const sandboxed = document.createElement('iframe');
  sandboxed.setAttribute('sandbox', 'allow-scripts allow-same-origin');
  sandboxed.src = 'child.html';
  document.body.append(sandboxed);
  result('sandboxed same origin', (await said(sandboxed)).has);

  for (let i = 0; i < 20; i++) {
    const frame = document.createElement('iframe');
    frame.src = 'child.html?many';
    document.body.append(frame);
    await Promise.race([said(frame), wait(300)]);
  }
  result('end', document.querySelectorAll('iframe').length);
});

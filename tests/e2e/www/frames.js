/* A page with a bridge makes frames of every kind, and each says what it has. */
const result = (name, value) => runtime.send('result', { name, value: String(value) });
const remote = location.protocol === 'http:';
const script = `${location.origin}/child.js`;
const text = `<!doctype html><script src="${script}"></` + 'script>';
const kinds = {
  same: { src: 'child.html' },
  sandboxed: { src: 'child.html', sandbox: 'allow-scripts' },
  srcdoc: { srcdoc: text },
  data: { src: 'data:text/html,' + encodeURIComponent(text) },
  blob: { src: URL.createObjectURL(new Blob([text], { type: 'text/html' })) },
  'cross-origin': { src: 'http://localhost:PORT_B/child.html' },
  'other-site': { src: 'http://127.0.0.1:PORT_A/child.html' },
  blank: { src: 'about:blank' },
  empty: {},
};

function frame(kind) {
  return new Promise((resolve) => {
    const element = document.createElement('iframe');
    addEventListener('message', ({ source, data }) => {
      if (source === element.contentWindow)
        resolve(data.found);
    });
    Object.assign(element, kinds[kind]);
    if (kinds[kind].sandbox)
      element.setAttribute('sandbox', kinds[kind].sandbox);
    document.body.append(element);
    setTimeout(() => {
      try {
        resolve(Object.hasOwn(element.contentWindow, 'runtime') ? 'runtime, seen from outside'
          : 'nothing, seen from outside');
      } catch (error) {
        resolve(`it is blocked, ${error.name}`);
      }
    }, 1500);
  });
}

const answer = (target) => new Promise((resolve) => {
  target.onmessage = ({ data }) => resolve(data);
  target.onerror = () => resolve('nothing, it does not start');
  setTimeout(resolve, 3000, 'nothing, it says nothing');
});

async function service() {
  try {
    const registration = await navigator.serviceWorker.register('worker.js');
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    const found = answer(navigator.serviceWorker);
    navigator.serviceWorker.startMessages();
    worker.postMessage('');
    return await found;
  } catch (error) {
    return `nothing, ${error.name}`;
  }
}

addEventListener('load', async () => {
  await Promise.all(Object.keys(kinds).map(async (kind) => result(kind, await frame(kind))));
  result('popup', window.open('child.html'));
  result('blank popup', window.open('about:blank', 'other', 'popup'));
  try {
    const popup = document.createElement('a');
    popup.href = 'child.html?popup';
    popup.target = '_blank';
    popup.rel = 'opener';
    popup.click();
    result('link', 'clicked');
  } catch (error) {
    result('link', error);
  }
  result('worker', await answer(new Worker('worker.js')));
  result('blob worker', await answer(new Worker(URL.createObjectURL(
    new Blob([`importScripts("${location.origin}/worker.js")`])))));
  try {
    result('shared worker', await answer(new SharedWorker('worker.js').port));
  } catch (error) {
    result('shared worker', `nothing, ${error.name}`);
  }
  result('service worker', await service());
  result('end', remote ? 'remote' : 'app');
});

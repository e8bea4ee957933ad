const send = runtime.send;
const result = (name, value) => send('result', { name, value: String(value) });
const attempt = (fn) => { try { return fn(); } catch (error) { return error.name; } };

async function status(url) {
  try {
    const response = await fetch(url);
    return `${response.status} ${response.headers.get('content-type')}`;
  } catch (error) {
    return error.name;
  }
}

addEventListener('load', async () => {
  for (const id of ['same', 'srcdoc', 'blank', 'sandboxed'])
    result(`bridge in ${id}`, typeof document.getElementById(id).contentWindow.runtime);

  result('host is runtime', window.host === window.runtime);
  result('frozen', Object.isFrozen(window.runtime));
  result('replace', attempt(() => { 'use strict'; window.runtime = {}; }));
  result('redefine', attempt(() => Object.defineProperty(window, 'runtime', { value: 1 })));
  result('delete', attempt(() => { 'use strict'; delete window.runtime; }));
  result('dispatch entry', typeof window.__host_dispatch);
  result('natives', Object.getOwnPropertyNames(window).filter((name) => /kiln|native|ipc/i.test(name)));

  const plain = await fetch('child.html');
  result('csp', /default-src 'self'/.test(plain.headers.get('content-security-policy')));
  result('nosniff', plain.headers.get('x-content-type-options'));
  result('html', await status('child.html'));
  result('script', await status('app.js?v=2#x'));
  result('percent', await status('%63hild.html'));
  result('missing', await status('nothing.html'));
  result('dot dot', await status('..%2foutside.txt'));
  result('double slash', await status('app://frames//etc/passwd'));
  result('encoded root', await status('app://frames/%2fetc/passwd'));
  result('nul', await status('child.html%00.txt'));
  result('link out', await status('link-out.txt'));
  result('other host', await status('app://other/child.html'));
  result('post', (await fetch('child.html', { method: 'POST' }).catch((e) => e)).status);
  result('inline script', (() => {
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    return window.inlineRan === true;
  })());
  result('eval', attempt(() => (0, eval)('1 + 1')));

  send('secret', 'x');
  result('reserved', attempt(() => send('__window__', 1)));
  result('empty channel', attempt(() => send('', 1)));
  result('nul in channel', attempt(() => send('a\0b', 1)));
  result('channel type', attempt(() => send(7, 1)));
  result('popup', window.open('child.html') === null);

  // Everything that the bridge could look up, replaced.
  JSON.stringify = JSON.parse = () => 'hijacked';
  Array.prototype.push = () => { throw new Error('hijacked'); };
  Map.prototype.get = Map.prototype.set = () => undefined;
  Function.prototype.call = Function.prototype.apply = () => { throw new Error('hijacked'); };
  Object.defineProperty(Array.prototype, '0', { set() { throw new Error('hijacked'); }, configurable: true });
  send('result', { name: 'replaced globals', value: 'still here' });
  send('end', null);
});

// Replaces what a bridge could lean on, before it uses the bridge for the first time. From then on
// this script leans on nothing of that either: no method, no iterator, no global.
let touched = '';
const Controller = AbortController, Bytes = Uint8Array, later = setTimeout.bind(window), Plain = Promise;
const signalOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(AbortController.prototype, 'signal').get);
const abort = Function.prototype.call.bind(AbortController.prototype.abort);
const ownKeys = Object.getOwnPropertyNames, ownSymbols = Object.getOwnPropertySymbols, own = Object.getOwnPropertyDescriptor;
const define = Object.defineProperty;

function spoil(object, key, where) {
  const old = own(object, key);
  if (!old?.configurable && !old?.writable) return;
  function replacement() {
    touched += ` ${where}`;
    throw 'a replaced global was used';
  }
  if (old.get) define(object, key, { get: replacement, set: old.set, configurable: true });
  else if (typeof old.value === 'function' && key !== 'constructor') define(object, key, { value: replacement, configurable: true, writable: true });
}

const globals = ['JSON', 'Reflect', 'Promise', 'Array', 'Object', 'Map', 'Set', 'WeakMap', 'String', 'Number', 'Symbol', 'Function',
  'Error', 'TypeError', 'Uint8Array', 'ArrayBuffer', 'DataView', 'AbortController', 'AbortSignal', 'EventTarget', 'Event'];
const objects = [];
for (const name of globals) {
  objects.push([window[name], name]);
  if (window[name].prototype) objects.push([window[name].prototype, `${name}.prototype`]);
}
objects.push([Object.getPrototypeOf(Uint8Array.prototype), 'TypedArray.prototype'], [Object.getPrototypeOf([][Symbol.iterator]()), 'ArrayIterator']);
const globalFunctions = ['setTimeout', 'clearTimeout', 'addEventListener', 'removeEventListener', 'reportError', 'queueMicrotask',
  'structuredClone', 'parseInt', ...globals];

const members = [];
for (const [object, name] of objects)
  for (const key of [...ownKeys(object), ...ownSymbols(object)])
    if (key !== 'prototype') members.push({ object, key, where: `${name}.${key.toString()}` });
const noted = (name) => ({
  get() { touched += ` ${name}`; },
  set() { touched += ` ${name}`; },
  configurable: true,
});
const polluted = ['code', 'next', 'callback', 'active', 'entry'].map((key) => ({ object: Object.prototype, key }))
  .concat(['0', '1', '2', '3'].map((key) => ({ object: Array.prototype, key })));
const prototypes = [Object.prototype, Array.prototype];

for (let i = 0; i < members.length; i++) spoil(members[i].object, members[i].key, members[i].where);
for (let i = 0; i < globalFunctions.length; i++) define(window, globalFunctions[i], noted(globalFunctions[i]));
for (let i = 0; i < polluted.length; i++) define(polluted[i].object, polluted[i].key, noted(polluted[i].key));
for (let i = 0; i < 2; i++) define(prototypes[i], 'toJSON', { value: () => 'spoiled', configurable: true });
define(prototypes[0], 'timeout', { value: 1, configurable: true });
touched = '';

const pause = (ms) => new Plain((resolve) => later(resolve, ms));
const bytes = new Bytes(2);

runtime.handle('run', async ({ payload }, { channel }) => {
  const said = { __proto__: null }, controller = new Controller();
  let heard = 0, early, late;
  bytes[1] = 7;
  const off = runtime.on('t:told', (value) => { heard += value.n; });
  runtime.once('t:told', (value) => { heard += value.n * 10; });
  said.echo = await runtime.invoke('t:echo', { payload, bytes, list: [1, [2]] });
  said.later = await runtime.invoke('t:later', 50);
  said.ack = await runtime.send('t:log', { payload }, { ack: true, timeout: 5000 }) === undefined;
  runtime.send('t:log', [payload]);
  await runtime.invoke('t:say', ['t:told', { n: 1 }]);
  await runtime.invoke('t:say', ['t:told', { n: 2 }]);
  off();
  await runtime.invoke('t:say', ['t:told', { n: 4 }]);
  said.heard = heard;
  try { await runtime.invoke('t:never', 1, { timeout: 20 }); } catch (error) { late = error.code; }
  later(() => abort(controller), 20);
  try { await runtime.invoke('t:never', 1, { timeout: 5000, signal: signalOf(controller) }); } catch (error) { early = error.code; }
  said.codes = [late, early];
  try { runtime.send('t:log', 1n); } catch (error) { said.bigint = error.message; }
  await runtime.drain();
  await pause(10);
  return { said, channel, touched };
});

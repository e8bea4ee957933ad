/*
 * The page's side of a channel: window.runtime, and window.host, the same
 * object. Runs in documents that have grants, before any script of the page, and
 * gives back what the extension calls: with each frame that came, when there is
 * room again, and when the channel has closed.
 *
 * Page code runs in this very world and may replace every global later, so
 * everything used after start-up is captured here first. Three habits follow:
 * methods are called through uncurried copies, lists are linked (an index
 * assignment on an array would meet setters on Array.prototype), and objects
 * that are looked into have no prototype.
 */
(function (native) {
  'use strict';

  const { bind, call } = Function.prototype;
  const uncurry = bind.bind(call);
  const { defineProperty, freeze, keys } = Object;
  const { isArray } = Array;
  const { parse, stringify } = JSON;
  const toStringTag = uncurry(Object.prototype.toString);
  const typedArrayName = uncurry(
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get);
  const bufferLength = uncurry(
    Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get);
  const charCodeAt = uncurry(String.prototype.charCodeAt);
  const isWellFormed = uncurry(String.prototype.isWellFormed);
  const toWellFormed = uncurry(String.prototype.toWellFormed);
  const mapGet = uncurry(Map.prototype.get);
  const mapSet = uncurry(Map.prototype.set);
  const mapDelete = uncurry(Map.prototype.delete);
  const mapForEach = uncurry(Map.prototype.forEach);
  const ObjectPrototype = Object.prototype;
  const ArrayPrototype = Array.prototype;
  const hasOwn = uncurry(Object.prototype.hasOwnProperty);
  const { getPrototypeOf } = Object;
  const numberValue = uncurry(Number.prototype.valueOf);
  const stringValue = uncurry(String.prototype.valueOf);
  const booleanValue = uncurry(Boolean.prototype.valueOf);
  const { setPrototypeOf } = Object;
  const ObjectOf = Object;
  const PlainMap = Map;
  const PlainPromise = Promise;
  const Controller = AbortController;
  const abortController = uncurry(AbortController.prototype.abort);
  const signalOf = uncurry(
    Object.getOwnPropertyDescriptor(AbortController.prototype, 'signal').get);
  const isAborted = uncurry(
    Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted').get);
  const addListener = uncurry(EventTarget.prototype.addEventListener);
  const removeListener = uncurry(EventTarget.prototype.removeEventListener);
  const startTimer = setTimeout.bind(globalThis);
  const stopTimer = clearTimeout.bind(globalThis);
  const Bytes = Uint8Array;
  const PlainError = Error;
  const PlainTypeError = TypeError;
  const PlainString = String;
  const { apply } = Reflect;
  const slice = uncurry(String.prototype.slice);
  const listen = addEventListener.bind(globalThis);
  const { reportError } = globalThis;
  const consoleError = console.error.bind(console);

  /* Kinds and flags of frames, as in wire/frame.h. */
  const MESSAGE = 1, REFUSED = 4, CALL = 5, REPLY = 6, FAILED = 7, CANCEL = 11;
  const RETRY = 0x40, AGAIN = 0x80;
  const CHANNEL_MAX = 128, DEPTH_MAX = 128, DEPTH_SHOWN = 16;
  const NO_OPTIONS = { __proto__: null };
  /* For an undefined in its place the engine would make an error each time, and drop it. */
  const NO_BLOBS = freeze([]);
  const TIMEOUT_MS = 30000, TIMEOUT_MAX_MS = 0x7fffffff;
  const CHANNEL_SEND = 7000, CHANNEL_RECV = 7001, SERIALIZATION = 7003, PERMISSION_DENIED = 7004,
    QUEUE_FULL = 7005, TIMEOUT = 7006, CANCELLED = 7007, NO_HANDLER = 7008, TOO_LARGE = 7009;

  function ipcError(code, text) {
    const error = new PlainError(`[${code}] ${text}`);
    defineProperty(error, 'name', { __proto__: null, value: native.statusName(code), configurable: true });
    defineProperty(error, 'code', { __proto__: null, value: code, enumerable: true });
    return error;
  }

  /* It may have been done all the same. */
  function uncertain(error) {
    defineProperty(error, 'uncertain', { __proto__: null, value: true, enumerable: true });
    return error;
  }

  function checkChannel(channel) {
    if (typeof channel !== 'string')
      throw new PlainTypeError('a channel is a string');
    let ok = channel.length > 0 && channel.length <= CHANNEL_MAX && isWellFormed(channel);
    for (let i = 0; ok && i < channel.length; i++) {
      const c = charCodeAt(channel, i);
      ok = c >= 0x20 && c !== 0x7f;
    }
    if (!ok)
      throw ipcError(CHANNEL_SEND, 'a channel name is 1 to 128 bytes of text without control characters');
  }

  /* ---- payloads out: JSON text, and bytes beside it ---- */

  /* The bytes that @value is, or undefined. */
  function bytesOf(value) {
    if (typedArrayName(value) === 'Uint8Array')
      return value;
    if (toStringTag(value) !== '[object ArrayBuffer]')
      return undefined;
    try {
      bufferLength(value);
    } catch {
      return undefined;
    }
    return new Bytes(value);
  }

  /* Where JSON cannot say what is there: on the way out each level puts its key in front. */
  const PROBLEM = Symbol('problem');

  function problem(reason) {
    return { __proto__: null, [PROBLEM]: true, reason, path: '' };
  }

  function at(found, step, depth) {
    if (depth <= DEPTH_SHOWN)
      found.path = step + found.path;
    return found;
  }

  const LONE = 'a lone surrogate cannot be sent', BIGINT = 'a BigInt cannot be sent';
  const LONE_KEY = 'a key with a lone surrogate cannot be sent';
  const DEEP = `cyclic, or nested deeper than ${DEPTH_MAX} levels`;

  /*
   * Whether JSON.stringify() alone says all of @value: true, false when convert()
   * must help, or a problem. A cycle shows as a depth without end.
   */
  function scan(value, depth) {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value) || problem(LONE);
      case 'bigint':
        return typeof value.toJSON === 'function' ? false : problem(BIGINT);
      case 'object':
        break;
      default:
        return true;
    }
    if (value === null)
      return true;
    if (typeof value.toJSON === 'function' || bytesOf(value))
      return false;
    if (depth === DEPTH_MAX)
      return problem(DEEP);
    let result = true;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const found = scan(value[i], depth + 1);
        if (typeof found === 'object')
          return at(found, `[${i}]`, depth);
        result &&= found;
      }
      return result;
    }
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      if (!isWellFormed(names[i]))
        return problem(LONE_KEY);
      const found = scan(value[names[i]], depth + 1);
      if (typeof found === 'object')
        return at(found, `.${names[i]}`, depth);
      result &&= found;
    }
    return result;
  }

  function define(object, name, value) {
    defineProperty(object, name, {
      __proto__: null, value, writable: true, enumerable: true, configurable: true,
    });
  }

  function append(list, value) {
    define(list, list.length, value);
  }

  /*
   * A toJSON that page code has put on Object.prototype or Array.prototype would
   * be everybody's, and is nobody's way to say what a payload is.
   */
  function ownToJSON(value) {
    const { toJSON } = value;
    if (typeof toJSON !== 'function')
      return undefined;
    for (let each = value; each; each = getPrototypeOf(each))
      if (hasOwn(each, 'toJSON'))
        return each === ObjectPrototype || each === ArrayPrototype ? undefined : toJSON;
    return toJSON;
  }

  /* What a Number, String or Boolean object holds, or undefined. */
  function unboxed(value) {
    try { return numberValue(value); } catch { /* not one */ }
    try { return stringValue(value); } catch { /* not one */ }
    try { return booleanValue(value); } catch { /* nor that */ }
    return undefined;
  }

  /*
   * @value as JSON.stringify() would see it, in objects that nobody else knows: each
   * toJSON has been asked, once. Bytes become null; in @out goes their ordinal,
   * which is their place in the order of all values that the text will have. Throws
   * a problem.
   */
  function convert(value, key, depth, out) {
    const type = typeof value;
    if ((type === 'object' && value !== null) || type === 'function' || type === 'bigint') {
      const toJSON = ownToJSON(type === 'bigint' ? ObjectOf(value) : value);
      if (toJSON)
        return convertPlain(apply(toJSON, value, [key]), depth, out);
    }
    return convertPlain(value, depth, out);
  }

  function convertPlain(value, depth, out) {
    switch (typeof value) {
      case 'undefined':
      case 'function':
      case 'symbol':
        return undefined;
      case 'string':
        if (!isWellFormed(value))
          throw problem(LONE);
        break;
      case 'bigint':
        throw problem(BIGINT);
      default:
    }
    const ordinal = out.values++;
    if (typeof value !== 'object' || value === null)
      return value;
    const bytes = bytesOf(value);
    if (bytes) {
      append(out.blobs, ordinal);
      append(out.blobs, new Bytes(bytes)); // C pins what it reads: not the page's own
      return null;
    }
    const inner = unboxed(value);
    if (inner !== undefined)
      return inner;
    if (depth === DEPTH_MAX)
      throw problem(DEEP);
    return isArray(value) ? convertArray(value, depth, out) : convertObject(value, depth, out);
  }

  function convertArray(value, depth, out) {
    const result = [];
    setPrototypeOf(result, null);
    for (let i = 0; i < value.length; i++) {
      let member;
      try {
        member = convert(value[i], PlainString(i), depth + 1, out);
      } catch (found) {
        throw found?.[PROBLEM] ? at(found, `[${i}]`, depth) : found;
      }
      if (member === undefined) {
        out.values++;
        member = null;
      }
      append(result, member);
    }
    return result;
  }

  function convertObject(value, depth, out) {
    const result = { __proto__: null };
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (!isWellFormed(name))
        throw problem(LONE_KEY);
      try {
        const member = convert(value[name], name, depth + 1, out);
        if (member !== undefined)
          define(result, name, member);
      } catch (found) {
        throw found?.[PROBLEM] ? at(found, `.${name}`, depth) : found;
      }
    }
    return result;
  }

  /* @payload's text and blobs. Getters and toJSON of the page run in here. */
  function encode(payload) {
    let found;
    try {
      found = scan(payload, 0);
      if (found === true)
        return { __proto__: null, text: stringify(payload), blobs: NO_BLOBS };
      if (found === false) {
        const out = { __proto__: null, values: 0, blobs: [] };
        return {
          __proto__: null, text: stringify(convert(payload, '', 0, out)), blobs: out.blobs,
        };
      }
    } catch (error) {
      if (!error?.[PROBLEM])
        throw ipcError(SERIALIZATION, `payload: ${error && PlainString(error.message)}`);
      found = error;
    }
    throw ipcError(SERIALIZATION, `payload${found.path}: ${found.reason}`);
  }

  /* What native.send() says, as an error. */
  function failure(code, channel) {
    const where = channel ? `channel "${channel}": ` : '';
    switch (code) {
      case QUEUE_FULL:
        return ipcError(code, `${where}too much is waiting to be sent; await runtime.drain()`);
      case CANCELLED:
        return ipcError(code, `${where}this page has no channel to the host any more`);
      case PERMISSION_DENIED:
        return ipcError(code, `${where}names like __x__ are the runtime's`);
      case TOO_LARGE:
        return ipcError(code, `${where}the payload is larger than 16 MiB, or has over 4096 byte arrays`);
      default:
        return ipcError(code, `${where}the payload or the channel's name cannot be sent`);
    }
  }

  function sendFrame(kind, id, channel, payload) {
    const { text, blobs } = encode(payload);
    const code = native.send(kind, id, channel, text === undefined ? 'null' : text, blobs);
    if (code !== 0)
      throw failure(code, channel);
  }

  /* ---- answers that are waited for, by id ---- */

  const pending = new PlainMap();
  let lastId = 0;

  function takePending(id) {
    const entry = mapGet(pending, id);
    if (entry) {
      mapDelete(pending, id);
      if (entry.timer !== undefined)
        stopTimer(entry.timer);
      if (entry.signal)
        removeListener(entry.signal, 'abort', entry.onAbort);
    }
    return entry;
  }

  function giveUp(id, code, reason) {
    const entry = takePending(id);
    if (!entry)
      return;
    native.send(CANCEL, id, '', 'null', NO_BLOBS);
    entry.reject(uncertain(ipcError(code, `channel "${entry.channel}": ${reason}`)));
  }

  function timeoutOf(options) {
    const timeout = options.timeout;
    if (timeout === undefined)
      return TIMEOUT_MS;
    if (typeof timeout !== 'number' || !(timeout >= 0))
      throw new PlainTypeError('timeout is a number of milliseconds');
    return timeout;
  }

  /* Rejects for what send() would throw, too: who awaits has one place for errors. */
  function ask(kind, channel, payload, options) {
    return new PlainPromise((resolve, reject) => {
      checkChannel(channel);
      const timeout = timeoutOf(options);
      const { signal } = options;
      if (signal && isAborted(signal))
        throw ipcError(CANCELLED, `channel "${channel}": it was aborted before it began`);
      do
        lastId = lastId === 0xffffffff ? 1 : lastId + 1;
      while (mapGet(pending, lastId));
      const id = lastId;
      sendFrame(kind, id, channel, payload);
      const entry = {
        __proto__: null, isCall: kind === CALL, channel, resolve, reject, timer: undefined, signal,
        onAbort: () => giveUp(id, CANCELLED, 'it was aborted'),
      };
      mapSet(pending, id, entry);
      if (timeout <= TIMEOUT_MAX_MS)
        entry.timer = startTimer(() => giveUp(id, TIMEOUT, `no answer in ${timeout} ms`), timeout);
      if (signal)
        addListener(signal, 'abort', entry.onAbort);
    });
  }

  function settle(kind, id, payload) {
    const entry = takePending(id);
    if (!entry)
      return;
    if (kind === REPLY) {
      entry.resolve(entry.isCall ? payload : undefined);
      return;
    }
    const error = ipcError(payload[0], payload[1]);
    entry.reject(payload[2] ? uncertain(error) : error);
  }

  function send(channel, payload, options) {
    const kind = options && options.retry ? MESSAGE | RETRY : MESSAGE;
    if (options && options.ack)
      return ask(kind, channel, payload, options);
    checkChannel(channel);
    sendFrame(kind, 0, channel, payload);
  }

  function invoke(channel, payload, options) {
    return ask(CALL, channel, payload, options ?? NO_OPTIONS);
  }

  let roomWaiters = null;

  /* Resolves when at least half of what may wait to be sent is free. */
  function drain() {
    return new PlainPromise((resolve) => {
      if (native.room())
        resolve();
      else
        roomWaiters = { __proto__: null, resolve, next: roomWaiters };
    });
  }

  function room() {
    let waiters = roomWaiters;
    roomWaiters = null;
    for (; waiters; waiters = waiters.next)
      waiters.resolve();
  }

  function closed() {
    mapForEach(pending, (entry, id) => {
      takePending(id);
      entry.reject(uncertain(ipcError(CANCELLED, `channel "${entry.channel}": the host has gone`)));
    });
    room();
  }

  /* ---- what a developer wants to see, as lines of the runtime's log ---- */

  const ERROR = 0, WARN = 1, INFO = 2, DEBUG = 3;
  const LINE_MAX = 1000, STACK_MAX = 8192;

  /* An error says where it came from; that this is JavaScriptCore's way does no harm elsewhere. */
  function describe(value) {
    if (typeof value === 'string')
      return value;
    try {
      if (value instanceof PlainError)
        return `${value.name}: ${value.message}` +
          (value.sourceURL ? ` (${value.sourceURL}:${value.line}:${value.column})` : '');
      return stringify(value) ?? PlainString(value);
    } catch {
      return toStringTag(value);
    }
  }

  /* Where an uncaught error went through. The page may have made it a getter, which fails in turn. */
  let asking = false;

  function stackOf(error) {
    if (asking)
      return '';
    asking = true;
    try {
      const { stack } = error instanceof PlainError ? error : NO_OPTIONS;
      return typeof stack === 'string' ? toWellFormed(slice(stack, 0, STACK_MAX)) : '';
    } catch {
      return '';
    } finally {
      asking = false;
    }
  }

  function log(level, values, stack = '') {
    let line = '';
    for (let i = 0; i < values.length && line.length < LINE_MAX; i++)
      line += (i ? ' ' : '') + describe(values[i]);
    native.log(level, toWellFormed(slice(line, 0, LINE_MAX)), stack);
  }

  function watchConsole(name, level) {
    const original = console[name];
    console[name] = function (...values) {
      log(level, values);
      return apply(original, console, values);
    };
  }

  watchConsole('error', ERROR);
  watchConsole('warn', WARN);
  watchConsole('info', INFO);
  watchConsole('log', INFO);
  watchConsole('debug', DEBUG);
  listen('error', ({ message, filename, lineno, colno, error }) => {
    if (message)
      log(ERROR, [`uncaught ${message} (${filename}:${lineno}:${colno})`], stackOf(error));
  });
  listen('unhandledrejection', ({ reason }) =>
    log(ERROR, ['unhandled rejection:', reason], stackOf(reason)));

  /* ---- listeners: a linked list for each channel, in order of registration ---- */

  const channels = new PlainMap();
  let ready = false;

  function on(channel, callback) {
    checkChannel(channel);
    if (typeof callback !== 'function')
      throw new PlainTypeError('a listener is a function');
    const listener = { __proto__: null, callback, active: true, next: null };
    const list = mapGet(channels, channel);
    if (list) {
      list.last.next = listener;
      list.last = listener;
    } else {
      mapSet(channels, channel, { __proto__: null, first: listener, last: listener });
    }
    listening();
    return () => remove(channel, listener);
  }

  /* What waited for this document's first listener may come now. */
  function listening() {
    if (!ready) {
      ready = true;
      native.ready();
    }
  }

  function once(channel, callback) {
    if (typeof callback !== 'function')
      throw new PlainTypeError('a listener is a function');
    const off = on(channel, (...values) => {
      off();
      return apply(callback, undefined, values);
    });
    return off;
  }

  function remove(channel, listener) {
    const list = mapGet(channels, channel);
    listener.active = false;
    if (!list)
      return;
    let before = null;
    let each = list.first;
    while (each && each !== listener) {
      before = each;
      each = each.next;
    }
    if (!each)
      return;
    /* Its own next stays: a dispatch that stands on it goes on from there. */
    if (before)
      before.next = each.next;
    else
      list.first = each.next;
    if (list.last === each)
      list.last = before;
    if (!list.first)
      mapDelete(channels, channel);
  }

  function off(channel, callback) {
    checkChannel(channel);
    const list = mapGet(channels, channel);
    for (let each = list && list.first; each; each = each.next) {
      if (callback !== undefined && each.callback !== callback)
        continue;
      remove(channel, each);
      if (callback !== undefined)
        return;
    }
  }

  /*
   * Forge's entry of this name was a global; here nobody but receive() below can
   * name it. Whether there was a listener.
   */
  function __host_dispatch(message) {
    const list = mapGet(channels, message.channel);
    if (!list)
      return false;
    const { last } = list; /* who registers during the dispatch waits for the next */
    const details = freeze({ __proto__: null, channel: message.channel, redelivered: message.again });
    for (let each = list.first; each; each = each.next) {
      if (each.active) {
        try {
          (0, each.callback)(message.payload, details);
        } catch (error) {
          reportError(error);
        }
      }
      if (each === last)
        break;
    }
    return true;
  }

  /* The page's own listeners first, then the host. */
  function emit(channel, payload, options) {
    checkChannel(channel);
    __host_dispatch({ __proto__: null, channel, payload, again: false });
    return send(channel, payload, options);
  }

  /* ---- calls of the host: one handler for each channel ---- */

  const handlers = new PlainMap();
  const running = new PlainMap(); /* by the call's id, an AbortController each */

  function handle(channel, handler) {
    checkChannel(channel);
    if (typeof handler !== 'function')
      throw new PlainTypeError('a handler is a function');
    if (mapGet(handlers, channel))
      throw ipcError(CHANNEL_RECV, `channel "${channel}" has a handler already`);
    mapSet(handlers, channel, handler);
    listening();
    return () => {
      if (mapGet(handlers, channel) === handler)
        mapDelete(handlers, channel);
    };
  }

  function fail(id, code, text) {
    native.send(FAILED, id, '', `[${code},${stringify(text)},false]`, NO_BLOBS);
  }

  /* "[7003] what" says its code twice where it becomes an error again. */
  function withoutCode(text) {
    return charCodeAt(text, 0) === 0x5b && charCodeAt(text, 5) === 0x5d ? slice(text, 7) : text;
  }

  /* An error of the handler's, as far as it lets itself be read. */
  function failWith(id, error) {
    let code = CHANNEL_RECV, text = 'the handler failed';
    try {
      const own = error.code;
      text = PlainString(error);
      if (own >= CHANNEL_SEND && own <= TOO_LARGE) {
        text = withoutCode(PlainString(error.message));
        code = own | 0;
      }
    } catch {
      /* What there is will do. */
    }
    text = slice(text, 0, 400);
    fail(id, code, toWellFormed(text));
  }

  /* Awaiting is the engine's own and looks at no then() that the page has replaced. */
  async function answer(id, channel, payload) {
    const handler = mapGet(handlers, channel);
    if (!handler) {
      fail(id, NO_HANDLER, `channel "${channel}" has no handler in this page`);
      return;
    }
    const controller = new Controller();
    mapSet(running, id, controller);
    let value;
    try {
      value = await (0, handler)(payload,
        freeze({ __proto__: null, channel, signal: signalOf(controller) }));
    } catch (error) {
      if (mapDelete(running, id))
        failWith(id, error);
      return;
    }
    if (!mapDelete(running, id))
      return;
    try {
      sendFrame(REPLY, id, '', value);
    } catch (error) {
      fail(id, error.code, `the answer: ${withoutCode(error.message)}`);
    }
  }

  function cancel(id) {
    const controller = mapGet(running, id);
    if (mapDelete(running, id))
      abortController(controller);
  }

  /*
   * Puts each of @blobs, [path text, bytes, …], where its path in @frame leads. Copies:
   * what C has written into is pinned, and could not be transferred.
   */
  function putBytes(frame, blobs) {
    for (let i = 0; i < blobs.length; i += 2) {
      const path = parse(blobs[i]);
      let holder = frame;
      for (let k = 0; k < path.length - 1; k++)
        holder = holder[path[k]];
      defineProperty(holder, path[path.length - 1], {
        __proto__: null, value: new Bytes(blobs[i + 1]), writable: true, enumerable: true, configurable: true,
      });
    }
  }

  /* A frame, [kind | flags, id, channel, payload]. Whether anybody took it. */
  function receive(frame, blobs) {
    putBytes(frame, blobs);
    const kind = frame[0] & ~AGAIN & ~RETRY, id = frame[1], channel = frame[2], payload = frame[3];
    switch (kind) {
      case MESSAGE:
        return __host_dispatch({
          __proto__: null, channel, payload, again: (frame[0] & AGAIN) !== 0,
        });
      case CALL:
        answer(id, channel, payload);
        return true;
      case REPLY:
      case FAILED:
        settle(kind, id, payload);
        return true;
      case CANCEL:
        cancel(id);
        return true;
      case REFUSED:
        consoleError(`runtime.send: [${id}] ${native.statusName(id)}: ${payload}`);
        return true;
      default:
        return false;
    }
  }

  const api = { __proto__: Object.prototype, send, invoke, drain, windowId: native.windowId };
  if (!native.inFrame) {
    /* What the host sends to a window goes to its main frame. */
    api.emit = emit;
    api.on = on;
    api.off = off;
    api.once = once;
    api.handle = handle;
  }
  keys(api).forEach((name) => freeze(api[name]));
  const runtime = freeze(api);
  defineProperty(globalThis, 'runtime', { __proto__: null, value: runtime, enumerable: true });
  /* The older name may be taken by the page: a script with a "const host" must still run. */
  defineProperty(globalThis, 'host', {
    __proto__: null, value: runtime, enumerable: true, configurable: true, writable: true,
  });
  return { receive, room, closed };
})

/*
 * The page's side of a channel: window.runtime, and window.host, the same
 * object. Runs in the main frame of the app's own origin before any script of
 * the page, and gives back what the extension calls with each frame that came.
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
  const mapGet = uncurry(Map.prototype.get);
  const mapSet = uncurry(Map.prototype.set);
  const mapDelete = uncurry(Map.prototype.delete);
  const Bytes = Uint8Array;
  const PlainError = Error;
  const PlainTypeError = TypeError;
  const PlainString = String;
  const { apply } = Reflect;
  const slice = uncurry(String.prototype.slice);
  const listen = addEventListener.bind(globalThis);
  const { reportError } = globalThis;
  const consoleError = console.error.bind(console);

  const MESSAGE = 1, REFUSED = 4;
  const DEPTH_MAX = 128;
  const SERIALIZATION = 7003, PERMISSION_DENIED = 7004, QUEUE_FULL = 7005, CANCELLED = 7007,
    TOO_LARGE = 7009;

  function nameOf(code) {
    switch (code) {
      case SERIALIZATION: return 'Serialization';
      case PERMISSION_DENIED: return 'PermissionDenied';
      case QUEUE_FULL: return 'QueueFull';
      case CANCELLED: return 'Cancelled';
      case TOO_LARGE: return 'TooLarge';
      default: return 'ChannelSend';
    }
  }

  function ipcError(code, text) {
    const error = new PlainError(`[${code}] ${text}`);
    defineProperty(error, 'name', { __proto__: null, value: nameOf(code), configurable: true });
    defineProperty(error, 'code', { __proto__: null, value: code, enumerable: true });
    return error;
  }

  function checkChannel(channel) {
    if (typeof channel !== 'string')
      throw new PlainTypeError('a channel is a string');
    let ok = channel.length > 0 && isWellFormed(channel);
    for (let i = 0; ok && i < channel.length; i++) {
      const c = charCodeAt(channel, i);
      ok = c >= 0x20 && c !== 0x7f;
    }
    if (!ok)
      throw ipcError(SERIALIZATION, 'a channel name is not empty and has no control characters');
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

  const PLAIN = 0, WITH_BYTES = 1;

  /* Where JSON cannot say what is there: on the way out each level puts its key in front. */
  function problem(reason) {
    return { __proto__: null, reason, path: '' };
  }

  function at(found, step) {
    found.path = step + found.path;
    return found;
  }

  /*
   * Whether @value can be sent: PLAIN, WITH_BYTES, or a problem. A cycle shows as
   * a depth without end.
   */
  function scan(value, depth) {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value) ? PLAIN : problem('a lone surrogate cannot be sent');
      case 'bigint':
        return problem('a BigInt cannot be sent');
      case 'object':
        break;
      default:
        return PLAIN;
    }
    if (value === null)
      return PLAIN;
    if (bytesOf(value))
      return WITH_BYTES;
    if (depth === DEPTH_MAX)
      return problem(`cyclic, or nested deeper than ${DEPTH_MAX} levels`);
    let result = PLAIN;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const found = scan(value[i], depth + 1);
        if (typeof found === 'object')
          return at(found, depth > 8 ? '' : `[${i}]`);
        result |= found;
      }
      return result;
    }
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      if (!isWellFormed(names[i]))
        return problem('a key with a lone surrogate cannot be sent');
      const found = scan(value[names[i]], depth + 1);
      if (typeof found === 'object')
        return at(found, depth > 8 ? '' : `.${names[i]}`);
      result |= found;
    }
    return result;
  }

  function append(list, value) {
    defineProperty(list, list.length, {
      __proto__: null, value, writable: true, enumerable: true, configurable: true,
    });
  }

  /*
   * Bytes become null in the text; beside it goes their ordinal, which is their
   * place in the order of all values that the text will have.
   */
  function stringifyWithBytes(payload, blobs) {
    let ordinal = -1;
    return stringify(payload, function (key, value) {
      const type = typeof value;
      if (type === 'undefined' || type === 'function' || type === 'symbol') {
        if (isArray(this))
          ordinal++;
        return value;
      }
      ordinal++;
      const bytes = type === 'object' && value !== null ? bytesOf(value) : undefined;
      if (!bytes)
        return value;
      append(blobs, ordinal);
      append(blobs, new Bytes(bytes)); // C pins what it reads: not the page's own
      return null;
    });
  }

  function send(channel, payload) {
    checkChannel(channel);
    let found, text, blobs;
    try {
      /* Getters and toJSON of the page run in here, and a detached buffer shows. */
      found = scan(payload, 0);
      if (found === WITH_BYTES) {
        blobs = [];
        text = stringifyWithBytes(payload, blobs);
      } else if (found === PLAIN) {
        text = stringify(payload);
      }
    } catch (error) {
      throw ipcError(SERIALIZATION, `payload: ${error && PlainString(error.message)}`);
    }
    if (typeof found === 'object')
      throw ipcError(SERIALIZATION, `payload${found.path}: ${found.reason}`);
    const code = native.send(channel, text === undefined ? 'null' : text, blobs);
    switch (code) {
      case 0:
        return;
      case QUEUE_FULL:
        throw ipcError(code, `channel "${channel}": too much is waiting to be sent; send less at once`);
      case CANCELLED:
        throw ipcError(code, `channel "${channel}": this page has no channel to the host any more`);
      case PERMISSION_DENIED:
        throw ipcError(code, `channel "${channel}": names like __x__ are the runtime's`);
      case TOO_LARGE:
        throw ipcError(code, `channel "${channel}": the payload is larger than 16 MiB`);
      default:
        throw ipcError(code, `channel "${channel}": the payload or the channel's name cannot be sent`);
    }
  }

  /* ---- what a developer wants to see, as lines of the runtime's log ---- */

  const ERROR = 0, WARN = 1, INFO = 2, DEBUG = 3;
  const LINE_MAX = 1000;

  /* An error says where it came from; that this is JavaScriptCore's way does no harm elsewhere. */
  function describe(value) {
    if (typeof value === 'string')
      return value;
    try {
      if (value instanceof PlainError)
        return `${value.name}: ${value.message}` +
          (value.sourceURL ? ` (${value.sourceURL}:${value.line})` : '');
      return stringify(value) ?? PlainString(value);
    } catch {
      return toStringTag(value);
    }
  }

  function log(level, values) {
    let line = '';
    for (let i = 0; i < values.length && line.length < LINE_MAX; i++)
      line += (i ? ' ' : '') + describe(values[i]);
    native.log(level, slice(line, 0, LINE_MAX));
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
  listen('error', ({ message, filename, lineno }) => {
    if (message)
      log(ERROR, [`${message} (${filename}:${lineno})`]);
  });
  listen('unhandledrejection', ({ reason }) => log(ERROR, ['unhandled rejection:', reason]));

  /* ---- listeners: a linked list for each channel, in order of registration ---- */

  const channels = new Map();
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
    if (!ready) {
      /* What waited for this document's first listener may come now. */
      ready = true;
      native.ready();
    }
    return () => remove(channel, listener);
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
    const list = mapGet(channels, channel);
    for (let each = list && list.first; each; each = each.next) {
      if (callback !== undefined && each.callback !== callback)
        continue;
      remove(channel, each);
      if (callback !== undefined)
        return;
    }
  }

  /* Forge's entry of this name was a global; here nobody but receive() below can name it. */
  function __host_dispatch(message) {
    const list = mapGet(channels, message.channel);
    if (!list)
      return;
    const { last } = list; /* who registers during the dispatch waits for the next */
    for (let each = list.first; each; each = each.next) {
      if (each.active) {
        try {
          (0, each.callback)(message.payload);
        } catch (error) {
          reportError(error);
        }
      }
      if (each === last)
        break;
    }
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

  /* A frame, [kind, id, channel, payload]. */
  function receive(frame, blobs) {
    putBytes(frame, blobs);
    if (frame[0] === MESSAGE)
      __host_dispatch({ __proto__: null, channel: frame[2], payload: frame[3] });
    else if (frame[0] === REFUSED)
      consoleError(`runtime.send: [${frame[1]}] ${nameOf(frame[1])}: ${frame[3]}`);
  }

  const runtime = freeze({ send: freeze(send), on: freeze(on), off: freeze(off) });
  defineProperty(globalThis, 'runtime', { __proto__: null, value: runtime, enumerable: true });
  /* The older name may be taken by the page: a script with a "const host" must still run. */
  defineProperty(globalThis, 'host', {
    __proto__: null, value: runtime, enumerable: true, configurable: true, writable: true,
  });
  return receive;
})

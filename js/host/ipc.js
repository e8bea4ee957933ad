/*
 * runtime:ipc: messages to and from windows, and calls in both directions, on
 * top of two natives (src/script/host_peer.h). Events are events.js.
 */
'use strict';

var events = internal.events;

/* Kinds of frames, as the natives take them. */
var MESSAGE = 1, CALL = 5, REPLY = 6, FAILED = 7, CANCEL = 11;

var STATUS_CHANNEL_SEND = 7000, STATUS_CHANNEL_RECV = 7001, STATUS_WINDOW_NOT_FOUND = 7002;
var STATUS_QUEUE_FULL = 7005, STATUS_TIMEOUT = 7006, STATUS_CANCELLED = 7007;
var STATUS_NO_HANDLER = 7008, STATUS_LAST = 7009;

/* As in wire/limits.h; what one script may wait for. */
var CALLS_MAX = 1024;
var TIMEOUT_MS = 30000;
var TIMEOUT_MAX_MS = 2147483647;

var CHANNEL_WINDOW = '__window__';
var CHANNEL_MODULE = '__module__';

var IpcError = internal.IpcError;
var uncaught = internal.uncaught;
var drain = internal.drain;
var needFunction = internal.needFunction, needChannel = internal.needChannel;
var dispatch = internal.dispatch, dispatchModule = internal.dispatchModule;
var receive = native.op_ipc_recv, transmit = native.op_ipc_send;
var now = performance.now.bind(performance);
var startTimer = setTimeout, stopTimer = clearTimeout;

/* ---- answers that are waited for ---- */

/*
 * By id: {answer(from, failed, payload), fail(error), deadline, what, unlisten, answers}.
 * answer() says whether that was the last of so many answers.
 */
var pending = Object.create(null), nPending = 0, nAnswers = 0, lastId = 0;
/* Those who wait for fewer answers to be waited for. */
var crowd = [];
/* One timer for all deadlines, at the earliest one that was seen. */
var timer, timerAt = Infinity;

function nextId() {
  do
    lastId = lastId >= 0xffffffff ? 1 : lastId + 1;
  while (pending[lastId]);
  return lastId;
}

/* @n answers fewer are waited for. */
function release(n) {
  nAnswers -= n;
  if (crowd.length > 0 && nAnswers <= CALLS_MAX / 2)
    crowd.splice(0).forEach(function (resolve) {
      resolve();
    });
}

function close(id) {
  var entry = pending[id];

  delete pending[id];
  nPending--;
  release(entry.answers);
  if (entry.unlisten)
    entry.unlisten();
  if (nPending === 0 && timer !== undefined) {
    stopTimer(timer);
    timer = undefined;
    timerAt = Infinity;
  }
}

/* It may have been done all the same. */
function giveUp(id, code, reason) {
  var entry = pending[id], error = new IpcError(code, reason);

  if (!entry)
    return;
  close(id);
  transmit(CANCEL, undefined, undefined, undefined, id);
  error.uncertain = true;
  entry.fail(error);
}

function armTimer(deadline) {
  if (deadline >= timerAt)
    return;
  if (timer !== undefined)
    stopTimer(timer);
  timerAt = deadline;
  timer = startTimer(expire, Math.max(0, Math.ceil(deadline - now())));
}

function expire() {
  var time = now(), earliest = Infinity;

  timer = undefined;
  timerAt = Infinity;
  Object.keys(pending).forEach(function (id) {
    var entry = pending[id];

    if (entry && entry.deadline <= time)
      giveUp(+id, STATUS_TIMEOUT, entry.what + ': no answer in ' + entry.timeout + ' ms');
    else if (entry)
      earliest = Math.min(earliest, entry.deadline);
  });
  if (earliest < Infinity)
    armTimer(earliest);
}

function timeoutOf(options) {
  var timeout = options && options.timeout;

  if (timeout === undefined)
    return TIMEOUT_MS;
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw new TypeError('timeout is a number of milliseconds');
  return timeout > TIMEOUT_MAX_MS ? Infinity : timeout;
}

/* "[7003] what" says its code twice where it becomes an error again. */
function textOf(error) {
  return error.message.replace(/^\[\d+\] /, '');
}

function isCode(code) {
  return typeof code === 'number' && code % 1 === 0 && code >= STATUS_CHANNEL_SEND &&
    code <= STATUS_LAST;
}

/* An IpcError out of what the other side sent as one, which may be anything. */
function failure(payload) {
  var code = Array.isArray(payload) ? payload[0] : undefined, error;

  if (!isCode(code) || typeof payload[1] !== 'string')
    return new IpcError(STATUS_CHANNEL_RECV, 'the other side failed and did not say how');
  error = new IpcError(code, payload[1]);
  if (payload[2] === true)
    error.uncertain = true;
  return error;
}

/* Sends by @send(id), which throws when no answer will come, and waits for them. Returns the id. */
function open(entry, options, send) {
  var signal = options && options.signal, id = nextId();

  entry.timeout = timeoutOf(options);
  if (signal !== undefined && !(signal instanceof require('runtime:abort').AbortSignal))
    throw new TypeError('signal is an AbortSignal');
  if (signal && signal.aborted)
    throw new IpcError(STATUS_CANCELLED, entry.what + ': it was aborted before it began');
  entry.answers = 1;
  pending[id] = entry;
  nPending++;
  nAnswers++;
  try {
    send(id);
  } catch (e) {
    close(id);
    throw e;
  }
  if (signal) {
    var onAbort = function () {
      giveUp(id, STATUS_CANCELLED, entry.what + ': it was aborted');
    };
    signal.addEventListener('abort', onAbort);
    entry.unlisten = function () {
      signal.removeEventListener('abort', onAbort);
    };
  }
  entry.deadline = now() + entry.timeout;
  if (entry.timeout < Infinity)
    armTimer(entry.deadline);
  return id;
}

/* Only whom it went to may answer. */
function openOne(kind, target, channel, payload, options, what) {
  return new Promise(function (resolve, reject) {
    open({
      what: what,
      fail: reject,
      answer: function (from, failed, result) {
        if (from !== target)
          return false;
        if (failed)
          reject(failure(result));
        else
          resolve(kind === CALL ? result : undefined);
        return true;
      }
    }, options, function (id) {
      transmit(kind, target, channel, payload, id, !!(options && options.retry));
    });
  });
}

function settle(arrival) {
  var entry = pending[arrival.reply];

  if (entry && entry.answer(arrival.from, arrival.failed, arrival.payload) &&
      pending[arrival.reply] === entry)
    close(arrival.reply);
}

/* ---- to windows ---- */

/* Windows whose queue was full: those who wait for room there, {resolve, reject}. */
var full = Object.create(null);

function noteFull(windowId, error) {
  /* A limit of our own is not the window's. */
  if (error.code === STATUS_QUEUE_FULL && nAnswers < CALLS_MAX && !full[windowId])
    full[windowId] = [];
}

function needWindow(windowId) {
  if (typeof windowId !== 'string')
    throw new TypeError('a window id is a string');
}

/* Where all windows are none. */
function needOneWindow(windowId) {
  if (typeof windowId !== 'string')
    needWindow(windowId);
  if (windowId === '*')
    throw new IpcError(STATUS_WINDOW_NOT_FOUND, 'there is no window "*"');
}

function describe(windowId, channel) {
  return 'channel "' + channel + '" of window "' + windowId + '"';
}

function sendToWindow(windowId, channel, payload, options) {
  try {
    needOneWindow(windowId);
    needChannel(channel);
    if (options && options.ack)
      return openOne(MESSAGE, windowId, channel, payload, options, describe(windowId, channel))
        .then(function () {}, function (e) {
          noteFull(windowId, e);
          throw e;
        });
    transmit(MESSAGE, windowId, channel, payload, undefined, !!(options && options.retry));
  } catch (e) {
    noteFull(windowId, e);
    return Promise.reject(e);
  }
  return Promise.resolve();
}

function waitForRoom(windowId) {
  return new Promise(function (resolve, reject) {
    needWindow(windowId);
    if (full[windowId])
      full[windowId].push({ resolve: resolve, reject: reject });
    else if (nAnswers >= CALLS_MAX)
      crowd.push(resolve);
    else
      resolve();
  });
}

/* What the runtime tells of a window, and this module lives by. */
function watch(event) {
  var waiting = full[event.windowId], i;

  if (!waiting || (event.type !== 'drain' && event.type !== 'close'))
    return;
  delete full[event.windowId];
  for (i = 0; i < waiting.length; i++)
    if (event.type === 'drain')
      waiting[i].resolve();
    else
      waiting[i].reject(new IpcError(
        STATUS_WINDOW_NOT_FOUND, 'window "' + event.windowId + '" was closed'));
}

function outcome(windowId, code, reason) {
  if (!code)
    return { windowId: windowId, status: 'fulfilled' };
  return { windowId: windowId, status: 'rejected', reason: new IpcError(code, reason) };
}

function targetsOf(windowIds) {
  if (windowIds === '*')
    return windowIds;
  if (!Array.isArray(windowIds))
    throw new TypeError('windowIds is an array of window ids, or "*"');
  windowIds = windowIds.slice();
  windowIds.forEach(needWindow);
  return windowIds;
}

/* Encoded once, whatever the number of windows. */
function broadcastAccepted(targets, channel, payload, options) {
  return transmit(
    MESSAGE, targets, channel, payload, undefined, !!(options && options.retry)
  ).map(function (entry) {
    var result = outcome(entry[0], entry[1], entry[2]);

    if (result.reason)
      noteFull(entry[0], result.reason);
    return result;
  });
}

function broadcastAcknowledged(targets, channel, payload, options) {
  return new Promise(function (resolve) {
    var results, id, entry = {
      what: 'channel "' + channel + '"',
      fail: function (error) {
        resolve(results.map(function (result) {
          if (result.status === 'waiting')
            return { windowId: result.windowId, status: 'rejected', reason: error };
          return result;
        }));
      },
      answer: function (from, failed, value) {
        for (var i = 0; i < results.length; i++)
          if (results[i].windowId === from && results[i].status === 'waiting')
            break;
        if (i === results.length)
          return false;
        results[i] = failed
          ? { windowId: from, status: 'rejected', reason: failure(value) }
          : { windowId: from, status: 'fulfilled' };
        entry.answers--;
        release(1);
        if (entry.answers > 0)
          return false;
        resolve(results);
        return true;
      }
    };

    id = open(entry, options, function (asked) {
      var refused;

      results = transmit(
        MESSAGE, targets, channel, payload, asked, !!options.retry
      ).map(function (sent) {
        return sent[1] ? outcome(sent[0], sent[1], sent[2])
          : { windowId: sent[0], status: 'waiting' };
      });
      refused = results.filter(function (result) {
        return result.reason;
      });
      nAnswers += results.length - refused.length - entry.answers;
      entry.answers = results.length - refused.length;
      refused.forEach(function (result) {
        noteFull(result.windowId, result.reason);
      });
    });
    if (entry.answers === 0) {
      close(id);
      resolve(results);
    }
  });
}

/* Resolves in every case that is not the caller's mistake: [{windowId, status, reason}]. */
function broadcastSettled(windowIds, channel, payload, options) {
  var targets;

  try {
    needChannel(channel);
    targets = targetsOf(windowIds);
    if (options && options.ack)
      return broadcastAcknowledged(targets, channel, payload, options);
    return Promise.resolve(broadcastAccepted(targets, channel, payload, options));
  } catch (e) {
    return Promise.reject(e);
  }
}

function broadcast(windowIds, channel, payload, options) {
  return broadcastSettled(windowIds, channel, payload, options).then(function (results) {
    var failed = results.filter(function (result) {
      return result.reason;
    }), error;

    if (failed.length === 0)
      return;
    error = new IpcError(failed[0].reason.code, failed.length + ' of ' + results.length +
      ' windows failed; window "' + failed[0].windowId + '": ' + textOf(failed[0].reason));
    error.results = results;
    throw error;
  });
}

/* ---- calls ---- */

function invoke(windowId, channel, payload, options) {
  try {
    needOneWindow(windowId);
    needChannel(channel);
    return openOne(CALL, windowId, channel, payload, options, describe(windowId, channel));
  } catch (e) {
    return Promise.reject(e);
  }
}

/* Without a prototype: an app's Object.prototype has no options of ours. */
var FOR_EVER = Object.create(null);
FOR_EVER.timeout = Infinity;

/* Calls a method of a native service. Its answer is the id of an object of @Class; false: none. */
function callService(service, method, args, Class) {
  var answer = openOne(CALL, service, method, args, FOR_EVER, method);

  return Class === undefined ? answer : answer.then(function (id) {
    return Class ? new Class(id) : undefined;
  });
}

function rejected(error) {
  return Promise.reject(error);
}

/* By channel; and the calls that they work on, by the call's id: an AbortController each. */
var handlers = Object.create(null), running = Object.create(null);
/* The call whose handler is being run; what stops that stops us, too. */
var inHand = 0;

function handle(channel, handler) {
  needChannel(channel);
  needFunction(handler);
  if (handlers[channel])
    throw new IpcError(STATUS_CHANNEL_RECV, 'channel "' + channel + '" has a handler already');
  handlers[channel] = handler;
  return function () {
    if (handlers[channel] === handler)
      delete handlers[channel];
  };
}

function reply(id, result) {
  if (!running[id])
    return;
  delete running[id];
  try {
    transmit(REPLY, undefined, undefined, result, id);
  } catch (e) {
    fail(id, e instanceof IpcError ? new IpcError(e.code, 'the answer: ' + textOf(e)) : e);
  }
}

/* What is no answer in words but a fault is also told here: a caller sees one line of it. */
function failHandler(id, channel, error) {
  if (!(error instanceof IpcError))
    uncaught('handler of channel "' + channel + '"', error);
  fail(id, error);
}

function fail(id, error) {
  var code = error && error.code, text;

  delete running[id];
  if (error instanceof IpcError && isCode(code)) {
    text = textOf(error);
  } else {
    code = STATUS_CHANNEL_RECV;
    try {
      text = String(error);
    } catch (e) {
      text = 'an error that is no text';
    }
  }
  try {
    transmit(FAILED, undefined, undefined, [code, text.slice(0, 400), false], id);
  } catch (e) {
    transmit(FAILED, undefined, undefined, [code, 'the handler failed', false], id);
  }
}

function answer(arrival) {
  var id = arrival.call, event = arrival.event, handler = handlers[event.channel];
  var controller, result;

  if (!handler) {
    fail(id, new IpcError(STATUS_NO_HANDLER, 'channel "' + event.channel + '" has no handler'));
    return;
  }
  controller = running[id] = new (require('runtime:abort').AbortController)();
  inHand = id;
  try {
    result = handler(event.payload, {
      windowId: event.windowId, channel: event.channel, origin: event.origin,
      inFrame: event.inFrame === true, signal: controller.signal
    });
  } catch (e) {
    inHand = 0;
    failHandler(id, event.channel, e);
    return;
  }
  inHand = 0;
  if (result && typeof result.then === 'function')
    Promise.resolve(result).then(function (value) {
      reply(id, value);
    }, function (error) {
      if (running[id])
        failHandler(id, event.channel, error);
    });
  else
    reply(id, result);
}

function cancel(id) {
  var controller = running[id];

  delete running[id];
  if (controller)
    controller.abort();
}

/* As between any two turns, the jobs of one arrival run before the next is looked at. */
function pump() {
  var arrival, event, channel;

  /* The runtime has told its caller. */
  if (inHand !== 0) {
    delete running[inHand];
    inHand = 0;
  }
  while ((arrival = receive())) {
    event = arrival.event;
    if (arrival.call) {
      answer(arrival);
    } else if (event) {
      channel = event.channel;
      if (channel === CHANNEL_MODULE) {
        dispatchModule(arrival);
      } else {
        if (channel === CHANNEL_WINDOW)
          watch(event);
        dispatch(arrival);
      }
    } else if (arrival.cancel) {
      cancel(arrival.cancel);
    } else {
      settle(arrival);
    }
    drain();
  }
}

internal.callService = callService;
internal.rejected = rejected;
internal.pump = pump;

Object.keys(events).forEach(function (name) {
  exports[name] = events[name];
});
exports.IpcError = IpcError;
exports.sendToWindow = sendToWindow;
exports.broadcast = broadcast;
exports.broadcastSettled = broadcastSettled;
exports.drain = waitForRoom;
exports.invoke = invoke;
exports.handle = handle;

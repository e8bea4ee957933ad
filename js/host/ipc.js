/*
 * runtime:ipc: messages to and from windows, on top of two natives.
 *
 * Every subscription (an iterator, a callback, recvWindowEvent) sees every event
 * from its creation on; nobody takes one from another. All of them get the same
 * event object. What cannot keep up is ended and stalls nobody.
 */
'use strict';

/* What one iterator may have unread, and how many next() may wait; what is read late ends. */
var QUEUE_EVENTS = 4096;
var QUEUE_BYTES = 4 << 20;
var WAITING_MAX = 1024;
/* What waits for an app's first recvWindowEvent(); most apps never call it. */
var EARLY_EVENTS = 256;
var EARLY_BYTES = 64 << 10;
/* Calls under way to services. */
var CALLS_MAX = 1024;

var logError = console.error;
var drain = internal.drain;

function IpcError(code, reason) {
  this.code = code;
  this.name = internal.statusNames[code] || 'Unknown';
  this.message = '[' + code + '] ' + reason;
}
IpcError.prototype = Object.create(Error.prototype, {
  constructor: { value: IpcError, writable: true, configurable: true }
});
internal.IpcError = IpcError;

var STATUS_QUEUE_FULL = 7005;

/* Lists are replaced and never changed, so that one that is being walked stays as it was. */
var queues = [];
var eventCallbacks = [];
var channelCallbacks = Object.create(null);

function without(list, entry) {
  return list.filter(function (other) {
    return other !== entry;
  });
}

/*
 * A subscription that is read as an async iterator. When its queue is full it
 * takes no more: what it holds can still be read, then comes the error.
 */
function EventQueue(wanted) {
  this.wanted = wanted;
  this.waiting = [];
  this.error = undefined;
  this.ended = false;
  this.clear();
  queues = queues.concat(this);
}

/* Arrivals before head have been read: shift() would move all the others each time. */
EventQueue.prototype.clear = function () {
  this.arrivals = [];
  this.head = 0;
  this.bytes = 0;
};

EventQueue.prototype.length = function () {
  return this.arrivals.length - this.head;
};

EventQueue.prototype.offer = function (arrival) {
  var unclaimed = this === early;

  if (this.waiting.length > 0) {
    this.waiting.shift()({ value: arrival.event, done: false });
    return;
  }
  if (this.length() >= (unclaimed ? EARLY_EVENTS : QUEUE_EVENTS) ||
      (this.length() > 0 && this.bytes + arrival.size > (unclaimed ? EARLY_BYTES : QUEUE_BYTES))) {
    this.error = new IpcError(STATUS_QUEUE_FULL, 'events came faster than they were read');
    queues = without(queues, this);
    if (unclaimed)
      this.clear();
    return;
  }
  this.arrivals.push(arrival);
  this.bytes += arrival.size;
};

EventQueue.prototype.take = function () {
  var arrival = this.arrivals[this.head];

  this.arrivals[this.head++] = undefined;
  this.bytes -= arrival.size;
  if (this.head === this.arrivals.length) {
    this.clear();
  } else if (this.head === 1024) {
    this.arrivals.splice(0, this.head);
    this.head = 0;
  }
  return arrival.event;
};

EventQueue.prototype.next = function () {
  var error = this.error, self = this;

  if (this.length() > 0)
    return Promise.resolve({ value: this.take(), done: false });
  if (error) {
    this.end();
    return Promise.reject(error);
  }
  if (this.ended)
    return Promise.resolve({ value: undefined, done: true });
  if (this.waiting.length >= WAITING_MAX)
    return Promise.reject(new IpcError(STATUS_QUEUE_FULL, 'too many reads are waiting'));
  return new Promise(function (resolve) {
    self.waiting.push(resolve);
  });
};

EventQueue.prototype.end = function () {
  var waiting = this.waiting, i;

  this.ended = true;
  this.error = undefined;
  this.waiting = [];
  this.clear();
  queues = without(queues, this);
  for (i = 0; i < waiting.length; i++)
    waiting[i]({ value: undefined, done: true });
};

/* The queue itself stays out of the app's reach. */
function iterate(wanted) {
  var queue = new EventQueue(wanted), iterator = {
    next: function () {
      return queue.next();
    },
    return: function (value) {
      queue.end();
      return Promise.resolve({ value: value, done: true });
    },
    throw: function (reason) {
      queue.end();
      return Promise.reject(reason);
    }
  };

  iterator[Symbol.asyncIterator] = function () {
    return iterator;
  };
  return iterator;
}

function windowEvents() {
  return iterate(null);
}

function windowEventsFor(windowId) {
  return iterate(function (event) {
    return event.windowId === windowId;
  });
}

function channelEvents(channel) {
  return iterate(function (event) {
    return event.channel === channel;
  });
}

/*
 * Its subscription is opened at load, so that nothing which happens before the
 * first call is missed, within bounds: an app that never calls must not have
 * events piling up. If it overflows one call is told so, and the next opens a
 * new one.
 */
var early = new EventQueue(null);
var received = early;

function recvWindowEvent() {
  var queue;

  early = null;
  if (received.ended)
    received = new EventQueue(null);
  queue = received;
  return queue.next().then(function (step) {
    return step.value;
  });
}

function needFunction(callback) {
  if (typeof callback !== 'function')
    throw new TypeError('not a function');
}

function onEvent(callback) {
  var entry = { callback: callback, active: true, what: 'onEvent callback:' };

  needFunction(callback);
  eventCallbacks = eventCallbacks.concat(entry);
  return function () {
    entry.active = false;
    eventCallbacks = without(eventCallbacks, entry);
  };
}

function onChannel(channel, callback) {
  var entry = {
    callback: callback, active: true, what: 'callback of channel "' + channel + '":'
  };

  needFunction(callback);
  channelCallbacks[channel] = (channelCallbacks[channel] || []).concat(entry);
  return function () {
    var rest = without(channelCallbacks[channel] || [], entry);

    entry.active = false;
    if (rest.length > 0)
      channelCallbacks[channel] = rest;
    else
      delete channelCallbacks[channel];
  };
}

function once(channel, callback) {
  var off;

  needFunction(callback);
  off = onChannel(channel, function (payload, windowId) {
    off();
    return callback(payload, windowId);
  });
  return off;
}

/* Whatever a callback does, the others are called; what it throws or rejects is logged. */
function guard(entry, a, b) {
  var result;

  try {
    result = entry.callback.call(undefined, a, b);
    if (result && typeof result.then === 'function')
      result.then(undefined, function (e) {
        logError(entry.what, e);
      });
  } catch (e) {
    logError(entry.what, e);
  }
}

/*
 * Callbacks are called in the order of their registration, onEvent's first.
 * One that is added meanwhile waits for the next event, one that is removed
 * meanwhile is not called any more.
 */
function dispatch(arrival) {
  var event = arrival.event, all = queues, forEvents = eventCallbacks;
  var forChannel = channelCallbacks[event.channel], i;

  for (i = 0; i < all.length; i++)
    if (!all[i].wanted || all[i].wanted(event))
      all[i].offer(arrival);
  for (i = 0; i < forEvents.length; i++)
    if (forEvents[i].active)
      guard(forEvents[i], event);
  for (i = 0; forChannel && i < forChannel.length; i++)
    if (forChannel[i].active)
      guard(forChannel[i], event.payload, event.windowId);
}

/* By the ids of calls that are under way. */
var calls = Object.create(null), nCalls = 0, lastCall = 0;

function nextCallId() {
  do
    lastCall = lastCall >= 0xffffffff ? 1 : lastCall + 1;
  while (calls[lastCall]);
  return lastCall;
}

/* Calls a method of a native service; for our own modules. */
function call(target, method, payload) {
  return new Promise(function (resolve, reject) {
    var id;

    if (nCalls >= CALLS_MAX)
      throw new IpcError(STATUS_QUEUE_FULL, 'too many calls are waiting');
    id = nextCallId();
    native.op_ipc_send(target, method, payload, id);
    calls[id] = { target: target, resolve: resolve, reject: reject };
    nCalls++;
  });
}

/* Only who was called may answer. */
function settle(arrival) {
  var pending = calls[arrival.reply];

  if (!pending || pending.target !== arrival.from)
    return;
  delete calls[arrival.reply];
  nCalls--;
  if (arrival.failed)
    pending.reject(new IpcError(arrival.payload[0], arrival.payload[1]));
  else
    pending.resolve(arrival.payload);
}

function sendToWindow(windowId, channel, payload) {
  try {
    native.op_ipc_send(windowId, channel, payload, undefined);
  } catch (e) {
    return Promise.reject(e);
  }
  return Promise.resolve();
}

/* As between any two turns, the jobs of one arrival run before the next is looked at. */
function pump() {
  var arrival;

  while ((arrival = native.op_ipc_recv())) {
    if (arrival.event)
      dispatch(arrival);
    else
      settle(arrival);
    drain();
  }
}

internal.call = call;
internal.pump = pump;

exports.IpcError = IpcError;
exports.sendToWindow = sendToWindow;
exports.recvWindowEvent = recvWindowEvent;
exports.windowEvents = windowEvents;
exports.windowEventsFor = windowEventsFor;
exports.channelEvents = channelEvents;
exports.onEvent = onEvent;
exports.onChannel = onChannel;
exports.once = once;

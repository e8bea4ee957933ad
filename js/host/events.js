/*
 * Events: what windows send, and what the runtime tells about them, as one
 * stream that any number of subscriptions read.
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

/* Of these only the last that was not read counts; there are places for those, whatever else waits. */
var LATEST = {
  resize: true, move: true, focus: true, blur: true, denied: true, show: true, hide: true,
  output: true, 'input-focus': true
};
var RESERVED = { close: true, crash: true, 'close-requested': true };

var STATUS_CHANNEL_SEND = 7000, STATUS_QUEUE_FULL = 7005;

var IpcError = internal.IpcError;
var uncaught = internal.uncaught;

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
function EventQueue(wanted, module) {
  this.wanted = wanted;
  this.module = module; /* whose events it has; undefined: those of windows */
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
  this.latest = Object.create(null);
};

EventQueue.prototype.length = function () {
  return this.arrivals.length - this.head;
};

/* Replaces an unread event of the same kind; false when there is none. */
EventQueue.prototype.merge = function (event) {
  var cell = this.latest[event.type + ' ' + event.windowId], payload;

  if (!cell)
    return false;
  if (cell.event.payload && event.payload && event.payload.count) {
    payload = {};
    Object.keys(event.payload).forEach(function (key) {
      payload[key] = event.payload[key];
    });
    payload.count += cell.event.payload.count;
    event = {
      windowId: event.windowId, channel: event.channel, type: event.type, payload: payload
    };
  }
  cell.event = event;
  return true;
};

EventQueue.prototype.isFull = function (size) {
  var unclaimed = this === early;

  return this.length() >= (unclaimed ? EARLY_EVENTS : QUEUE_EVENTS) ||
    (this.length() > 0 && this.bytes + size > (unclaimed ? EARLY_BYTES : QUEUE_BYTES));
};

EventQueue.prototype.offer = function (arrival) {
  var event = arrival.event, cell = arrival;

  if (this.waiting.length > 0) {
    this.waiting.shift()({ value: event, done: false });
    return;
  }
  if (!this.module && LATEST[event.type] && this.merge(event))
    return;
  if ((this.module || !RESERVED[event.type]) && this.isFull(arrival.size)) {
    this.error = new IpcError(STATUS_QUEUE_FULL, 'events came faster than they were read');
    queues = without(queues, this);
    if (this === early)
      this.clear();
    return;
  }
  if (!this.module && LATEST[event.type])
    this.latest[event.type + ' ' + event.windowId] = cell = { event: event, size: arrival.size };
  this.arrivals.push(cell);
  this.bytes += arrival.size;
};

EventQueue.prototype.take = function () {
  var arrival = this.arrivals[this.head];

  this.arrivals[this.head++] = undefined;
  this.bytes -= arrival.size;
  if (!this.module && LATEST[arrival.event.type])
    delete this.latest[arrival.event.type + ' ' + arrival.event.windowId];
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
function iterate(wanted, module) {
  var queue = new EventQueue(wanted, module), iterator = {
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
  /* For "await using", where the app has brought that symbol. */
  if (Symbol.asyncDispose)
    iterator[Symbol.asyncDispose] = iterator.return;
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
  var entry = { callback: callback, active: true, what: 'onEvent callback' };

  needFunction(callback);
  eventCallbacks = eventCallbacks.concat(entry);
  return function () {
    entry.active = false;
    eventCallbacks = without(eventCallbacks, entry);
  };
}

/* Most messages are on the channel of the one before; NaN is like nothing. */
var lastChannel = NaN;

/* About what C will say when it is sent on; here nothing would ever come. */
function needChannel(channel) {
  if (channel === lastChannel)
    return;
  if (typeof channel !== 'string')
    throw new TypeError('a channel name is a string');
  if (!/^[^\u0000-\u001f\u007f-\u009f]{1,128}$/.test(channel))
    throw new IpcError(STATUS_CHANNEL_SEND,
      'a channel name is 1 to 128 bytes of text without control characters');
  lastChannel = channel;
}

function onChannel(channel, callback) {
  var entry = {
    callback: callback, active: true, what: 'callback of channel "' + channel + '"'
  };

  needChannel(channel);
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
  off = onChannel(channel, function (payload, windowId, event) {
    off();
    return callback(payload, windowId, event);
  });
  return off;
}

/* Whatever a callback does, the others are called; what it throws or rejects is logged. */
function guard(entry, a, b, c) {
  var callback = entry.callback, result;

  try {
    result = callback(a, b, c);
    if (result && typeof result.then === 'function')
      result.then(undefined, function (e) {
        uncaught(entry.what, e);
      });
  } catch (e) {
    uncaught(entry.what, e);
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
    if (!all[i].module && (!all[i].wanted || all[i].wanted(event)))
      all[i].offer(arrival);
  for (i = 0; i < forEvents.length; i++)
    if (forEvents[i].active)
      guard(forEvents[i], event);
  for (i = 0; forChannel && i < forChannel.length; i++)
    if (forChannel[i].active)
      guard(forChannel[i], event.payload, event.windowId, event);
}

/* ---- events of native modules and services: by module and type ---- */

var moduleCallbacks = Object.create(null);

function onModuleEvent(name, type, callback) {
  var key = name + ' ' + type, entry;

  needFunction(callback);
  entry = { callback: callback, active: true, what: name + ': callback of "' + type + '":' };
  moduleCallbacks[key] = (moduleCallbacks[key] || []).concat(entry);
  return function () {
    entry.active = false;
    moduleCallbacks[key] = without(moduleCallbacks[key], entry);
  };
}

/* Gives the exports of the native module @name what all of them have. */
function addModuleEvents(module, name) {
  module.on = function (type, callback) {
    return onModuleEvent(name, type, callback);
  };
  module.events = function () {
    return iterate(null, name);
  };
}

function dispatchModule(arrival) {
  var name = arrival.event.windowId, payload = arrival.event.payload, all = queues, i;
  var event = { type: payload[0], payload: payload[1] };
  var callbacks = moduleCallbacks[name + ' ' + event.type];

  for (i = 0; i < all.length; i++)
    if (all[i].module === name)
      all[i].offer({ event: event, size: arrival.size });
  for (i = 0; callbacks && i < callbacks.length; i++)
    if (callbacks[i].active)
      guard(callbacks[i], event.payload);
}

internal.addModuleEvents = addModuleEvents;
internal.onModuleEvent = onModuleEvent;
internal.dispatchModule = dispatchModule;
internal.events = exports;
internal.dispatch = dispatch;
internal.needFunction = needFunction;
internal.needChannel = needChannel;

exports.recvWindowEvent = recvWindowEvent;
exports.windowEvents = windowEvents;
exports.windowEventsFor = windowEventsFor;
exports.channelEvents = channelEvents;
exports.onEvent = onEvent;
exports.onChannel = onChannel;
exports.once = once;

/*
 * AbortController and AbortSignal, as the DOM has them; the only event is "abort".
 * Loaded when a script first names one of them, or runtime:ipc needs one.
 */
'use strict';

var uncaught = internal.uncaught;
var making = false;

function abortError() {
  var error = new Error('this operation was aborted');

  error.name = 'AbortError';
  return error;
}

function AbortSignal() {
  if (!making)
    throw new TypeError('an AbortSignal comes from an AbortController');
  this.aborted = false;
  this.reason = undefined;
  this.onabort = null;
  Object.defineProperty(this, 'listeners', { value: [], writable: true });
}

function newSignal() {
  making = true;
  try {
    return new AbortSignal();
  } finally {
    making = false;
  }
}

AbortSignal.prototype.addEventListener = function (type, listener) {
  if (type === 'abort' && typeof listener === 'function' && this.listeners.indexOf(listener) < 0)
    this.listeners = this.listeners.concat(listener);
};

AbortSignal.prototype.removeEventListener = function (type, listener) {
  if (type === 'abort')
    this.listeners = this.listeners.filter(function (other) {
      return other !== listener;
    });
};

AbortSignal.prototype.throwIfAborted = function () {
  if (this.aborted)
    throw this.reason;
};

function fire(signal, listener) {
  try {
    listener.call(signal, { type: 'abort', target: signal });
  } catch (e) {
    uncaught('abort listener', e);
  }
}

function abort(signal, reason) {
  var listeners = signal.listeners, i;

  if (signal.aborted)
    return;
  signal.aborted = true;
  signal.reason = reason === undefined ? abortError() : reason;
  signal.listeners = [];
  if (typeof signal.onabort === 'function')
    fire(signal, signal.onabort);
  for (i = 0; i < listeners.length; i++)
    fire(signal, listeners[i]);
}

AbortSignal.abort = function (reason) {
  var signal = newSignal();

  abort(signal, reason);
  return signal;
};

function AbortController() {
  Object.defineProperty(this, 'signal', { value: newSignal(), enumerable: true });
}

AbortController.prototype.abort = function (reason) {
  abort(this.signal, reason);
};

exports.AbortController = AbortController;
exports.AbortSignal = AbortSignal;

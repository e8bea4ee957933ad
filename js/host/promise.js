/*
 * Promise and queueMicrotask, as ECMAScript 2023 has them, and the queue of
 * their jobs. The runtime calls internal.drain after every entry into the script.
 */
'use strict';

var uncaught = internal.uncaught;
var STATE = Symbol('promise');

var PENDING = 0, FULFILLED = 1, REJECTED = 2;

if (!Symbol.asyncIterator)
  Object.defineProperty(Symbol, 'asyncIterator', { value: Symbol('Symbol.asyncIterator') });
if (!Symbol.species)
  Object.defineProperty(Symbol, 'species', { value: Symbol('Symbol.species') });

/*
 * Pairs of a function and its argument: those of the round that is run, of which
 * what is before next has been, and those that came since.
 */
var round = [], next = 0, queue = [];
/* Rejected while nobody had asked for the outcome; looked at again when no job is left. */
var unhandled = [];

/* Both or none: half a pair, when memory runs out, would give all that follow another's argument. */
function enqueue(fn, arg) {
  var end = queue.length;

  try {
    queue.push(fn, arg);
  } catch (e) {
    queue.length = end;
    throw e;
  }
}

function reportUnhandled() {
  var suspects = unhandled, i;

  unhandled = [];
  for (i = 0; i < suspects.length; i++)
    if (!suspects[i].handled)
      uncaught('unhandled rejection', suspects[i].value);
}

/*
 * A job is off the queue before it runs: what stops it does not stop it twice.
 * Nothing here needs memory while a job is in hand, or it would be lost.
 */
function drain() {
  var fn, arg, empty;

  while (next < round.length || queue.length > 0) {
    if (next === round.length) {
      empty = [];
      round = queue;
      queue = empty;
      next = 0;
    }
    fn = round[next];
    arg = round[next + 1];
    round[next] = round[next + 1] = undefined;
    next += 2;
    try {
      fn(arg);
    } catch (e) {
      uncaught('microtask', e);
    }
  }
  round.length = next = 0;
  if (unhandled.length > 0)
    reportUnhandled();
}

function isObject(v) {
  return (typeof v === 'object' && v !== null) || typeof v === 'function';
}

function settle(state, outcome, value) {
  var reactions = state.reactions, i;

  state.outcome = outcome;
  state.value = value;
  state.reactions = undefined;
  if (outcome === REJECTED && !state.handled)
    unhandled.push(state);
  for (i = 0; i < reactions.length; i++)
    enqueue(react, { reaction: reactions[i], state: state });
}

/* A job settles its capability once, so that one of our own needs no pair of functions. */
function resolveCapability(capability, value) {
  if (capability.resolve)
    capability.resolve(value);
  else
    resolveWith(capability.promise[STATE], value);
}

function rejectCapability(capability, reason) {
  if (capability.reject)
    capability.reject(reason);
  else
    settle(capability.promise[STATE], REJECTED, reason);
}

function react(job) {
  var reaction = job.reaction, state = job.state, capability = reaction.capability;
  var handler = state.outcome === FULFILLED ? reaction.onFulfilled : reaction.onRejected;
  var result;

  if (!handler) {
    if (state.outcome === FULFILLED)
      resolveCapability(capability, state.value);
    else
      rejectCapability(capability, state.value);
    return;
  }
  try {
    result = handler(state.value);
  } catch (e) {
    rejectCapability(capability, e);
    return;
  }
  resolveCapability(capability, result);
}

function adopt(job) {
  var functions = resolvingFunctions(job.state);

  try {
    job.then.call(job.thenable, functions.resolve, functions.reject);
  } catch (e) {
    functions.reject(e);
  }
}

function resolveWith(state, value) {
  var then;

  if (value === state.promise) {
    settle(state, REJECTED, new TypeError('a promise cannot be resolved with itself'));
    return;
  }
  if (!isObject(value)) {
    settle(state, FULFILLED, value);
    return;
  }
  try {
    then = value.then;
  } catch (e) {
    settle(state, REJECTED, e);
    return;
  }
  if (typeof then === 'function')
    enqueue(adopt, { state: state, thenable: value, then: then });
  else
    settle(state, FULFILLED, value);
}

/* The first call of either counts. */
function resolvingFunctions(state) {
  var done = false;

  return {
    resolve: function (value) {
      if (done)
        return;
      done = true;
      resolveWith(state, value);
    },
    reject: function (reason) {
      if (done)
        return;
      done = true;
      settle(state, REJECTED, reason);
    }
  };
}

function begin(promise) {
  promise[STATE] = {
    promise: promise, outcome: PENDING, value: undefined, reactions: [], handled: false
  };
  return promise;
}

/* A promise of our own class that nobody's executor is called for. */
function pending() {
  return begin(Object.create(Promise.prototype));
}

function Promise(executor) {
  var functions;

  if (!isObject(this) || !(this instanceof Promise) || this[STATE])
    throw new TypeError('Promise needs new');
  if (typeof executor !== 'function')
    throw new TypeError('Promise needs a function');
  functions = resolvingFunctions(begin(this)[STATE]);
  try {
    executor(functions.resolve, functions.reject);
  } catch (e) {
    functions.reject(e);
  }
}

function isPromise(v) {
  return isObject(v) && v[STATE] !== undefined && v[STATE].promise === v;
}

function newCapability(C) {
  var capability = { promise: undefined, resolve: undefined, reject: undefined };

  if (typeof C !== 'function')
    throw new TypeError('not a constructor of promises');
  capability.promise = new C(function (resolve, reject) {
    if (capability.resolve !== undefined || capability.reject !== undefined)
      throw new TypeError('the executor was called twice');
    capability.resolve = resolve;
    capability.reject = reject;
  });
  if (typeof capability.resolve !== 'function' || typeof capability.reject !== 'function')
    throw new TypeError('the executor was not called with functions');
  return capability;
}

function speciesOf(promise) {
  var C = promise.constructor, S;

  if (C === undefined)
    return Promise;
  if (!isObject(C))
    throw new TypeError('constructor is not an object');
  S = C[Symbol.species];
  return S === undefined || S === null ? Promise : S;
}

/* For then(): what only a job of ours will settle. */
function newReactionCapability(C) {
  return C === Promise ? { promise: pending(), resolve: undefined, reject: undefined } :
    newCapability(C);
}

function promiseResolve(C, value) {
  var capability;

  if (isPromise(value) && value.constructor === C)
    return value;
  capability = newReactionCapability(C);
  resolveCapability(capability, value);
  return capability.promise;
}

function then(onFulfilled, onRejected) {
  var state, reaction;

  if (!isPromise(this))
    throw new TypeError('not a Promise');
  state = this[STATE];
  reaction = {
    capability: newReactionCapability(speciesOf(this)),
    onFulfilled: typeof onFulfilled === 'function' ? onFulfilled : undefined,
    onRejected: typeof onRejected === 'function' ? onRejected : undefined
  };
  state.handled = true;
  if (state.outcome === PENDING)
    state.reactions.push(reaction);
  else
    enqueue(react, { reaction: reaction, state: state });
  return reaction.capability.promise;
}

function catch_(onRejected) {
  return this.then(undefined, onRejected);
}

function finally_(onFinally) {
  var C;

  if (!isObject(this))
    throw new TypeError('not an object');
  C = speciesOf(this);
  if (typeof onFinally !== 'function')
    return this.then(onFinally, onFinally);
  return this.then(function (value) {
    return promiseResolve(C, onFinally()).then(function () {
      return value;
    });
  }, function (reason) {
    return promiseResolve(C, onFinally()).then(function () {
      throw reason;
    });
  });
}

/* Duktape's arrays are not iterable of themselves, so they are walked by index. */
function forEachOf(iterable, fn) {
  var iterator, step, i;

  if (isObject(iterable) && typeof iterable[Symbol.iterator] === 'function') {
    iterator = iterable[Symbol.iterator]();
    while (!(step = iterator.next()).done) {
      try {
        fn(step.value);
      } catch (e) {
        if (typeof iterator.return === 'function')
          iterator.return();
        throw e;
      }
    }
    return;
  }
  if (!Array.isArray(iterable) && typeof iterable !== 'string')
    throw new TypeError('not iterable');
  for (i = 0; i < iterable.length; i++)
    fn(iterable[i]);
}

/*
 * What all(), allSettled() and any() share: each member's outcome goes to its
 * own pair of functions, made by @pair(index, values, done), and @finish is
 * called with the values when done() has been called once for each.
 */
function combine(C, iterable, pair, finish) {
  var capability = newCapability(C), values = [], remaining = 1, index = 0, resolve;

  function done() {
    if (--remaining === 0)
      finish(capability, values);
  }

  function once(fn) {
    var called = false;

    return function (value) {
      if (called)
        return;
      called = true;
      fn(value);
    };
  }

  try {
    resolve = C.resolve;
    if (typeof resolve !== 'function')
      throw new TypeError('resolve is not a function');
    forEachOf(iterable, function (member) {
      var functions = pair(capability, index, values, done);

      values[index++] = undefined;
      remaining++;
      resolve.call(C, member).then(once(functions[0]), once(functions[1]));
    });
    done();
  } catch (e) {
    capability.reject(e);
  }
  return capability.promise;
}

function all(iterable) {
  return combine(this, iterable, function (capability, index, values, done) {
    return [function (value) {
      values[index] = value;
      done();
    }, capability.reject];
  }, function (capability, values) {
    capability.resolve(values);
  });
}

function allSettled(iterable) {
  return combine(this, iterable, function (capability, index, values, done) {
    return [function (value) {
      values[index] = { status: 'fulfilled', value: value };
      done();
    }, function (reason) {
      values[index] = { status: 'rejected', reason: reason };
      done();
    }];
  }, function (capability, values) {
    capability.resolve(values);
  });
}

function any(iterable) {
  return combine(this, iterable, function (capability, index, errors, done) {
    return [capability.resolve, function (reason) {
      errors[index] = reason;
      done();
    }];
  }, function (capability, errors) {
    capability.reject(new AggregateError(errors, 'all promises were rejected'));
  });
}

function race(iterable) {
  var C = this, capability = newCapability(C), resolve;

  try {
    resolve = C.resolve;
    if (typeof resolve !== 'function')
      throw new TypeError('resolve is not a function');
    forEachOf(iterable, function (member) {
      resolve.call(C, member).then(capability.resolve, capability.reject);
    });
  } catch (e) {
    capability.reject(e);
  }
  return capability.promise;
}

function resolve(value) {
  if (!isObject(this))
    throw new TypeError('not a constructor of promises');
  return promiseResolve(this, value);
}

function reject(reason) {
  var capability = newReactionCapability(this);

  rejectCapability(capability, reason);
  return capability.promise;
}

function AggregateError(errors, message) {
  var self = this instanceof AggregateError ? this : Object.create(AggregateError.prototype);
  var list = [];

  forEachOf(errors, function (e) {
    list.push(e);
  });
  if (message !== undefined)
    define(self, 'message', String(message));
  define(self, 'errors', list);
  return self;
}

function queueMicrotask(fn) {
  if (typeof fn !== 'function')
    throw new TypeError('queueMicrotask needs a function');
  enqueue(fn, undefined);
}

function define(object, name, value) {
  Object.defineProperty(object, name,
    { value: value, writable: true, enumerable: false, configurable: true });
}

define(Promise.prototype, 'then', then);
define(Promise.prototype, 'catch', catch_);
define(Promise.prototype, 'finally', finally_);
define(Promise.prototype, Symbol.toStringTag, 'Promise');
define(Promise, 'all', all);
define(Promise, 'allSettled', allSettled);
define(Promise, 'any', any);
define(Promise, 'race', race);
define(Promise, 'resolve', resolve);
define(Promise, 'reject', reject);
Object.defineProperty(Promise, Symbol.species, {
  configurable: true,
  get: function () {
    return this;
  }
});
Object.defineProperty(Promise, 'prototype', { writable: false });

AggregateError.prototype = Object.create(Error.prototype);
define(AggregateError.prototype, 'constructor', AggregateError);
define(AggregateError.prototype, 'name', 'AggregateError');
define(AggregateError.prototype, 'message', '');

var global = new Function('return this')();

define(global, 'Promise', Promise);
define(global, 'AggregateError', AggregateError);
define(global, 'queueMicrotask', queueMicrotask);

internal.drain = drain;

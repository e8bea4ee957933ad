/*
 * What src/script/promise.c leaves out of Promise, as few apps need it: it is loaded
 * at its first use.
 */
'use strict';

var Promise = native.Promise;
var promiseResolve = Promise.resolve;

function isObject(v) {
  return (typeof v === 'object' && v !== null) || typeof v === 'function';
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

function finally_(onFinally) {
  var C;

  if (!isObject(this))
    throw new TypeError('not an object');
  C = speciesOf(this);
  if (typeof onFinally !== 'function')
    return this.then(onFinally, onFinally);
  return this.then(function (value) {
    return promiseResolve.call(C, onFinally()).then(function () {
      return value;
    });
  }, function (reason) {
    return promiseResolve.call(C, onFinally()).then(function () {
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

function define(object, name, value) {
  Object.defineProperty(object, name,
    { value: value, writable: true, enumerable: false, configurable: true });
}

AggregateError.prototype = Object.create(Error.prototype);
define(AggregateError.prototype, 'constructor', AggregateError);
define(AggregateError.prototype, 'name', 'AggregateError');
define(AggregateError.prototype, 'message', '');

exports.all = all;
exports.allSettled = allSettled;
exports.any = any;
exports.race = race;
exports.finally = finally_;
exports.AggregateError = AggregateError;

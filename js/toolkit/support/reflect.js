/*
 * Reflect.get() and Reflect.set() with a receiver, which Duktape refuses: what a lowered
 * super.method() calls, and the handlers of many a proxy.
 */
(function () {
  'use strict';

  var get = Reflect.get, set = Reflect.set;

  function descriptorOf(object, key) {
    var descriptor;

    for (; object; object = Object.getPrototypeOf(object)) {
      descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (descriptor)
        return descriptor;
    }
    return undefined;
  }

  function isAccessor(descriptor) {
    return descriptor !== undefined && (descriptor.get !== undefined || descriptor.set !== undefined);
  }

  function define(receiver, key, value) {
    var own = Object.getOwnPropertyDescriptor(receiver, key);

    if (own ? isAccessor(own) || !own.writable : !Object.isExtensible(receiver))
      return false;
    Object.defineProperty(receiver, key, own ? { value: value } :
      { value: value, writable: true, enumerable: true, configurable: true });
    return true;
  }

  function replace(name, fn) {
    Object.defineProperty(Reflect, name, { value: fn, writable: true, configurable: true });
  }

  replace('get', function (target, key, receiver) {
    var descriptor;

    if (arguments.length < 3 || receiver === target)
      return get(target, key);
    descriptor = descriptorOf(target, key);
    /* Of data the receiver makes no difference, and a proxy's own handler is to be asked. */
    return isAccessor(descriptor) ? descriptor.get && descriptor.get.call(receiver) : target[key];
  });

  replace('set', function (target, key, value, receiver) {
    var descriptor;

    if (arguments.length < 4 || receiver === target)
      return set(target, key, value);
    descriptor = descriptorOf(target, key);
    if (isAccessor(descriptor)) {
      if (!descriptor.set)
        return false;
      descriptor.set.call(receiver, value);
      return true;
    }
    if (descriptor && !descriptor.writable)
      return false;
    /* The receiver is either an heir of the target, or a proxy that stands for it. */
    return Object.prototype.isPrototypeOf.call(target, receiver) ? define(receiver, key, value) :
      set(target, key, value);
  });
})();

/*
 * Iterators of arrays and strings, which Duktape has none of. Lowered loops walk arrays
 * by index; this is for what asks for the protocol itself, and for strings, whose
 * characters may be two units long.
 */
(function () {
  'use strict';

  var kinds = { keys: 0, values: 1, entries: 2 };
  var STATE = Symbol('state');
  var base = {}, arrays = Object.create(base), strings = Object.create(base);

  function define(object, name, value) {
    if (!Object.prototype.hasOwnProperty.call(object, name))
      Object.defineProperty(object, name, { value: value, writable: true, configurable: true });
  }

  function State(target, kind) {
    this.target = target;
    this.kind = kind;
    this.index = 0;
  }

  function iterator(prototype, target, kind) {
    return Object.defineProperty(Object.create(prototype), STATE, {
      value: new State(target, kind)
    });
  }

  define(base, Symbol.iterator, function () {
    return this;
  });
  define(arrays, Symbol.toStringTag, 'Array Iterator');
  define(strings, Symbol.toStringTag, 'String Iterator');

  define(arrays, 'next', function () {
    var state = this[STATE], target = state.target, index = state.index;

    if (!target || index >= target.length) {
      state.target = null;
      return { value: undefined, done: true };
    }
    state.index++;
    return { done: false, value: state.kind === kinds.keys ? index :
      state.kind === kinds.values ? target[index] : [index, target[index]] };
  });

  define(strings, 'next', function () {
    var state = this[STATE], text = state.target, index = state.index, code, next, size = 1;

    if (index >= text.length)
      return { value: undefined, done: true };
    code = text.charCodeAt(index);
    next = text.charCodeAt(index + 1);
    if (code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000)
      size = 2;
    state.index += size;
    return { value: text.slice(index, index + size), done: false };
  });

  [Array.prototype, Object.getPrototypeOf(Uint8Array.prototype)].forEach(function (prototype) {
    Object.keys(kinds).forEach(function (name) {
      define(prototype, name, function () {
        return iterator(arrays, Object(this), kinds[name]);
      });
    });
    define(prototype, Symbol.iterator, prototype.values);
  });
  define(String.prototype, Symbol.iterator, function () {
    return iterator(strings, String(this), kinds.values);
  });
})();

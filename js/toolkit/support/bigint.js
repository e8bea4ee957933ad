/*
 * Stands for the BigInts that packages make when they are loaded, though most apps never
 * come to use them: they can be made and passed on, and say so when one counts with them.
 */
(function () {
  'use strict';

  function NoBigInt(text) {
    this.text = String(text);
  }

  function refuse() {
    throw new TypeError('the host script has no BigInt, and this is one: ' + this.text);
  }

  NoBigInt.prototype.valueOf = refuse;
  NoBigInt.prototype.toString = refuse;
  NoBigInt.prototype.toJSON = refuse;

  Object.defineProperty(globalThis, '__kilnBigInt', {
    value: function (text) {
      return new NoBigInt(text);
    }
  });
})();

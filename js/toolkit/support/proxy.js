/*
 * Proxy.revocable(), which Duktape lacks. After revoke() the proxy still answers: what it
 * is for, finding uses after the end, is not kept, but nothing depends on it.
 */
(function () {
  'use strict';

  Object.defineProperty(Proxy, 'revocable', {
    value: function revocable(target, handler) {
      return { proxy: new Proxy(target, handler), revoke: function () {} };
    },
    writable: true,
    configurable: true
  });
})();

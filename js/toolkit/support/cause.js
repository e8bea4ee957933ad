/* new Error(message, { cause }), of which Duktape takes the message: see lib/lower.mjs. */
(function () {
  'use strict';

  Object.defineProperty(globalThis, '__kilnCause', {
    value: function (error, options) {
      if (Object(options) === options && 'cause' in options)
        Object.defineProperty(error, 'cause', {
          value: options.cause, writable: true, configurable: true
        });
      return error;
    }
  });
})();

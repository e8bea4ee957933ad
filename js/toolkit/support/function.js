/*
 * Function() for packages. Code that is made at run time has not been lowered, and packages
 * that make some write modern code; they look first whether they may, as in a page with a
 * strict security policy, by making an empty function. Here they may not.
 */
(function () {
  'use strict';

  function NoFunction() {
    if (arguments.length > 0 && arguments[arguments.length - 1] === '')
      throw new EvalError('the host script does not run code that was made at run time');
    return Function.apply(undefined, arguments);
  }
  NoFunction.prototype = Function.prototype;

  Object.defineProperty(globalThis, '__kilnFunction', { value: NoFunction });
})();

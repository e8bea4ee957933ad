// ../node_modules/@swc/helpers/esm/_instanceof.js
function _instanceof(left, right) {
  "@swc/helpers - instanceof";
  if (right != null && typeof Symbol !== "undefined" && right[Symbol.hasInstance]) {
    return !!right[Symbol.hasInstance](left);
  } else return left instanceof right;
}

// ../node_modules/@swc/helpers/esm/_class_call_check.js
function _class_call_check(instance, Constructor) {
  if (!_instanceof(instance, Constructor)) throw new TypeError("Cannot call a class as a function");
}

// ../node_modules/@swc/helpers/esm/_create_class.js
function _defineProperties(target, props) {
  for (var i = 0; i < props.length; i++) {
    var descriptor = props[i];
    descriptor.enumerable = descriptor.enumerable || false;
    descriptor.configurable = true;
    if ("value" in descriptor) descriptor.writable = true;
    Object.defineProperty(target, descriptor.key, descriptor);
  }
}
function _create_class(Constructor, protoProps, staticProps) {
  if (protoProps) _defineProperties(Constructor.prototype, protoProps);
  if (staticProps) _defineProperties(Constructor, staticProps);
  return Constructor;
}

// main.ts
var Service = /* @__PURE__ */ (function() {
  "use strict";
  function Service2() {
    _class_call_check(this, Service2);
  }
  _create_class(Service2, null, [
    {
      key: "start",
      value: function start(port) {
        var length = [
          port !== null && port !== void 0 ? port : 0
        ].length;
        if (length > 0) {
          throw new TypeError("cannot start");
        }
      }
    }
  ]);
  return Service2;
})();
Service.start();
//# sourceMappingURL=main.js.map

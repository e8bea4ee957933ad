// For the checks of the host.
var ipc = require('runtime:ipc');

// Has the page of a window do something: the functions of web/app.js.
exports.page = function (windowId, what, argument) {
  return ipc.invoke(windowId, 'do', [what, argument]);
};

exports.sleep = function (ms) {
  return new Promise(function (resolve) { setTimeout(resolve, ms); });
};

exports.ok = function (condition, what) {
  if (!condition)
    throw new Error(what);
};

exports.same = function (got, want, what) {
  var a = JSON.stringify(got), b = JSON.stringify(want);

  if (a !== b)
    throw new Error((what || 'value') + ' is ' + String(a).slice(0, 200) + ', expected ' + String(b).slice(0, 200));
};

// The error that a promise is rejected with.
exports.refused = function (promise, code, pattern) {
  return promise.then(function (value) {
    throw new Error('resolved with ' + JSON.stringify(value) + ', expected ' + code);
  }, function (error) {
    exports.same(error.code, code, 'code of "' + error + '"');
    exports.ok(error instanceof ipc.IpcError, 'no IpcError: ' + error);
    if (pattern)
      exports.ok(pattern.test(error.message), '"' + error.message + '" does not match ' + pattern);
    return error;
  });
};

exports.until = function (condition, what) {
  var end = performance.now() + 20000;

  return new Promise(function (resolve, reject) {
    (function look() {
      if (condition())
        resolve();
      else if (performance.now() > end)
        reject(new Error('never: ' + what));
      else
        setTimeout(look, 5);
    })();
  });
};

exports.upTo = function (n) {
  var list = [], i;

  for (i = 0; i < n; i++)
    list.push(i);
  return list;
};

// Runs @step for 0 ... n-1, one after the other. Not as one promise in another, which would keep all.
exports.times = function (n, step) {
  return new Promise(function (resolve, reject) {
    (function go(i) {
      if (i === n)
        return resolve();
      Promise.resolve().then(function () { return step(i); }).then(function () { go(i + 1); }, reject);
    })(0);
  });
};

// Gives @see each event of an iterator until that returns true.
exports.read = function (iterator, see) {
  return new Promise(function (resolve, reject) {
    (function go() {
      iterator.next().then(function (step) {
        if (step.done)
          throw new Error('the iterator has ended');
        if (see(step.value))
          resolve();
        else
          go();
      }).then(null, reject);
    })();
  });
};

// Runs every check in turn and says what came of it, "ok NAME" or "not ok NAME: why". The checks of
// checks/*.js run here; those of web/checks.js run in the page "main", one call each.
var ipc = require('runtime:ipc');
var tools = require('./checks/tools');
var checks = [];

['delivery', 'events', 'calls', 'grants', 'pressure', 'globals'].forEach(function (file) {
  var module = require('./checks/' + file);

  Object.keys(module).forEach(function (name) {
    checks.push({ name: name, run: module[name] });
  });
});

function addPageChecks(names) {
  names.forEach(function (name) {
    checks.push({
      name: name,
      run: function () { return ipc.invoke('main', 'check', name, { timeout: 40000 }); }
    });
  });
}

function runFrom(i) {
  if (i === checks.length)
    return require('runtime:app').exit(0);
  return Promise.resolve()
    .then(checks[i].run)
    .then(function () {
      console.log('ok ' + checks[i].name);
    }, function (error) {
      console.log('not ok ' + checks[i].name + ': ' + error + (error && error.stack ? '\n' + error.stack : ''));
    })
    .then(function () { return runFrom(i + 1); });
}

require('./services');
tools.page('other', 'ready')
  .then(function () { return ipc.invoke('main', 'checks'); })
  .then(addPageChecks)
  .then(function () { return runFrom(0); });

// Answers slowly, so that who asked can go meanwhile.
var ipc = require('runtime:ipc');

ipc.onChannel('result', function (r, id) {
  console.log('result ' + id + ' ' + r.name + ': ' + r.value);
});
ipc.onChannel('stale', function (what) {
  console.log('stale ' + what);
});
ipc.handle('double', function (n) {
  return 2 * n;
});
ipc.handle('slow', function (name, context) {
  console.log('slow call of ' + name);
  context.signal.addEventListener('abort', function () {
    console.log('slow call of ' + name + ' aborted');
  });
  return new Promise(function (resolve) {
    setTimeout(resolve, 3000, 'late');
  });
});

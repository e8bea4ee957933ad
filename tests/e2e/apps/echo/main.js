// Sends everything back; ends with 0 when the page says that all of it was right.
var ipc = require('runtime:ipc');

ipc.onChannel('echo', function (payload, windowId) {
  ipc.sendToWindow(windowId, 'echo', payload);
});

ipc.onChannel('done', function (result) {
  console.log('echo: ' + JSON.stringify(result));
  require('runtime:app').exit(result.error === null && result.received === 10000 ? 0 : 3);
});

// The other side is tests/bench/messages.c, which plays the page.
var ipc = require('runtime:ipc');

ipc.onChannel('echo', function (payload, windowId) {
  ipc.sendToWindow(windowId, 'echo', payload);
});

ipc.onChannel('acknowledged', function (payload, windowId) {
  ipc.sendToWindow(windowId, 'echo', payload, { ack: true });
});

ipc.onChannel('invoke', function (payload, windowId) {
  ipc.invoke(windowId, 'call', payload);
});

ipc.handle('call', function (payload) {
  return payload;
});

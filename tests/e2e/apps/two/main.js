// Both windows send beats; the test kills the web process of one.
var ipc = require('runtime:ipc');
var beats = { a: 0, b: 0 };

ipc.onChannel('beat', function (n, id) {
  beats[id] += 1;
  if (beats[id] % 20 === 0)
    console.log('beats ' + id + ' ' + beats[id] + ' page ' + n);
});
ipc.onChannel('__window__', function (detail, id) {
  console.log('window event ' + id);
});
ipc.onEvent(function (event) {
  if (event.type)
    console.log('event ' + event.windowId + ' ' + event.type);
});

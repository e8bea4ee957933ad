// After a crash this script decides what is shown, and its decision stands.
var ipc = require('runtime:ipc');

ipc.onChannel('here', function (path) { console.log('showing ' + path); });
ipc.onEvent(function (event) {
  if (event.type === 'crash')
    require('runtime:window').getWindow(event.windowId).navigate('safe.html');
});

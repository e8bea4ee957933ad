// The page is white until this script gives it a colour.
var ipc = require('runtime:ipc');

ipc.onChannel('colour', function (ask, id) {
  ipc.sendToWindow(id, 'colour', '#c86432');
});
ipc.onChannel('painted', function (where) {
  console.log('painted ' + where);
});

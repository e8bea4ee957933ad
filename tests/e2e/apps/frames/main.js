// Prints what the page found out, a line for each; "end" ends.
var ipc = require('runtime:ipc');

ipc.onChannel('result', function (r) {
  console.log('result ' + r.name + ': ' + r.value);
});
ipc.onChannel('secret', function () {
  console.log('result secret: arrived');
});
ipc.onChannel('end', function () {
  require('runtime:app').exit(0);
});

// Prints what frames say, and by which origin the runtime knows the page.
var ipc = require('runtime:ipc');

ipc.onChannel('result', function (r, id) {
  console.log('result ' + id + ' ' + r.name + ': ' + r.value);
});

var ipc = require('runtime:ipc');
var part = require('./part');
var count = 0;

ipc.onChannel('tick', function (name) {
  count += 1;
  console.log(part.version + ' has ' + name + ' as number ' + count);
});

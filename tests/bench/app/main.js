// Echoes "e", and takes the time from one arrival to the next: one full round
// page -> this script -> page. The page says when a series starts and ends.
var ipc = require('runtime:ipc');
var times = null, last = 0;

ipc.onChannel('e', function (payload, windowId) {
  var now = performance.now();
  if (times) times.push(now - last);
  last = now;
  ipc.sendToWindow(windowId, 'e', payload);
});

ipc.onChannel('start', function () { times = []; });

ipc.onChannel('end', function (bytes) {
  var sorted = times.slice(1).sort(function (a, b) { return a - b; });
  times = null;
  function at(q) { return (sorted[Math.floor(sorted.length * q)] * 1000).toFixed(1); }
  console.log('kiln ' + bytes + ' ' + at(0.5) + ' ' + at(0.99));
});

ipc.onChannel('done', function () { require('runtime:app').exit(0); });

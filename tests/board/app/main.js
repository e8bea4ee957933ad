// What the page of one output does is seen on the other; and what the tests ask for by keys.
var ipc = require('runtime:ipc');
var screen = require('runtime:screen');

ipc.onChannel('board:touched', function (count) {
  ipc.sendToWindow('side', 'board:touched', count);
});

ipc.onChannel('board:rotate', function (degrees) {
  screen.configure('Virtual-1', { rotation: degrees });
});

ipc.onChannel('board:sleep', function () {
  screen.sleep('Virtual-1');
});

screen.onOutput(function (output) {
  console.log('output ' + output.name + ' is ' + output.state);
});

// What the page of one output does is seen on the other; and what the tests ask for by keys.
var ipc = require('runtime:ipc');

ipc.onChannel('board:touched', function (count) {
  ipc.sendToWindow('side', 'board:touched', count);
});

ipc.onChannel('board:rotate', function (degrees) {
  require('runtime:screen').configure('Virtual-1', { rotation: degrees }).then(function () {
    console.log('board-test: rotated to ' + degrees);
  });
});

ipc.windowEvents(function (event) {
  if (event.type === 'output') console.log('board-test: output ' + JSON.stringify(event));
});

// The host script of the welcome app: answers the page, and tells it what it knows.
var ipc = require('runtime:ipc');

var greetings = 0;

ipc.onChannel('greet', function (name, windowId) {
  greetings += 1;
  ipc.sendToWindow(windowId, 'greet', {
    text: 'Hello, ' + name + '. This is the host script.',
    count: greetings
  });
});

ipc.onChannel('board:ask', function (question, windowId) {
  ipc.sendToWindow(windowId, 'board:facts', {
    script: 'main.js, running for ' + Math.round(performance.now()) + ' ms',
    window: windowId
  });
});

/* One question, by promise, timer and module to its answer. */
var ipc = require('runtime:ipc');
var app = require('runtime:app');
var answer = require('./answer').answer;
var seen = 0;

function later(value) {
  return new Promise(function (resolve) {
    setTimeout(resolve, 1, value);
  });
}

ipc.onEvent(function () {
  seen++;
});

ipc.onChannel('ask', function (payload, windowId) {
  Promise.all([payload.bytes, later('later')]).then(function (both) {
    return ipc.sendToWindow(windowId, 'answer', answer(both[0], both[1]), { ack: true });
  }).then(function () {
    app.exit(seen);
  }, function (e) {
    console.error('refused:', e);
  });
});

/* One question, by promise, timer, module and native module to its answer. */
var ipc = require('runtime:ipc');
var app = require('runtime:app');
var native = require('native:oom');
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
  native.pass([{ text: 'la' }, { text: 'ter', n: 7 }], payload.bytes).then(function (items) {
    return native.passLater(items);
  }).then(function (items) {
    return Promise.all([payload.bytes, later(items[0].text + items[1].text)]);
  }).then(function (both) {
    return ipc.sendToWindow(windowId, 'answer', answer(both[0], both[1]), { ack: true });
  }).then(function () {
    app.exit(seen);
  }, function (e) {
    console.error('refused:', e);
  });
});

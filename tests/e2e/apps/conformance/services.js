// What the page's checks find at the other end.
var ipc = require('runtime:ipc');
var aborted = 0;

function later(ms, value) {
  return new Promise(function (resolve) {
    setTimeout(function () { resolve(value); }, ms);
  });
}

ipc.handle('t:echo', function (payload, call) { return { payload: payload, from: call.windowId }; });
ipc.handle('t:later', function (ms) { return later(ms, 'after ' + ms); });
ipc.handle('t:throw', function () { throw new TypeError('no such thing'); });
ipc.handle('t:reject', function () { return Promise.reject(new ipc.IpcError(7004, 'not for you')); });
ipc.handle('t:cycle', function () { var o = {}; o.self = o; return o; });
ipc.handle('t:never', function (payload, call) {
  call.signal.addEventListener('abort', function () { aborted += 1; });
  return new Promise(function () {});
});
ipc.handle('t:aborted', function () { return aborted; });

// What came on t:log and t:log-too, in order, since it was last asked for.
var log = [];
function note(payload, windowId, event) { log.push([event.channel, payload]); }
ipc.onChannel('t:log', note);
ipc.onChannel('t:log-too', note);
ipc.handle('t:logged', function () { var all = log; log = []; return all; });

// Sends to whoever asks, and answers when a listener has run or none was there.
ipc.handle('t:say', function (message, call) {
  return ipc.sendToWindow(call.windowId, message[0], message[1], { ack: true }).then(null, function (error) {
    if (error.code !== 7008)
      throw error;
  });
});

// Sends @count messages on t:rain, with pauses whenever the window has no room.
ipc.handle('t:rain', function (count, call) {
  var text = '0123456789012345678901234567890123456789';

  return new Promise(function (resolve) {
    (function go(n) {
      if (n === count)
        return resolve(count);
      ipc.sendToWindow(call.windowId, 't:rain', { n: n, text: text }).then(function () { go(n + 1); }, function () {
        ipc.drain(call.windowId).then(function () { go(n); });
      });
    })(0);
  });
});

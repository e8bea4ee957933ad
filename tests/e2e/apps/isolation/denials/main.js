// What arrives is printed, and each denial; then the host tries the same.
var ipc = require('runtime:ipc');
var channels = ['order:new', 'order:price', 'order:refund', 'bill', 'show', 'tell', 'other'];
var counts = {}, ended = 0;

channels.forEach(function (channel) {
  ipc.onChannel(channel, function (how, id) {
    console.log('arrived ' + id + ' ' + channel + ' ' + how);
  });
  ipc.handle(channel, function (how) {
    console.log('arrived ' + channel + ' ' + how);
  });
});
ipc.onEvent(function (event) {
  var d = event.payload;
  if (event.type !== 'denied')
    return;
  counts[event.windowId] = (counts[event.windowId] || 0) + d.count;
  console.log('denied ' + event.windowId + ' ' + d.direction + ' ' + d.channel + ' ' + d.origin +
    ' ' + d.rule);
});

function attempt(id, channel) {
  function outcome(how, promise) {
    return promise.then(function () {
      console.log('host ' + how + ' ' + id + ' ' + channel + ': passed');
    }, function (e) {
      console.log('host ' + how + ' ' + id + ' ' + channel + ': ' + e.name + ' ' + e.message);
    });
  }
  return Promise.all([
    outcome('send', ipc.sendToWindow(id, channel, 1)),
    outcome('ack', ipc.sendToWindow(id, channel, 1, { ack: true })),
    outcome('invoke', ipc.invoke(id, channel, 1))
  ]);
}

ipc.onChannel('result', function (r, id) {
  console.log('result ' + id + ' ' + r.name + ': ' + r.value);
  if (r.name !== 'page end' || ++ended < 2)
    return;
  var all = [];
  ['main', 'kitchen'].forEach(function (window) {
    channels.forEach(function (channel) {
      all.push(attempt(window, channel));
    });
  });
  Promise.all(all).then(function () {
    setTimeout(function () {
      console.log('counts main ' + counts.main + ' kitchen ' + counts.kitchen);
    }, 500);
  });
});

// Opens a window for each attack, one after another, and counts the beats of the good one.
var ipc = require('runtime:ipc');
var win = require('runtime:window');
var attacks = ['random', 'event', 'credit', 'refused', 'again', 'overrun', 'nothing-acked',
  'false-ack', 'half-ack', 'reply', 'failed', 'cancel', 'reserved', 'long-log', 'fd', 'fds',
  'second', 'stray', 'named', 'early', 'frames', 'lying', 'deaf'];
var beats = 0, lost = 0, late = 0;

ipc.onChannel('beat', function (n, id) {
  if (id !== 'good')
    console.log('a beat of ' + id);
  if (n !== ++beats)
    lost++;
});
ipc.onChannel('greet', function (payload, id) {
  if (payload)
    console.log('greeted by ' + id + ', who says it is ' + payload.windowId);
});
ipc.handle('greet', function () {
  return 1;
});
ipc.onEvent(function (event) {
  if (event.windowId === 'good' && event.type && event.type !== 'load' && event.type !== 'focus')
    console.log('the good window: ' + event.type);
});

function next(i) {
  var before = beats;
  if (i === attacks.length) {
    console.log('all attacks done, ' + lost + ' beats lost, ' + late + ' times none');
    return;
  }
  win.createWindow({ id: attacks[i], url: 'index.html', focus: false }).then(function (opened) {
    function end() {
      clearTimeout(timer);
      if (beats === before)
        late++;
      opened.close();
      next(i + 1);
    }

    // Each attacks while it loads; how long that takes is the machine's to say.
    var timer = setTimeout(end, 6000);

    opened.onEvent(function (event) {
      if (event.type !== 'load')
        return;
      clearTimeout(timer);
      timer = setTimeout(end, 700);
    });
  });
}
setTimeout(function () { next(0); }, 1000);

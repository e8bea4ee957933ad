// Opens and closes windows, one after another.
var win = require('runtime:window');

function round(n) {
  if (n === 0) {
    win.windows().then(function (ids) { console.log('open: ' + ids.join()); });
    return;
  }
  win.createWindow({ url: 'index.html?' + n }).then(function (w) {
    setTimeout(function () {
      w.close();
      round(n - 1);
    }, 400);
  });
}
setTimeout(function () { round(4); }, 500);

function told(what) {
  return function (error) { console.log(what + ': ' + error.name + ' ' + error.message); };
}
win.createWindow({ id: 'no good' }).then(null, told('bad id'));
win.createWindow({ id: 'main' }).then(null, told('taken id'));
win.createWindow({ id: 'x', url: 'a b' }).then(null, told('bad url'));
win.getWindow('none').navigate('index.html').then(null, told('navigate'));
win.getWindow('none').close().then(function (was) { console.log('close: ' + was); });

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

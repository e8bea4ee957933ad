// Opens a window for each attack, one after another.
var win = require('runtime:window');
var attacks = ['random', 'event', 'overrun', 'fd', 'second', 'stray'];

function next(i) {
  if (i === attacks.length) {
    console.log('all attacks done');
    return;
  }
  win.createWindow({ id: attacks[i], url: 'index.html?' + attacks[i] });
  setTimeout(function () { next(i + 1); }, 1500);
}
next(0);

/* Opens the same windows in each run. */
'use strict';

var win = require('runtime:window');

function id(window) {
  return window.id;
}

function refused(e) {
  return e.message;
}

Promise.all([
  win.createWindow({ id: 'panel', url: 'index.html' }).then(id),
  win.createWindow({ url: 'other.html' }).then(id),
  win.createWindow({ url: 'other.html' }).then(id),
  win.createWindow({ id: 'panel' }).then(id, refused),
  win.createWindow({ id: 'given' }).then(id, refused)
]).then(function (ids) {
  return win.windows().then(function (all) {
    console.log('opened ' + ids.join(' ') + ' of ' + all.join(' '));
  });
});

/* Says what outputs there are, and where a window goes that names none. */
'use strict';

var createWindow = require('runtime:window').createWindow;
var outputs = require('runtime:screen').outputs;

createWindow({ visible: false }).then(function (win) {
  return win.info();
}).then(function (info) {
  return outputs().then(function (all) {
    console.log('outputs ' + all.map(function (o) { return o.name; }) + ', else ' + info.output);
  });
});

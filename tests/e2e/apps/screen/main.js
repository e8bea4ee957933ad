/* Drives the output that its page is on, step by step, and says what comes of it. */
'use strict';

var ipc = require('runtime:ipc');
var screen = require('runtime:screen');
var exit = require('runtime:app').exit;
var NAME = 'headless-1';
var wanted, gone;

function wait(ms) {
  return new Promise(function (resolve) { setTimeout(resolve, ms); });
}

/* Resolves when the page has said this size. */
function page(size) {
  return new Promise(function (resolve) {
    wanted = size;
    gone = resolve;
  });
}

function frames() {
  return screen.outputs().then(function (all) { return all[0].frames; });
}

/* The size in a PNG's head. */
function sizeOf(png) {
  return (png[18] << 8 | png[19]) + 'x' + (png[22] << 8 | png[23]);
}

ipc.onChannel('size', function (size) {
  console.log('page ' + size);
  if (size === wanted)
    gone();
});

screen.onOutput(function (o) {
  console.log('output ' + o.state + ' ' + o.rotation + ' ' + o.scale + ' ' + o.width + 'x' + o.height);
});

page('640x400').then(function () {
  var turned = page('400x640');

  screen.configure(NAME, { rotation: 90 });
  return turned;
}).then(function () {
  var scaled = page('200x320');

  screen.configure(NAME, { scale: 2 });
  return scaled;
}).then(function () {
  return screen.screenshot();
}).then(function (png) {
  console.log('picture ' + sizeOf(png));
  return screen.sleep();
}).then(function () {
  return wait(300);
}).then(frames).then(function (before) {
  return wait(1000).then(frames).then(function (after) {
    console.log('asleep ' + (after - before) + ' frames');
    return screen.wake();
  }).then(function () {
    return wait(1000);
  }).then(frames).then(function (after) {
    console.log('awake ' + (after - before > 5 ? 'paints' : 'is still'));
  });
}).then(function () {
  exit(0);
}, function (e) {
  console.log('failed ' + e.message);
  exit(1);
});

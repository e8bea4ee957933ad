// Does what the operator says ("do event:STEP"), and tells what comes of it.
var ipc = require('runtime:ipc');
var win = require('runtime:window');
var open = {};
var kept = false;

function log(what) {
  return function (value) { console.log(what + ' ' + JSON.stringify(value)); };
}

function failed(what) {
  return function (error) { console.log(what + ' failed: [' + error.code + '] ' + error.message); };
}

function make(options) {
  return win.createWindow(options).then(function (w) {
    open[w.id] = w;
    console.log('made ' + w.id);
    return w;
  });
}

function ask(id) {
  return ipc.invoke(id, 'report').then(log('report ' + id), failed('report ' + id));
}

// Where the parts of a window's PNG say that they are.
function header(png) {
  return Array.prototype.slice.call(png, 0, 8).join() + ' ' + (png.length > 100);
}

var steps = {
  overlap: function () {
    make({ id: 'left', url: 'page.html?color=a02020', x: 40, y: 40, width: 200, height: 120, z: 1 });
    make({ id: 'glass', url: 'glass.html', x: 140, y: 100, width: 200, height: 160, z: 2,
      transparent: true });
  },
  'left-up': function () { open.left.setZ(3); },
  'left-same': function () { open.left.setZ(2); },
  'left-down': function () { open.left.lower(); },
  'left-raise': function () { open.left.raise(); },
  'glass-hide': function () { open.glass.hide(); },
  'glass-show': function () { open.glass.setVisible(true); },
  'glass-move': function () { open.glass.move(300, -40); },
  left: function () { make({ id: 'left', url: 'page.html?color=a02020', x: 40, y: 40, width: 200, height: 120 }); },
  'left-place': function () {
    open.left.move(10, 20).then(function () { return open.left.resize(160, 0); }).then(function () {
      return open.left.getBounds();
    }).then(log('bounds'));
  },
  'left-full': function () {
    open.left.setFullscreen(true).then(function () { return open.left.isFullscreen(); })
      .then(log('fullscreen'));
  },
  'left-back': function () {
    open.left.setFullscreen(false).then(function () { return open.left.getSize(); }).then(log('size'));
  },
  'left-twice': function () { open.left.setPosition(10, 20); open.left.setSize(160, 0); },
  'left-zoom': function () {
    open.left.setZoom(2).then(function () { return open.left.getZoom(); }).then(log('zoom'));
    open.left.setZoom(20).then(null, failed('zoom'));
  },
  'left-title': function () {
    open.left.getTitle().then(log('title')).then(function () { return open.left.setTitle('till 4'); })
      .then(function () { return open.left.getTitle(); }).then(log('title'));
  },
  'left-png': function () {
    open.left.screenshot().then(function (png) { console.log('png ' + header(png)); ipc.sendToWindow('back', 'png', png); },
      failed('png'));
  },
  'left-info': function () { open.left.info().then(log('info')); },
  'left-focus': function () { open.left.focus().catch(function (e) { console.log('focus refused: ' + e.name + ': ' + e.message.slice(7)); }); },
  'left-hide': function () { open.left.hide(); },
  'left-show': function () { open.left.show(); },
  'left-close': function () { open.left.close().then(log('closed')); },
  guard: function () {
    open.left.onCloseRequested(function (request) {
      console.log('asked ' + request.windowId + (kept ? ' go' : ' stay'));
      return kept || new Promise(function (resolve) { setTimeout(resolve, 50, false); });
    });
  },
  deaf: function () { open.left.askBeforeClose(true); },
  allow: function () { kept = true; },
  'left-asks': function () { ipc.sendToWindow('left', 'close'); },
  report: function () { win.windows().then(function (ids) { ids.forEach(ask); }); },
  second: function () { make({ id: 'second', url: 'page.html?color=30a030&move', output: 'second' }); },
  'second-closes': function () { win.getWindow('second').close(); },
  infos: function () {
    win.windows().then(function (ids) {
      ids.forEach(function (id) { win.getWindow(id).info().then(log('info ' + id)); });
    });
  },
  wrong: function () {
    make({ id: 'w1', zoom: 0 }).then(null, failed('zoom'));
    make({ id: 'w2', z: 2000000 }).then(null, failed('z'));
    make({ id: 'w3', output: '' }).then(null, failed('output'));
    make({ id: 'w4', x: -100000, width: 4000000000 }).then(function (w) { return w.getBounds(); })
      .then(log('clamped'), failed('clamped'));
  }
};

ipc.onEvent(function (event) {
  if (event.channel === '__window__' && event.type === 'action')
    steps[event.payload.name]();
  else if (event.channel === '__window__')
    console.log('event ' + event.windowId + ' ' + event.type + ' ' + JSON.stringify(event.payload));
});
ipc.onChannel('said', function (what, id) { console.log('said ' + id + ' ' + what); });

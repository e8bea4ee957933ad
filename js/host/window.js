/*
 * runtime:window: windows as objects. The work is done by the native service
 * of the same name; this module only calls it.
 */
'use strict';

var ipc = require('runtime:ipc');
var call = internal.callService;

var SERVICE = 'runtime:window';
var CHANNEL = '__window__';

function Window(id) {
  Object.defineProperty(this, 'id', { value: id, enumerable: true });
}

Window.prototype.close = function () {
  return call(SERVICE, 'close', { id: this.id });
};

Window.prototype.reload = function () {
  return call(SERVICE, 'reload', { id: this.id });
};

Window.prototype.navigate = function (url) {
  return call(SERVICE, 'navigate', { id: this.id, url: url });
};

Window.prototype.send = function (channel, payload) {
  return ipc.sendToWindow(this.id, channel, payload);
};

/* Events of this window that the runtime has made: close, crash, load ... Returns what ends it. */
Window.prototype.onEvent = function (callback) {
  var id = this.id;

  if (typeof callback !== 'function')
    throw new TypeError('not a function');
  return ipc.onEvent(function (event) {
    if (event.channel === CHANNEL && event.windowId === id)
      return callback(event);
  });
};

Window.prototype.onClose = function (callback) {
  if (typeof callback !== 'function')
    throw new TypeError('not a function');
  return this.onEvent(function (event) {
    if (event.type === 'close')
      return callback(event);
  });
};

function createWindow(options) {
  return call(SERVICE, 'create', options || {}).then(function (result) {
    return new Window(result.id);
  });
}

/* Whether there is such a window is told by what is then done with it. */
function getWindow(id) {
  return new Window(id);
}

function windows() {
  return call(SERVICE, 'list', {});
}

function windowEvents() {
  return ipc.channelEvents(CHANNEL);
}

exports.createWindow = createWindow;
exports.getWindow = getWindow;
exports.windows = windows;
exports.windowEvents = windowEvents;

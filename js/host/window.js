/*
 * runtime:window: what of it is script. The rest is the native service's, by
 * src/api/window.h.
 */
'use strict';

var ipc = require('runtime:ipc');

var CHANNEL = '__window__';

/* Whether there is such a window is told by what is then done with it. */
function Window(id) {
  Object.defineProperty(this, 'id', { value: id, enumerable: true });
}

Window.prototype.send = function (channel, payload, options) {
  return ipc.sendToWindow(this.id, channel, payload, options);
};

Window.prototype.onEvent = function (callback) {
  var id = this.id;

  return ipc.onEvent(function (event) {
    if (event.channel === CHANNEL && event.windowId === id)
      return callback(event);
  });
};

Window.prototype.onClose = function (callback) {
  return this.onEvent(function (event) {
    if (event.type === 'close')
      return callback(event);
  });
};

exports.Window = Window;
exports.getWindow = function (id) {
  return new Window(id);
};
exports.windowEvents = function () {
  return ipc.channelEvents(CHANNEL);
};

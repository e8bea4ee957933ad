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

function typed(type) {
  return function (callback) {
    return this.onEvent(function (event) {
      if (event.type === type)
        return callback(event);
    });
  };
}

Window.prototype.onClose = typed('close');
Window.prototype.onFocus = typed('focus');
Window.prototype.onBlur = typed('blur');
Window.prototype.onResize = typed('resize');
Window.prototype.onMove = typed('move');

/* Forge's names. */
Window.prototype.setPosition = function (x, y) {
  return this.move(x, y);
};

Window.prototype.setSize = function (width, height) {
  return this.resize(width, height);
};

Window.prototype.getPosition = function () {
  return this.getBounds().then(function (rect) {
    return { x: rect.x, y: rect.y };
  });
};

Window.prototype.getSize = function () {
  return this.getBounds().then(function (rect) {
    return { width: rect.width, height: rect.height };
  });
};

Window.prototype.isFullscreen = function () {
  return this.info().then(function (info) {
    return info.fullscreen;
  });
};

/* ---- closing that can be called off ---- */

/* By window: whoever wants to be asked. Lists are replaced and never changed. */
var guards = Object.create(null);
var listening = false;

function ignore() {
}

/* Whether this one keeps the window; what it throws or rejects is told and keeps nothing. */
function ask(callback, windowId) {
  var kept = false, request = {
    windowId: windowId,
    preventDefault: function () {
      kept = true;
    }
  };

  return new Promise(function (resolve) {
    resolve(callback.call(undefined, request));
  }).then(function (answer) {
    return kept || answer === false;
  }, function (e) {
    internal.uncaught('onCloseRequested callback', e);
    return kept;
  });
}

function answer(windowId) {
  var asked = (guards[windowId] || []).map(function (guard) {
    return ask(guard.callback, windowId);
  });

  /* Somebody else asked to be asked, and answers. */
  if (asked.length === 0)
    return;
  Promise.all(asked).then(function (keeping) {
    var win = new Window(windowId);

    return keeping.indexOf(true) >= 0 ? win.keep() : win.close();
  }).then(undefined, ignore);
}

function listen() {
  if (listening)
    return;
  listening = true;
  ipc.onEvent(function (event) {
    if (event.channel !== CHANNEL)
      return;
    if (event.type === 'close-requested')
      answer(event.windowId);
    else if (event.type === 'close')
      delete guards[event.windowId];
  });
}

Window.prototype.onCloseRequested = function (callback) {
  var guard = { callback: callback }, win = this;

  listen();
  if (!guards[win.id])
    win.askBeforeClose(true).then(undefined, ignore);
  guards[win.id] = (guards[win.id] || []).concat(guard);
  return function () {
    var rest = (guards[win.id] || []).filter(function (other) {
      return other !== guard;
    });

    if (rest.length > 0 || !guards[win.id]) {
      if (guards[win.id])
        guards[win.id] = rest;
      return;
    }
    delete guards[win.id];
    win.askBeforeClose(false).then(undefined, ignore);
  };
};

exports.Window = Window;
exports.getWindow = function (id) {
  return new Window(id);
};
exports.windowEvents = function () {
  return ipc.channelEvents(CHANNEL);
};

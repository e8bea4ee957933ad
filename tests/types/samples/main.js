/* Prints what comes, with the type that the declarations have for it. */
'use strict';

var ipc = require('runtime:ipc');
var win = require('runtime:window');
var screen = require('runtime:screen');
var app = require('runtime:app');
var TYPES = {
  load: 'LoadEvent', 'load-failed': 'LoadFailedEvent', crash: 'CrashEvent', close: 'CloseEvent',
  denied: 'DeniedEvent', dropped: 'DroppedEvent', drain: 'DrainEvent',
  focus: 'FocusEvent', blur: 'BlurEvent', resize: 'ResizeEvent', move: 'MoveEvent',
  show: 'ShowEvent', hide: 'HideEvent', 'close-requested': 'CloseRequestedEvent',
  output: 'OutputEvent', 'input-focus': 'InputFocusEvent', action: 'ActionEvent'
};
var n = 0;

function sample(type, value) {
  console.log('sample ' + type + ' ' + JSON.stringify(value));
}

function members(of, value) {
  console.log('members ' + of + ' ' + Object.keys(value).sort().join(' '));
}

ipc.onEvent(function (event) {
  sample(event.type ? TYPES[event.type] : 'MessageEvent<{ sku: number }>', event);
  if (++n === 21)
    rest();
});

function rest() {
  members('runtime:ipc', ipc);
  members('runtime:window', win);
  members('runtime:screen', screen);
  members('runtime:app', app);
  console.log('class Window ' + Object.getOwnPropertyNames(win.Window.prototype).sort().join(' '));
  sample('Pick<Window, "id">', win.getWindow('main'));
  screen.outputs().then(function (outputs) {
    sample('Output', outputs[0]);
    return screen.configure(outputs[0].name, { mode: '800x480', rotation: 90, scale: 2, off: false });
  }).then(function (output) {
    sample('Output', output);
    errors();
  });
}

function errors() {
  ipc.broadcastSettled(['nobody'], 'x').then(function (results) {
    sample('Omit<Outcome, "reason">[]', results.map(function (r) {
      return { windowId: r.windowId, status: r.status };
    }));
    sample('Omit<IpcError, "message" | "stack" | "cause">',
      { code: results[0].reason.code, name: results[0].reason.name });
    app.exit(0);
  });
}

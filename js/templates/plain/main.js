// The host script: no page, no DOM, but everything that the app decides. ES5, run by the runtime.
var ipc = require('runtime:ipc');

var started = Date.now();
var greetings = 0;

// What a page asks with runtime.invoke('greet', name) is answered here.
ipc.handle('greet', function (name) {
  greetings += 1;
  return { text: 'Hello, ' + name + '!', count: greetings };
});

// What a page hears with runtime.on('status', …). "*" is every window.
setInterval(function () {
  ipc.broadcast('*', 'status', {
    time: new Date(),
    uptime: Math.round((Date.now() - started) / 1000)
  }).catch(function (e) {
    console.warn('status: ' + e.message);
  });
}, 1000);

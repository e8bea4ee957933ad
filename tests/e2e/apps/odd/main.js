// Honest but odd use of the API, at both edges.
var ipc = require('runtime:ipc');
var late = 0;

ipc.onChannel('bytes', function (bytes, id) { ipc.sendToWindow(id, 'bytes', { list: [bytes] }); });
ipc.onChannel('report', function (line) { console.log(line); });
ipc.onChannel('late', function () { late += 1; });
ipc.onChannel('after', function (sent) {
  console.log('of ' + sent + ' sent while leaving, ' + late + ' came');
  require('runtime:app').exit(0);
});
setInterval(function () { ipc.sendToWindow('main', 'tick', null).then(null, function () {}); }, 100);

// A payload whose own code sends.
ipc.sendToWindow('main', 'x', {
  toJSON: function () {
    ipc.sendToWindow('main', 'x', 'inner').then(null, function (error) {
      console.log('inner send: ' + error.message);
    });
    return { list: [1, 2, 3] };
  }
});
ipc.sendToWindow('main', 'x', 'after').then(function () { console.log('sending goes on'); });

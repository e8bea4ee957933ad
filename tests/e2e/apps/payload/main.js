// Values go to the page and back; the page compares. And what cannot be sent, from here.
var ipc = require('runtime:ipc');

ipc.onChannel('back', function (payload, id) {
  ipc.sendToWindow(id, 'back', payload);
});
ipc.onChannel('report', function (line) {
  console.log(line);
});
ipc.onChannel('end', function (n, id) {
  var cyclic = { list: [1, {}] };
  cyclic.list[1].up = cyclic;
  ipc.sendToWindow(id, 'x', cyclic).then(
    function () { console.log('host sent a cycle'); },
    function (error) { console.log('host cannot send: ' + error.name + ' ' + error.message); }
  ).then(function () {
    return ipc.sendToWindow('nowhere', 'x', 1);
  }).then(
    function () { console.log('host sent to nowhere'); },
    function (error) { console.log('host cannot send: ' + error.name + ' ' + error.code); }
  ).then(function () {
    require('runtime:app').exit(n === 0 ? 0 : 3);
  });
});
ipc.onChannel('throw', function () {
  null.member;
});
ipc.onChannel('reject', function () {
  return Promise.reject(new Error('rejected on purpose'));
});

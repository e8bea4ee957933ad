// The page fails in every way that a developer must see.
var ipc = require('runtime:ipc');

ipc.onChannel('alive', function () { console.log('the page is still heard'); });
ipc.onChannel('go', function (n, id) { ipc.sendToWindow(id, 'go', n); });

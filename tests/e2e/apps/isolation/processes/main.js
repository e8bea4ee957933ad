// One window goes to a site and comes back; then another one goes there.
var win = require('runtime:window');
var a = win.getWindow('a');
var site = 'http://localhost:PORT_A/visit.html';

setTimeout(function () { a.navigate(site + '?a'); }, 1000);
setTimeout(function () { a.navigate('index.html'); }, 2000);
setTimeout(function () { console.log('a is home again'); }, 3000);
setTimeout(function () { win.createWindow({ id: 'b', url: site + '?b' }); }, 4500);
setTimeout(function () { console.log('b is there'); }, 6000);

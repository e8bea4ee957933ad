// Takes the window from address to address, and offers something to each page.
var ipc = require('runtime:ipc');
var main = require('runtime:window').getWindow('main');

var A = 'http://localhost:PORT_A', B = 'http://localhost:PORT_B';
var TO_B = encodeURIComponent(B + '/visit.html');
var visits = [
  ['granted', A + '/visit.html'],
  ['upper-case', 'HTTP://LOCALHOST:PORT_A/visit.html'],
  ['user-info', 'http://someone:secret@localhost:PORT_A/visit.html'],
  ['shop', A + '/shop.html'],
  ['other-port', B + '/visit.html'],
  ['other-name', 'http://127.0.0.1:PORT_A/visit.html'],
  ['other-family', 'http://[::1]:PORT_A/visit.html'],
  ['other-scheme', 'https://localhost:PORT_A/visit.html'],
  ['dot', 'http://localhost.:PORT_A/visit.html'],
  ['user-info-trick', 'http://localhost:PORT_A@127.0.0.1:PORT_A/visit.html'],
  ['look-alike', 'http://l\u043ecalhost:PORT_A/visit.html'],
  ['below', 'http://localhost.evil.localhost:PORT_A/visit.html'],
  ['nul', 'http://localhost%00.evil.localhost:PORT_A/visit.html'],
  ['backslash', 'http://127.0.0.1:PORT_A\\@localhost:PORT_A/visit.html'],
  ['blank', 'about:blank'],
  ['data', 'data:text/html,x'],
  ['sandboxed', A + '/visit.html?csp=sandbox%20allow-scripts&sandboxed'],
  ['moved', A + '/go?status=301&to=' + TO_B + '%3Fmoved'],
  ['found', A + '/go?status=302&to=' + TO_B + '%3Ffound'],
  ['refreshed', A + '/refresh.html'],
  ['left', A + '/leaves.html?go=' + TO_B + '%3Fleft', true],
  ['blob', A + '/blob.html'],
  ['climbed', A + '/leaves.html?go=app%3A%2F%2Forigins%2Findex.html%3Fclimbed'],
  ['back', A + '/visit.html']
];
var at = 0, timer;

ipc.onChannel('result', function (r, id) {
  console.log('result ' + id + ' ' + r.name + ': ' + r.value);
});
ipc.onChannel('shop:note', function (note, id) {
  console.log('note of ' + id);
});
ipc.onChannel('till:open', function () {
  console.log('till: opened');
});
ipc.handle('shop:price', function (n) {
  return n * 6;
});
ipc.handle('till:open', function () {
  console.log('till: opened');
});

function offer(name, options) {
  ipc.sendToWindow('main', 'shop:offer', name, options).then(function () {
    console.log('offer ' + name + ': accepted');
  }, function (e) {
    console.log('offer ' + name + ': ' + e.name + ' ' + e.message);
  });
}

function settled() {
  if (at > 0 && !visits[at - 1][2])
    offer(visits[at - 1][0]);
  if (at === visits.length) {
    console.log('visits done');
    return;
  }
  var url = visits[at][1];
  if (/visit\.html$/.test(url))
    url += '?' + visits[at][0];
  console.log('going to ' + visits[at][0]);
  main.navigate(url);
  at++;
  timer = setTimeout(settled, 4000);
}

main.onEvent(function (event) {
  if (event.type !== 'load' && event.type !== 'load-failed')
    return;
  // It is for the first page, and must not reach the second.
  if (at > 0 && visits[at - 1][2] && event.payload.url.indexOf('leaves') > 0)
    offer(visits[at - 1][0], { ack: true });
  if (timer !== undefined)
    clearTimeout(timer);
  timer = setTimeout(settled, at > 0 && visits[at - 1][2] ? 1500 : 500);
});

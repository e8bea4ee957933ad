// Calls the window back to the app's own page, at any moment of the other page's comings and goings.
var ipc = require('runtime:ipc');
var main = require('runtime:window').getWindow('main');

var ROUNDS = 25, round = 0, loads = 0, home = true;

ipc.handle('till:open', function () {
  console.log('till: opened by a stranger');
});

function go() {
  if (round === ROUNDS) {
    console.log('rounds done, ' + loads + ' loads of the loop');
    return;
  }
  if (home) {
    main.navigate('http://localhost:PORT_A/loop.html');
    setTimeout(go, 400 + (round * 37) % 250);
  } else {
    round++;
    ipc.sendToWindow('main', 'till:open', 'secret').catch(function () {});
    main.navigate('index.html');
    ipc.sendToWindow('main', 'till:open', 'secret').catch(function () {});
    setTimeout(go, 500);
  }
  home = !home;
}

main.onEvent(function (event) {
  if (event.type === 'load' && event.payload.url.indexOf('loop') > 0)
    loads += event.payload.count;
});
setTimeout(go, 500);

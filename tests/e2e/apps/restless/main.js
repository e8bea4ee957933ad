// Tells a page that keeps going elsewhere where to go, five times.
var main = require('runtime:window').getWindow('main');
var asked = 0;

function ask() {
  main.navigate('calm.html?' + ++asked);
}

main.onEvent(function (event) {
  if (event.type !== 'load' || event.payload.url !== 'app://restless/calm.html?' + asked)
    return;
  console.log('arrived ' + asked);
  if (asked === 5)
    return;
  main.navigate('restless.html?' + asked);
  setTimeout(ask, 700);
});
setTimeout(ask, 1500);

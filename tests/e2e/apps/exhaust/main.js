// Fills its heap with promises in one turn, and must be sound in the next.
var ipc = require('runtime:ipc');
var settled = 0, wrong = 0;

function onSent() { wrong += 1; }
function onRefused(error) {
  settled += 1;
  if (error.name !== 'WindowNotFound') wrong += 1;
}

ipc.onChannel('fill', function () {
  for (;;) ipc.sendToWindow('nowhere', 'x', 1).then(onSent, onRefused);
});

ipc.onChannel('ask', function () {
  console.log('settled ' + (settled > 1000) + ', wrong ' + wrong);
  Promise.resolve().then(function () { require('runtime:app').exit(0); });
});

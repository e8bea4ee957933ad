// Both ways without waiting for room: what was accepted arrives, all of it and in order.
var ipc = require('runtime:ipc');
var COUNT = 8000; // each refusal is a promise and an error in the heap
var received = 0, inOrder = true;

ipc.onChannel('m', function (m) {
  inOrder = inOrder && m.n === received;
  received += 1;
});

ipc.onChannel('end', function (page, id) {
  console.log('page to host: all accepted came ' + (page.accepted === received) + ', in order ' + inOrder +
    ', some refused ' + (page.refused > 0) + ', sum ' + (page.accepted + page.refused));
  flood(id, new Array(1025).join('h'));
});

function flood(id, text) {
  var accepted = 0, refused = 0, i;

  function settled() {
    if (accepted + refused === COUNT) sendSum(id, { accepted: accepted, refused: refused });
  }
  function onAccepted() { accepted += 1; settled(); }
  function onRefused(error) {
    if (error.name !== 'QueueFull') console.log('unexpected: ' + error.message);
    refused += 1;
    settled();
  }
  for (i = 0; i < COUNT; i++)
    ipc.sendToWindow(id, 'm', { n: i, text: text }).then(onAccepted, onRefused);
}

function sendSum(id, sum) {
  ipc.sendToWindow(id, 'sum', sum).then(null, function () {
    setTimeout(function () { sendSum(id, sum); }, 20);
  });
}

ipc.onChannel('result', function (r) {
  console.log('host to page: all accepted came ' + (r.accepted === r.received) + ', in order ' + r.inOrder +
    ', some refused ' + (r.refused > 0) + ', sum ' + (r.accepted + r.refused));
  require('runtime:app').exit(0);
});

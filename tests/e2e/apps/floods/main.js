// Four floods of a million messages of 100 bytes, one after the other, each with a window of its own:
// up from the page to this script, which is slow, and down to the page, which is busy; from senders
// that await room, and from senders that never do. Before and after each the test looks at the memory.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var COUNT = 1000000, SLOW_EVERY = 2000, SLOW_MS = 5, BURST = 2000;
var PADDING = new Array(101).join('.');

function sleep(ms) {
  return new Promise(function (resolve) { setTimeout(resolve, ms); });
}

function text(n) {
  return (n + PADDING).slice(0, 100);
}

// Takes what comes: whether each is the next of those that were accepted.
function up(id) {
  var received = 0, inOrder = true;
  var off = ipc.onChannel('flood', function (payload) {
    inOrder = inOrder && parseInt(payload, 10) === received;
    received += 1;
    if (received % SLOW_EVERY === 0)
      for (var end = performance.now() + SLOW_MS; performance.now() < end;)
        ;
  });

  return ipc.invoke(id, 'go', COUNT, { timeout: Infinity }).then(function (sender) {
    off();
    return { sent: sender.sent, refused: sender.refused, accepted: sender.accepted, delivered: received, inOrder: inOrder };
  });
}

function downAwaiting(id, sum) {
  return new Promise(function (resolve, reject) {
    (function go(n) {
      if (n === COUNT)
        return resolve();
      sum.sent += 1;
      ipc.sendToWindow(id, 'flood', text(n)).then(function () {
        sum.accepted += 1;
        go(n + 1);
      }, function (error) {
        if (error.code !== 7005)
          return reject(error);
        sum.refused += 1;
        ipc.drain(id).then(function () { go(n); });
      });
    })(0);
  });
}

function downHeedless(id, sum) {
  return new Promise(function (resolve, reject) {
    var settled = 0;

    function onAccepted() { sum.accepted += 1; onSettled(); }
    function onRefused(error) {
      if (error.code !== 7005)
        reject(error);
      sum.refused += 1;
      onSettled();
    }
    function onSettled() { settled += 1; if (settled === COUNT) resolve(); }
    (function burst() {
      for (var i = 0; i < BURST; i++)
        ipc.sendToWindow(id, 'flood', text(sum.sent++)).then(onAccepted, onRefused);
      if (sum.sent < COUNT)
        setTimeout(burst, 1);
    })();
  });
}

function finish(id, sum) {
  return ipc.invoke(id, 'sum', null, { timeout: Infinity }).then(function (page) {
    sum.delivered = page.received;
    sum.inOrder = page.inOrder;
    return sum;
  }, function (error) {
    if (error.code !== 7005)
      throw error;
    return ipc.drain(id).then(function () { return finish(id, sum); });
  });
}

function down(send) {
  return function (id) {
    var sum = { sent: 0, refused: 0, accepted: 0 };

    return send(id, sum).then(function () { return finish(id, sum); });
  };
}

var floods = [
  { name: 'up-awaiting', run: up },
  { name: 'up-heedless', run: up },
  { name: 'down-awaiting', run: down(downAwaiting) },
  { name: 'down-heedless', run: down(downHeedless) }
];

function runFrom(i) {
  var flood = floods[i], start;

  if (!flood)
    return require('runtime:app').exit(0);
  return windows.createWindow({ id: flood.name, url: 'index.html' }).then(function (win) {
    return ipc.invoke(flood.name, 'here').then(function () {
      console.log(flood.name + ' begins');
      return sleep(500);
    }).then(function () {
      start = performance.now();
      return flood.run(flood.name);
    }).then(function (sum) {
      console.log(flood.name + ' ended: sent ' + sum.sent + ' accepted ' + sum.accepted + ' delivered ' + sum.delivered +
        ' refused ' + sum.refused + ' in order ' + sum.inOrder + ' in ' + Math.round(performance.now() - start) + ' ms');
      return sleep(500);
    }).then(function () { return win.close(); });
  }).then(function () { return runFrom(i + 1); });
}

runFrom(0);

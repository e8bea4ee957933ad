// What happens when one side is faster than the other.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var tools = require('./tools');
var page = tools.page, same = tools.same, ok = tools.ok;

function burn(ms) {
  var end = performance.now() + ms;

  while (performance.now() < end)
    ;
}

exports.queues_to_a_window_are_bounded_and_drain_tells_of_room = function () {
  var accepted = [], refusals = 0, drained = false;

  return page('main', 'listen', { channel: 't:full' }).then(function () {
    var i, sent = [];

    function send(n) {
      return ipc.sendToWindow('main', 't:full', n).then(function () { accepted.push(n); }, function (error) {
        same(error.code, 7005);
        refusals += 1;
      });
    }
    for (i = 0; i < 6000; i++)
      sent.push(send(i));
    return Promise.all(sent);
  }).then(function () {
    ok(refusals > 0 && accepted.length >= 4096, accepted.length + ' accepted, ' + refusals + ' refused');
    return ipc.drain('main').then(function () { drained = true; });
  }).then(function () {
    return ipc.sendToWindow('main', 't:full', 'room');
  }).then(function () {
    return page('main', 'heard', 't:full');
  }).then(function (heard) {
    same(heard.payloads, accepted.concat('room'));
    ok(drained, 'drain');
    return ipc.drain('main');
  });
};

exports.a_handler_that_awaits_an_ack_of_the_page_that_floods_it_goes_on = function () {
  var acks = 0, under_way = false, seen = 0, failed;

  function onFlood() {
    seen += 1;
    if (under_way)
      return;
    under_way = true;
    return ipc.sendToWindow('main', 't:please', acks, { ack: true }).then(function () {
      under_way = false;
      acks += 1;
      if (acks === 100)
        return ipc.sendToWindow('main', 't:stop', null);
    }).then(null, function (error) { failed = error; });
  }

  var off = ipc.onChannel('t:endless', onFlood);
  return page('main', 'listen', { channel: 't:please' }).then(function () {
    return page('main', 'endless', 't:endless');
  }).then(function (sent) {
    return tools.until(function () { return seen === sent; }, 'all ' + sent + ' messages');
  }).then(function () {
    off();
    ok(!failed, 'refused: ' + failed);
    ok(acks >= 100, acks + ' acks');
    return page('main', 'forget', 't:please');
  });
};

exports.G2_a_flooding_window_delays_nobody_else_and_its_close_comes_last = function () {
  var afterClose = 0, closed = false, flood = 0;
  var off = ipc.onEvent(function (event) {
    if (event.windowId !== 'flooder')
      return;
    if (closed)
      afterClose += 1;
    if (event.type === 'close')
      closed = true;
    if (event.channel === 't:flood') {
      flood += 1;
      burn(1);
    }
  });

  return windows.createWindow({ id: 'flooder', url: 'flooder.html' }).then(function (win) {
    return tools.until(function () { return flood > 500; }, 'the flood').then(function () {
      return page('main', 'beats', 60);
    }).then(function (beats) {
      var start = performance.now();

      same(beats.answers, 60);
      ok(beats.worst < 500, 'a call of the other window took ' + beats.worst + ' ms');
      win.close();
      return tools.until(function () { return closed; }, 'close').then(function () {
        /* 1 ms for each of what it had under way, with all that others do meanwhile. */
        ok(performance.now() - start < 10000, 'close came late');
        return tools.sleep(100);
      });
    });
  }).then(function () {
    off();
    same(afterClose, 0, 'events after close');
  });
};

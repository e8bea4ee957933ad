// From the host to windows.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var tools = require('./tools');
var page = tools.page, same = tools.same, ok = tools.ok, refused = tools.refused, upTo = tools.upTo;

exports.sendToWindow_reaches_every_listener_of_that_window_once_in_order = function () {
  return page('main', 'listen', { channel: 't:each', listeners: 2 }).then(function () {
    return page('other', 'listen', { channel: 't:each' });
  }).then(function () {
    return Promise.all(upTo(500).map(function (n) {
      return ipc.sendToWindow('main', 't:each', { n: n, list: [n, 'ü', null, { a: true }] });
    }));
  }).then(function () {
    return page('main', 'heard', 't:each');
  }).then(function (heard) {
    var want = [];

    upTo(500).forEach(function (n) {
      want.push({ n: n, list: [n, 'ü', null, { a: true }] }, { n: n, list: [n, 'ü', null, { a: true }] });
    });
    same(heard.payloads, want);
    same(heard.redelivered, 0, 'redelivered');
    return page('other', 'heard', 't:each');
  }).then(function (heard) {
    same(heard.payloads, [], 'what the other window got');
  });
};

exports.sendToWindow_rejects_by_code_what_cannot_go = function () {
  var cycle = {};

  cycle.up = [cycle];
  return refused(ipc.sendToWindow('nobody', 't:m', 1), 7002, /"nobody"/)
    .then(function () { return refused(ipc.sendToWindow('*', 't:m', 1), 7002); })
    .then(function () { return refused(ipc.sendToWindow('main\u0000', 't:m', 1), 7002); })
    .then(function () { return refused(ipc.sendToWindow('host', 't:m', 1, { ack: true }), 7002); })
    .then(function () { return refused(ipc.sendToWindow('runtime:window', 't:m', 1), 7002); })
    .then(function () { return refused(ipc.sendToWindow('runtime:window', 't:m', 1, { ack: true }), 7002); })
    .then(function () { return refused(ipc.sendToWindow('main', 'elsewhere', 1), 7004, /"elsewhere".*"main"/); })
    .then(function () { return refused(ipc.sendToWindow('main', 't:m', cycle), 7003, /payload\.up\[0\]/); })
    .then(function () { return refused(ipc.sendToWindow('main', 't:m', new Uint8Array((16 << 20) + 1)), 7009); })
    .then(function () { return refused(ipc.sendToWindow('main', '', 1), 7000); })
    .then(function () { return refused(ipc.sendToWindow('main', 't:\n', 1), 7000); })
    .then(function () { return refused(ipc.sendToWindow('main', 't:' + new Array(129).join('x'), 1), 7000); });
};

exports.an_ack_means_that_a_listener_ran_and_NoHandler_that_there_was_none = function () {
  return page('main', 'listen', { channel: 't:acked' }).then(function () {
    return ipc.sendToWindow('main', 't:acked', 'seen', { ack: true });
  }).then(function (result) {
    ok(result === undefined || result === null, 'an ack has a value: ' + result);
    return page('main', 'heard', 't:acked');
  }).then(function (heard) {
    same(heard.payloads, ['seen']);
    return refused(ipc.sendToWindow('main', 't:nobody-listens', 1, { ack: true }), 7008, /listener/);
  }).then(function () {
    /* Between others that are heard, in one burst: each gets its own verdict. */
    return Promise.all(upTo(40).map(function (n) {
      return n % 2
        ? refused(ipc.sendToWindow('main', 't:nobody-listens', n, { ack: true }), 7008)
        : ipc.sendToWindow('main', 't:acked', n, { ack: true });
    }));
  });
};

exports.a_plain_send_resolves_while_the_page_is_busy_and_an_ack_does_not = function () {
  var order = [];

  return page('main', 'listen', { channel: 't:busy', burn: 300 }).then(function () {
    var acked = ipc.sendToWindow('main', 't:busy', 0, { ack: true }).then(function () { order.push('ack'); });

    return tools.sleep(50).then(function () {
      return ipc.sendToWindow('main', 't:busy', 1).then(function () { order.push('sent'); });
    }).then(function () { return acked; });
  }).then(function () {
    same(order, ['sent', 'ack']);
    return page('main', 'forget', 't:busy');
  });
};

exports.an_ack_has_a_timeout_and_can_be_aborted = function () {
  var controller = new AbortController();

  return page('main', 'listen', { channel: 't:slow', burn: 300 }).then(function () {
    return Promise.all([
      refused(ipc.sendToWindow('main', 't:slow', 0, { ack: true, timeout: 40 }), 7006, /40 ms/),
      refused(ipc.sendToWindow('main', 't:slow', 0, { ack: true, signal: controller.signal }), 7007),
      tools.sleep(20).then(function () { controller.abort(); })
    ]);
  }).then(function () {
    return refused(ipc.sendToWindow('main', 't:slow', 0, { ack: true, signal: controller.signal }), 7007);
  }).then(function () { return page('main', 'forget', 't:slow'); });
};

exports.broadcast_reaches_ids_and_all_and_resolves_void = function () {
  return Promise.all(['main', 'other'].map(function (id) {
    return page(id, 'listen', { channel: 't:b' });
  })).then(function () {
    return ipc.broadcast(['main', 'other'], 't:b', 'both');
  }).then(function (value) {
    ok(value === undefined, 'broadcast has a value');
    return ipc.broadcast('*', 't:b', 'all', { ack: true });
  }).then(function () {
    return ipc.broadcast(['other'], 't:b', 'one');
  }).then(function () {
    return ipc.broadcast([], 't:b', 'none');
  }).then(function () {
    return Promise.all([page('main', 'heard', 't:b'), page('other', 'heard', 't:b')]);
  }).then(function (heard) {
    same(heard[0].payloads, ['both', 'all']);
    same(heard[1].payloads, ['both', 'all', 'one']);
  });
};

exports.broadcast_rejects_with_the_outcome_for_each_window = function () {
  return refused(ipc.broadcast(['main', 'nobody', 'other'], 't:b', 1), 7002, /1 of 3/).then(function (error) {
    same(error.results.map(function (r) { return [r.windowId, r.status, r.reason ? r.reason.code : 0]; }),
      [['main', 'fulfilled', 0], ['nobody', 'rejected', 7002], ['other', 'fulfilled', 0]]);
    return ipc.broadcastSettled('*', 't:not-other', 1, { ack: true });
  }).then(function (results) {
    same(results.map(function (r) { return [r.windowId, r.reason ? r.reason.code : 0]; }),
      [['main', 7008], ['other', 7004]]);
  });
};

exports.broadcast_serialises_once = function () {
  var read = 0, payload = { get n() { return ++read; } };

  return ipc.broadcast('*', 't:b', payload).then(function () { same(read, 1, 'times the payload was read'); });
};

exports.G3_unknown_closed_and_new_windows_are_told_apart = function () {
  return refused(ipc.sendToWindow('later', 't:m', 0), 7002).then(function () {
    return windows.createWindow({ id: 'later', url: 'index.html' });
  }).then(function (win) {
    /* It has no page yet: what is sent now waits for it. */
    return ipc.sendToWindow('later', 't:early', 'first').then(function () {
      return page('later', 'heard', 't:early');
    }).then(function (heard) {
      same(heard.payloads, ['first']);
      return win.close();
    });
  }).then(function () {
    return refused(ipc.sendToWindow('later', 't:m', 0), 7002);
  }).then(function () {
    return refused(ipc.invoke('later', 'do', ['ready']), 7002);
  });
};

exports.what_waits_for_a_window_that_closes_is_cancelled = function () {
  return windows.createWindow({ id: 'brief', url: 'silent.html' }).then(function (win) {
    var waits = [
      refused(ipc.sendToWindow('brief', 't:m', 0, { ack: true }), 7007),
      refused(ipc.invoke('brief', 't:m', 0), 7007)
    ];

    return win.close().then(function () { return Promise.all(waits); });
  });
};

exports.G4_messages_wait_for_a_listener_that_comes_a_second_later = function () {
  return windows.createWindow({ id: 'late', url: 'late.html' }).then(function (win) {
    upTo(100).forEach(function (n) { ipc.sendToWindow('late', 't:m', n); });
    return ipc.sendToWindow('late', 't:m', 'last', { ack: true }).then(function () {
      return page('late', 'heard', 't:m');
    }).then(function (heard) {
      same(heard.payloads, upTo(100).concat('last'));
      return win.close();
    });
  });
};

// WebKit shows a page of its own in its place, which is nobody's.
exports.a_load_that_fails_is_told_once_and_what_waits_goes_to_the_next_page = function () {
  var nowhere = 'http://127.0.0.1:1/', home = 'app://conformance/index.html', told = [];

  function tell(event) {
    if (event.type === 'load' || event.type === 'load-failed')
      told.push([event.type, event.payload.url]);
    if (event.type === 'load-failed')
      ok(typeof event.payload.reason === 'string' && event.payload.reason, 'no reason');
  }

  function until(n) {
    return tools.until(function () { return told.length === n; }, n + ' loads');
  }

  return windows.createWindow({ id: 'lost', url: 'index.html' }).then(function (win) {
    var off = win.onEvent(tell), waiting;

    return until(1)
      .then(function () { return win.navigate(nowhere); })
      .then(function () { return until(2); })
      /* Its error page comes now. */
      .then(function () { return tools.sleep(300); })
      .then(function () {
        waiting = ipc.sendToWindow('lost', 't:m', 'waited', { ack: true });
        return tools.sleep(100);
      })
      .then(function () { return win.navigate('index.html'); })
      .then(function () { return waiting; })
      .then(function () { return page('lost', 'heard', 't:m'); })
      .then(function (heard) { same(heard.payloads, ['waited']); })
      .then(function () { return until(3); })
      .then(function () {
        same(told, [['load', home], ['load-failed', nowhere], ['load', home]]);
        off();
        return win.close();
      });
  });
};

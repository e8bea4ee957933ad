// What windows send, and those who read it.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var tools = require('./tools');
var page = tools.page, same = tools.same, ok = tools.ok, refused = tools.refused, upTo = tools.upTo;

// The next @n events of an iterator, their payloads.
function take(iterator, n) {
  var list = [];

  return tools.read(iterator, function (event) {
    return list.push(event.payload) === n;
  }).then(function () { return list; });
}

exports.G1_two_iterators_and_a_callback_all_see_ten_thousand_events_in_order = function () {
  var a = ipc.channelEvents('t:ten'), b = ipc.windowEvents(), seen = 0, inOrder = true;
  var off = ipc.onChannel('t:ten', function (n) { inOrder = inOrder && n === seen; seen += 1; });

  function count(iterator) {
    var n = 0;

    return tools.read(iterator, function (event) {
      if (event.channel !== 't:ten')
        return false;
      same(event.payload, n);
      return ++n === 10000;
    }).then(function () { return n; });
  }

  return Promise.all([count(a), count(b), page('main', 'pour', { channel: 't:ten', count: 10000 })])
    .then(function (counts) {
      same([counts[0], counts[1], seen, inOrder], [10000, 10000, 10000, true]);
      off();
      return Promise.all([a.return(), b.return()]);
    });
};

exports.windowEvents_sees_all_from_its_creation_on_and_not_before = function () {
  return page('main', 'say', ['t:w', 'before']).then(function () {
    var a = ipc.channelEvents('t:w'), b;

    return page('main', 'say', ['t:w', 1]).then(function () {
      b = ipc.channelEvents('t:w');
      return page('main', 'say', ['t:w', 2]);
    }).then(function () {
      return Promise.all([take(a, 2), take(b, 1)]);
    }).then(function (lists) {
      same(lists, [[1, 2], [2]]);
      return Promise.all([a.return(), b.return()]);
    });
  });
};

exports.return_ends_an_iterator_and_whoever_waits_for_it = function () {
  var it = ipc.windowEvents(), waiting = [it.next(), it.next()];

  ok(it[Symbol.asyncIterator]() === it, 'it is its own async iterator');
  return it.return('value').then(function (step) {
    same(step, { value: 'value', done: true });
    return Promise.all(waiting);
  }).then(function (steps) {
    same([steps[0].done, steps[1].done], [true, true]);
    return it.next();
  }).then(function (step) {
    same(step.done, true);
    return ipc.windowEvents().throw(new Error('thrown in')).then(function () {
      throw new Error('throw() resolved');
    }, function (error) { same(error.message, 'thrown in'); });
  });
};

exports.an_abandoned_iterator_ends_with_QueueFull_and_stalls_nobody = function () {
  var abandoned = ipc.channelEvents('t:many'), seen = 0;
  var off = ipc.onChannel('t:many', function () { seen += 1; });

  return page('main', 'pour', { channel: 't:many', count: 6000 }).then(function () {
    return tools.until(function () { return seen === 6000; }, '6000 events at the callback');
  }).then(function () {
    off();
    return take(abandoned, 4096);
  }).then(function (list) {
    same(list, upTo(4096));
    return refused(abandoned.next(), 7005);
  });
};

exports.windowEventsFor_and_channelEvents_filter_and_take_from_nobody = function () {
  var forOther = ipc.windowEventsFor('other'), forChannel = ipc.channelEvents('t:one');
  var all = ipc.windowEvents(), seen = [];

  function see(event) {
    return seen.push(event.windowId + ' ' + event.channel) === 4;
  }

  return page('main', 'say', ['t:one', 1])
    .then(function () { return page('other', 'say', ['t:one', 2]); })
    .then(function () { return page('main', 'say', ['t:two', 3]); })
    .then(function () { return page('other', 'say', ['t:two', 4]); })
    .then(function () { return Promise.all([take(forOther, 2), take(forChannel, 2), tools.read(all, see)]); })
    .then(function (lists) {
      same([lists[0], lists[1]], [[2, 4], [1, 2]]);
      same(seen, ['main t:one', 'other t:one', 'main t:two', 'other t:two']);
      return Promise.all([forOther.return(), forChannel.return(), all.return()]);
    });
};

exports.recvWindowEvent_serves_concurrent_calls_in_turn = function () {
  var got;

  /* The subscription is as old as the module, and may have overflowed: then one call says so. */
  function skim() {
    return ipc.recvWindowEvent().then(function (event) {
      return event.channel === 't:mark' ? null : skim();
    }, function (error) {
      var next = ipc.recvWindowEvent();

      same(error.code, 7005);
      return page('main', 'say', ['t:mark', 0]).then(function () { return next; });
    });
  }

  return page('main', 'say', ['t:mark', 0]).then(skim).then(function () {
    got = [ipc.recvWindowEvent(), ipc.recvWindowEvent(), ipc.recvWindowEvent()];
    return page('main', 'say', ['t:recv', 1]);
  }).then(function () { return page('main', 'say', ['t:recv', 2]); })
    .then(function () { return page('main', 'say', ['t:recv', 3]); })
    .then(function () { return Promise.all(got); })
    .then(function (events) {
      same(events.map(function (e) { return [e.windowId, e.channel, e.payload]; }),
        [['main', 't:recv', 1], ['main', 't:recv', 2], ['main', 't:recv', 3]]);
    });
};

exports.callbacks_run_in_order_of_registration_on_a_snapshot = function () {
  var ran = [], late, offs = [];

  function add(name) {
    return ipc.onChannel('t:order', function () { ran.push(name); });
  }
  offs.push(ipc.onEvent(function (event) { if (event.channel === 't:order') ran.push('event'); }));
  offs.push(add('first'));
  offs.push(ipc.onChannel('t:order', function () {
    ran.push('second');
    removed();
    late = late || add('late');
  }));
  var removed = add('removed');
  offs.push(add('last'));
  return page('main', 'say', ['t:order', 1]).then(function () {
    return tools.until(function () { return ran.length >= 4; }, 'four callbacks');
  }).then(function () {
    same(ran, ['event', 'first', 'second', 'last']);
    ran = [];
    removed();
    removed();
    return page('main', 'say', ['t:order', 2]);
  }).then(function () {
    return tools.until(function () { return ran.length >= 5; }, 'five callbacks');
  }).then(function () {
    same(ran, ['event', 'first', 'second', 'last', 'late']);
    offs.concat(late).forEach(function (off) { off(); off(); });
    ran = [];
    return page('main', 'say', ['t:order', 3]);
  }).then(function () { return tools.sleep(50); }).then(function () { same(ran, []); });
};

exports.once_runs_once_and_can_be_taken_back = function () {
  var ran = [], never;

  ipc.once('t:once', function (n) { ran.push(n); });
  never = ipc.once('t:once', function () { ran.push('never'); });
  never();
  return page('main', 'say', ['t:once', 1])
    .then(function () { return page('main', 'say', ['t:once', 2]); })
    .then(function () { return tools.sleep(50); })
    .then(function () { same(ran, [1]); });
};

exports.G9_what_a_callback_throws_or_rejects_stops_nobody = function () {
  var ran = [];
  var offs = [
    ipc.onChannel('t:bad', function () { throw new Error('thrown on purpose'); }),
    ipc.onChannel('t:bad', function () { return Promise.reject(new Error('rejected on purpose')); }),
    ipc.onChannel('t:bad', function () { Promise.reject(new Error('left alone on purpose')); }),
    ipc.onChannel('t:bad', function (n) { ran.push(n); })
  ];

  return page('main', 'say', ['t:bad', 1])
    .then(function () { return page('main', 'say', ['t:bad', 2]); })
    .then(function () { return tools.until(function () { return ran.length === 2; }, 'both messages'); })
    .then(function () { offs.forEach(function (off) { off(); }); });
};

exports.IpcEvent_has_a_stamped_windowId_and_a_type_only_from_the_runtime = function () {
  var events = [], off = ipc.onEvent(function (event) { events.push(event); });

  return page('other', 'say', ['t:stamp', { windowId: 'main', type: 'close', channel: '__window__' }])
    .then(function () { return windows.createWindow({ id: 'stamp', url: 'index.html', focus: false }); })
    .then(function (win) {
      return tools.until(function () {
        return events.some(function (e) { return e.type === 'load'; });
      }, 'load').then(function () { return win.close(); });
    }).then(function () {
      return tools.until(function () {
        return events.some(function (e) { return e.type === 'close'; });
      }, 'close');
    }).then(function () {
      var said = events.filter(function (e) { return e.channel === 't:stamp'; });
      var made = events.filter(function (e) { return e.type !== undefined; });

      off();
      same(said.map(function (e) { return [e.windowId, 'type' in e]; }), [['other', false]]);
      same(made.map(function (e) { return [e.windowId, e.channel, e.type]; }),
        [['stamp', '__window__', 'load'], ['stamp', '__window__', 'close']]);
      same(made[0].payload.url, 'app://conformance/index.html');
    });
};

exports.events_of_the_runtime_are_one_stream_of_which_runtime_window_is_a_filter = function () {
  var filtered = windows.windowEvents(), list = [];

  function readTo(type) {
    return tools.read(filtered, function (event) {
      list.push(event.type);
      return event.type === type;
    });
  }

  return windows.createWindow({ id: 'filter', url: 'index.html', focus: false }).then(function (win) {
    return page('filter', 'say', ['t:noise', 1])
      /* The page answers before it has loaded. */
      .then(function () { return readTo('load'); })
      .then(function () { return win.close(); });
  }).then(function () {
    return readTo('close');
  }).then(function () {
    same(list, ['load', 'close']);
    return filtered.return();
  });
};

exports.natives_are_out_of_the_apps_reach = function () {
  var names = Object.getOwnPropertyNames(Function('return this')());

  same(names.filter(function (name) { return /op_|native|internal/i.test(name); }), []);
  same(Object.keys(ipc).filter(function (name) { return /op_|pump|dispatch/.test(name); }), []);
};

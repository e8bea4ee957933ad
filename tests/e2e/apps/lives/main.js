// Messages to documents that go away in each of the ways there are, and what becomes of them. Each
// part says "ok NAME"; where something must be killed, it asks the test to.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var seen = [], filled = [], documents = {}, dropped = 0, crashes = 0, here;

function reset() { seen = []; filled = []; documents = {}; dropped = 0; crashes = 0; }

ipc.onChannel('saw', function (message) {
  seen.push(message);
  documents[message.document] = true;
});
ipc.onChannel('filled', function (n) { filled.push(n); });
ipc.onChannel('here', function (path) { if (here) here(path); });
ipc.onEvent(function (event) {
  if (event.type === 'dropped') dropped += event.payload.count;
  if (event.type === 'crash') crashes += 1;
});

function sleep(ms) {
  return new Promise(function (resolve) { setTimeout(resolve, ms); });
}

function nextPage() {
  return new Promise(function (resolve) { here = resolve; });
}

function same(got, want, what) {
  if (JSON.stringify(got) !== JSON.stringify(want))
    throw new Error(what + ' is ' + JSON.stringify(got).slice(0, 300) + ', expected ' + JSON.stringify(want).slice(0, 300));
}

function upTo(n) {
  return new Array(n + 1).join(' ').split('').map(function (unused, i) { return i; });
}

// What became of messages from @first to before @end, sent with @options: true, or the error.
function send(first, end, options) {
  return Promise.all(upTo(end - first).map(function (i) {
    return ipc.sendToWindow('main', 'm', first + i, options).then(function () { return true; }, function (error) { return error; });
  }));
}

function numbers() { return seen.map(function (message) { return message.n; }); }

// The page goes while it works through what it was sent; its successor gets the rest.
function leaveFor(how) {
  return function () {
    var results, arrived = nextPage();

    reset();
    ipc.sendToWindow('main', 'leave', how);
    return send(0, 1000, { ack: true }).then(function (list) {
      results = list;
      return arrived;
    }).then(function () { return sleep(100); }).then(function () {
      same(results.filter(function (result) { return result !== true; }), [], 'what failed');
      same(numbers(), upTo(1000), 'what was seen');
      same(Object.keys(documents).length, 2, 'documents that saw some of it');
      same(seen.some(function (message) { return message.redelivered; }), false, 'redelivered');
      same(dropped, 0, 'dropped');
    });
  };
}

function crash() {
  var plain, retried, unsent, arrived = nextPage();

  reset();
  ipc.sendToWindow('main', 'hang', null);
  plain = send(0, 10, { ack: true });
  retried = send(10, 20, { ack: true, retry: true });
  upTo(1100).forEach(function (n) { ipc.sendToWindow('main', 'filler', n); });
  unsent = send(20, 30, { ack: true });
  setTimeout(function () { console.log('kill the page now'); }, 300);
  return Promise.all([plain, retried, unsent, arrived]).then(function (results) {
    same(results[0].map(function (error) { return [error.code, error.uncertain]; }),
      upTo(10).map(function () { return [7007, true]; }), 'what the page may have seen');
    same(results[1], upTo(10).map(function () { return true; }), 'what was sent with retry');
    same(results[2], upTo(10).map(function () { return true; }), 'what had not left');
    return sleep(100);
  }).then(function () {
    same(numbers(), upTo(30).slice(10), 'what the next page saw');
    same(seen.map(function (message) { return message.redelivered; }),
      upTo(20).map(function (i) { return i < 10; }), 'redelivered');
    same(crashes, 1, 'crash events');
    /* How many the socket had taken is the kernel's to say; but these, and no others, are lost: with "hang". */
    same(dropped > 1 && dropped < 1100, true, dropped + ' dropped');
    same(filled, upTo(1100).slice(dropped - 1), 'what had not left, of the plain ones');
  });
}

// A page that hears "m" as well, of another origin.
function leaveForOthers() {
  var results, arrived = nextPage();

  reset();
  ipc.sendToWindow('main', 'leave', 'elsewhere');
  results = send(0, 1000, { ack: true });
  upTo(20).forEach(function (n) { ipc.sendToWindow('main', 'm', 'plain ' + n); });
  return Promise.all([results, arrived]).then(function (both) {
    var ok = both[0].filter(function (result) { return result === true; }).length;

    results = both[0];
    same(both[1], '/life.html', 'the page');
    same(ok > 0 && ok < 1000, true, ok + ' of 1000 seen before');
    same(numbers(), upTo(seen.length), 'what the first page saw');
    /* The next page may be there before the last word of a process that ends: then it is uncertain. */
    same(results.slice(ok).map(function (error) { return error.code; }),
      results.slice(ok).map(function () { return 7007; }), 'the rest');
    same(results.slice(ok, seen.length).filter(function (error) { return !error.uncertain; }), [], 'seen, and said to be not');
    return send(1000, 1001, { ack: true });
  }).then(function (result) {
    same(result, [true], 'what is meant for the other page');
    return sleep(100);
  }).then(function () {
    same(dropped, 20, 'dropped');
    same(numbers().pop(), 1000, 'what it saw');
    same(seen.filter(function (message) { return message.document === 'http://127.0.0.1:PORT_A'; }).length, 1, 'messages to it');
    same(Object.keys(documents).length, 2, 'documents');
    arrived = nextPage();
    windows.getWindow('main').navigate('first.html');
    return arrived;
  });
}

function check(name, run) {
  return run().then(function () {
    console.log('ok ' + name);
  }, function (error) {
    console.log('not ok ' + name + ': ' + error);
  });
}

// A run of the script knows which it is by what the page says.
ipc.onChannel('count', function (n) { console.log('counted ' + n); });
ipc.handle('never', function () { return new Promise(function () {}); });
ipc.onChannel('report', function (line) { console.log('page: ' + line); });
ipc.onChannel('poison', function (payload, id, event) {
  var heap = [];

  if (event.redelivered)
    return console.log('ok a_message_that_the_script_died_over_comes_again_if_sent_with_retry');
  /* Asks for memory that there is not, until its heap is given up. */
  for (;;)
    try { heap.push([heap.length]); } catch (error) {}
});
ipc.invoke('main', 'first-run').then(function (first) {
  if (!first)
    return;
  check('reload_and_what_was_not_dispatched_goes_to_the_next_document_once', leaveFor('reload'))
    .then(function () {
      return check('navigation_within_the_origin_and_the_same_holds', leaveFor('second.html'));
    })
    .then(function () {
      return check('crash_is_an_event_and_what_was_in_flight_is_uncertain_or_comes_again_marked', crash);
    })
    .then(function () {
      return check('navigation_to_another_origin_and_nothing_reaches_a_page_that_it_was_not_meant_for', leaveForOthers);
    })
    .then(function () { return ipc.sendToWindow('main', 'last-part', null); })
    .then(function () {
      ipc.invoke('main', 'page-never', null, { timeout: Infinity });
      setTimeout(function () { console.log('restart the script now'); }, 500);
    });
});

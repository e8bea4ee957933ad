// Calls from the host to pages: runtime.handle in web/app.js answers.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var tools = require('./tools');
var page = tools.page, same = tools.same, ok = tools.ok, refused = tools.refused, upTo = tools.upTo;

exports.invoke_of_the_host_brings_back_what_the_page_returns = function () {
  return ipc.invoke('main', 't:page-echo', { a: [1, 'ü'], b: new Uint8Array([1, 2, 3]) }).then(function (value) {
    same(value.a, [1, 'ü']);
    ok(value.b instanceof Uint8Array && value.b.length === 3 && value.b[2] === 3, 'bytes came back');
    return ipc.invoke('main', 't:page-later', 20);
  }).then(function (value) {
    same(value, 'after 20');
    return ipc.invoke('main', 't:page-echo');
  }).then(function (value) { same(value, null, 'of undefined'); });
};

exports.calls_that_cross_each_other_get_their_own_answers = function () {
  return Promise.all(upTo(200).map(function (n) {
    return ipc.invoke(n % 2 ? 'main' : 'other', 't:page-later', (n * 7) % 40);
  })).then(function (answers) {
    same(answers, upTo(200).map(function (n) { return 'after ' + (n * 7) % 40; }));
  });
};

exports.what_a_handler_of_the_page_throws_is_an_error_of_the_call = function () {
  return refused(ipc.invoke('main', 't:page-throw'), 7001, /TypeError: no such thing/)
    .then(function () { return refused(ipc.invoke('main', 't:page-odd'), 7001); })
    .then(function () { return refused(ipc.invoke('main', 't:page-bigint'), 7003, /^\[7003\] the answer: payload\[0\]: a BigInt/); })
    .then(function () { return refused(ipc.invoke('main', 't:page-turning'), 7004, /^\[7004\] own words$/); })
    .then(function () { return refused(ipc.invoke('main', 't:no-handler'), 7008, /t:no-handler/); })
    .then(function () { return refused(ipc.invoke('main', 'elsewhere'), 7004, /elsewhere/); })
    .then(function () { return refused(ipc.invoke('nobody', 'do'), 7002); });
};

exports.a_call_of_the_host_times_out_and_the_page_hears_of_it = function () {
  return refused(ipc.invoke('main', 't:page-never', null, { timeout: 50 }), 7006, /50 ms/).then(function (error) {
    same(error.uncertain, true, 'uncertain');
    return page('main', 'aborted');
  }).then(function (n) {
    var controller = new AbortController(), call;

    same(n, 1);
    call = refused(ipc.invoke('main', 't:page-never', null, { signal: controller.signal, timeout: Infinity }), 7007);
    setTimeout(function () { controller.abort(); }, 50);
    return call;
  }).then(function (error) {
    same(error.uncertain, true, 'uncertain');
    return page('main', 'aborted');
  }).then(function (n) { same(n, 2); });
};

exports.handle_takes_one_handler_and_gives_it_back = function () {
  var off = ipc.handle('t:single', function () { return 1; }), second;

  try {
    ipc.handle('t:single', function () { return 2; });
  } catch (error) {
    second = error.code;
  }
  same(second, 7001);
  return page('main', 'call', 't:single').then(function (value) {
    same(value, 1);
    off();
    off();
    return page('main', 'call', 't:single');
  }).then(function (code) {
    same(code, 'error 7008');
    ipc.handle('t:single', function () { return 3; });
    return page('main', 'call', 't:single');
  }).then(function (value) { same(value, 3); });
};

exports.a_call_without_answer_is_cancelled_when_its_window_closes = function () {
  return windows.createWindow({ id: 'callee', url: 'index.html' }).then(function (win) {
    return page('callee', 'ready').then(function () {
      var call = refused(ipc.invoke('callee', 't:page-never'), 7007);

      return tools.sleep(50).then(function () { return win.close(); }).then(function () { return call; });
    });
  }).then(function (error) { same(error.uncertain, true, 'uncertain'); });
};

exports.more_calls_than_a_script_may_wait_for_are_refused_and_the_others_answered = function () {
  var refusals = 0, answers = 0;

  return Promise.all(upTo(1100).map(function () {
    return ipc.invoke('main', 't:page-later', 50).then(function () { answers += 1; }, function (error) {
      same(error.code, 7005);
      refusals += 1;
    });
  })).then(function () {
    /* This check itself is none of them. */
    same([answers, refusals], [1024, 76]);
  });
};

// Who may say and hear what: kiln.json has the rules.
var ipc = require('runtime:ipc');
var tools = require('./tools');
var page = tools.page, same = tools.same, ok = tools.ok, refused = tools.refused;

exports.G12_exact_prefix_deny_and_default_deny_hold_in_both_directions = function () {
  var allowed = ['t:m', 't:', 't:x:y', 'x:exact'];
  var denied = ['t', 'T:m', ' t:m', 't:secret', 't:secret-x', 'x:exact2', 'x:exac', 'anything', 'checks2'];
  var offs = allowed.concat(denied).map(function (channel) { return ipc.onChannel(channel, function () {}); });

  return tools.times(allowed.length, function (i) {
    return page('main', 'send', allowed[i]).then(function (code) {
      same(code, 0, 'page sends ' + allowed[i]);
      return ipc.sendToWindow('main', allowed[i], 1);
    });
  }).then(function () {
    return tools.times(denied.length, function (i) {
      return page('main', 'send', denied[i]).then(function (code) {
        same(code, 7004, 'page sends ' + denied[i]);
        return refused(ipc.sendToWindow('main', denied[i], 1), 7004);
      });
    });
  }).then(function () { offs.forEach(function (off) { off(); }); });
};

exports.a_rule_for_one_direction_is_none_for_the_other = function () {
  return page('main', 'send', 'x:up').then(function (code) {
    same(code, 0);
    return refused(ipc.sendToWindow('main', 'x:up', 1), 7004, /no rule/);
  }).then(function () {
    return page('main', 'send', 't:up');
  }).then(function (code) {
    same(code, 0);
    return refused(ipc.sendToWindow('main', 't:up', 1), 7004, /"t:up"/);
  });
};

exports.a_list_of_the_window_narrows_that_of_the_app = function () {
  return page('other', 'send', 'x:exact').then(function (code) {
    same(code, 7004, 'what only the app allows');
    return page('other', 'send', 't:not-other');
  }).then(function (code) {
    same(code, 7004, 'what the window denies');
    return page('main', 'send', 't:not-other');
  }).then(function (code) {
    same(code, 0, 'in the other window');
    return refused(ipc.sendToWindow('other', 't:not-other', 1), 7004, /window's rule "t:not-other"/);
  });
};

exports.reserved_channels_are_refused_to_apps = function () {
  return page('main', 'send', '__window__').then(function (code) {
    same(code, 7004);
    return refused(ipc.sendToWindow('main', '__window__', 1), 7004, /__x__/);
  }).then(function () { return refused(ipc.invoke('main', '__anything__', 1), 7004, /__x__/); });
};

exports.G13_denials_are_told_to_the_caller_and_as_events_with_the_rule = function () {
  var events = [], off;

  /* What was denied before has been told by then. */
  return tools.sleep(100).then(function () {
    off = ipc.onEvent(function (event) { if (event.type === 'denied') events.push(event); });
    return page('main', 'refusal', 't:secret');
  }).then(function (error) {
    same([error.code, error.name], [7004, 'PermissionDenied']);
    ok(/denied by rule "t:secret"/.test(error.message), error.message);
    return page('main', 'refusal', 'unknown');
  }).then(function (error) {
    ok(/no rule of capabilities.channels allows it/.test(error.message), error.message);
    return refused(ipc.sendToWindow('main', 't:secret', 1), 7004, /denied by rule "t:secret"/);
  }).then(function () {
    return refused(ipc.invoke('main', 't:secret-thing', 1), 7004, /denied by rule "t:secret-\*"/);
  }).then(function () {
    return tools.until(function () {
      return events.reduce(function (sum, e) { return sum + e.payload.count; }, 0) === 4;
    }, 'four denials counted');
  }).then(function () {
    off();
    same(events[0].windowId, 'main');
    same([events[0].payload.direction, events[0].payload.channel, events[0].payload.origin, events[0].payload.rule],
      ['send', 't:secret', 'app://conformance', 't:secret']);
    same(events[events.length - 1].payload.direction, 'receive');
  });
};

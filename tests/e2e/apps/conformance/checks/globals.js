// A page that replaced its globals before it used the bridge: nothing changes, and none of them is run.
var ipc = require('runtime:ipc');
var windows = require('runtime:window');
var tools = require('./tools');

exports.G11_replaced_globals_change_nothing_and_are_not_used = function () {
  var payload = { text: 'ü', n: -1.5, none: null, deep: [{ a: [] }] };

  return windows.createWindow({ id: 'replaced', url: 'replaced.html' }).then(function (win) {
    return ipc.invoke('replaced', 'run', { payload: payload }).then(function (result) {
      var bytes = result.said.echo.payload.bytes;

      tools.same(result.touched, '', 'what was used of the replaced');
      tools.same(result.channel, 'run');
      tools.ok(bytes instanceof Uint8Array && bytes[1] === 7, 'bytes');
      delete result.said.echo.payload.bytes;
      tools.same(result.said, {
        echo: { payload: { payload: payload, list: [1, [2]] }, from: 'replaced' },
        later: 'after 50',
        ack: true,
        heard: 13,
        codes: [7006, 7007],
        bigint: '[7003] payload: a BigInt cannot be sent'
      });
      return win.close();
    });
  });
};

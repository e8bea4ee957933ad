// Dialogs of one window must hold up neither the script nor the other window.
var ipc = require('runtime:ipc');
var beats = 0;

ipc.onChannel('beat', function () { beats += 1; });
ipc.onChannel('answers', function (answers) {
  console.log('answers ' + JSON.stringify(answers));
  setTimeout(function () {
    console.log('beats while dialogs: ' + (beats > 10));
    require('runtime:app').exit(0);
  }, 500);
});

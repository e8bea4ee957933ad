// The window is of a compromised process; nothing of what it claims is heard here.
require('runtime:ipc').onEvent(function (event) {
  if (!event.type)
    console.log('heard ' + event.channel);
});

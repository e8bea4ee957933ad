require('runtime:ipc');

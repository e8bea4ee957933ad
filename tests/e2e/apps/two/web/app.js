let n = 0;
setInterval(() => runtime.send('beat', ++n), 20);

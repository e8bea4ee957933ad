setInterval(() => runtime.send('beat', null), 20);

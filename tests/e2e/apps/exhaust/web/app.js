for (let i = 0; i < 3; i++) setTimeout(() => runtime.send('fill', null), i * 300);
setTimeout(() => runtime.send('ask', null), 1200);

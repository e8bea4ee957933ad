runtime.send('after', 200);

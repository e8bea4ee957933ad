let n = 0;
setInterval(() => {
  try {
    for (;;) runtime.send('t:flood', n++);
  } catch (error) {
    if (error.name !== 'QueueFull') throw error;
  }
}, 5);

var i;

function executor(resolve) {
  resolve(1);
}

for (i = 0; i < 1000; i++)
  new Promise(executor);

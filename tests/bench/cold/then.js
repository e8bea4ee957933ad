var p = Promise.resolve(0), i;

function add(n) {
  return n + 1;
}

for (i = 0; i < 1000; i++)
  p = p.then(add);

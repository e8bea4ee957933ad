var list = [], i;

for (i = 0; i < 1000; i++)
  list.push(i);
Promise.all(list);

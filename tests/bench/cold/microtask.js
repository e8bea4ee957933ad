var i;

function nothing() {}

for (i = 0; i < 1000; i++)
  queueMicrotask(nothing);

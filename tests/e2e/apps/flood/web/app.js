const COUNT = 20000, text = 'p'.repeat(1024);
let accepted = 0, refused = 0, received = 0, last = -1, inOrder = true;

runtime.on('m', ({ n }) => {
  inOrder &&= n > last;
  last = n;
  received++;
});
runtime.on('sum', (sum) => runtime.send('result', { ...sum, received, inOrder }));

for (let i = 0; i < COUNT; i++) {
  try {
    runtime.send('m', { n: accepted, text });
    accepted++;
  } catch (error) {
    if (error.name !== 'QueueFull') throw error;
    refused++;
  }
}

function end() {
  try {
    runtime.send('end', { accepted, refused });
  } catch {
    setTimeout(end, 10);
  }
}
end();

/* Each channel in each way of sending: the verdict is the same, and who asks is told the rule. */
const result = (name, value) => runtime.send('result', { name, value: String(value) });
const outcome = (promise) => promise.then(() => 'passed', (error) => `${error.name} ${error.message}`);

runtime.on('order:new', () => {});
runtime.on('show', () => {});
runtime.on('tell', () => result('heard', 'tell'));
runtime.on('bill', () => result('heard', 'bill'));
(async () => {
  for (const channel of ['order:new', 'order:price', 'order:refund', 'bill', 'show', 'tell', 'other']) {
    runtime.send(channel, 'unasked');
    result(`send ${channel}`, await outcome(runtime.send(channel, 'asked', { ack: true })));
    result(`invoke ${channel}`, await outcome(runtime.invoke(channel, 'called')));
  }
  result('page end', '');
})();

// Counts for the host, and says what it can see of what is laid over it.
const life = Date.now() % 1000000;
let n = 0;
let seen = '';

setInterval(() => runtime.send('tick', `${life}:${++n}`), 50);
setInterval(() => {
  const overlay = document.querySelector('kiln-overlay');
  const now = overlay ? `overlay, root ${overlay.shadowRoot}, text "${overlay.innerText}"` : 'nothing';

  if (now !== seen)
    console.log(`over me: ${now}`);
  seen = now;
}, 20);
runtime.send('secret', 1);

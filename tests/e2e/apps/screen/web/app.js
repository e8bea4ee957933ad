/* Says its size whenever that changes, and paints all the time. */
const tick = document.getElementById('tick');
let said = '';

function step(now) {
  const size = `${innerWidth}x${innerHeight}`;

  tick.style.left = `${now / 10 % 100}px`;
  if (size !== said)
    runtime.send('size', size);
  said = size;
  requestAnimationFrame(step);
}
requestAnimationFrame(step);

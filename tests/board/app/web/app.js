const touch = document.getElementById('touch');
const field = document.getElementById('field');
const light = document.getElementById('light');
let touches = 0;

touch.addEventListener('click', () => {
  touches += 1;
  touch.classList.toggle('odd', touches % 2 === 1);
  runtime.send('board:touched', touches);
});

field.addEventListener('input', () => light.classList.toggle('on', field.value === 'kiln42'));

// F1 to F4: the four ways up.
document.addEventListener('keydown', (event) => {
  const turns = ['F1', 'F2', 'F3', 'F4'].indexOf(event.key);
  if (turns >= 0) runtime.send('board:rotate', turns * 90);
});

field.focus();

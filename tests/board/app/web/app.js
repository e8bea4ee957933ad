const touch = document.getElementById('touch');
const field = document.getElementById('field');
const light = document.getElementById('light');
let touches = 0;

function touched(count) {
  touches = count;
  touch.classList.toggle('odd', touches % 2 === 1);
  runtime.send('board:touched', touches);
}

function filled() {
  light.classList.toggle('on', field.value === 'kiln42');
}

touch.addEventListener('click', () => touched(touches + 1));
field.addEventListener('input', filled);

// F1 to F4: the four ways up. F7: the screen goes dark. F8: as at the start.
document.addEventListener('keydown', (event) => {
  const turns = ['F1', 'F2', 'F3', 'F4'].indexOf(event.key);
  if (turns >= 0) runtime.send('board:rotate', turns * 90);
  if (event.key === 'F7') runtime.send('board:sleep');
  if (event.key === 'F8') {
    touched(0);
    field.value = '';
    field.blur();
    filled();
  }
});

runtime.on('board:touched', (count) => {
  document.body.classList.toggle('odd', count % 2 === 1);
});

runtime.on('colour', (colour) => {
  document.body.style.background = colour;
  runtime.send('painted', location.href);
});
runtime.send('colour', null);

const put = (id, text) => { document.getElementById(id).textContent = text; };

runtime.on('greet', ({ text, count }) => put('greeting', `${text} (greeting ${count})`));
runtime.on('board:facts', ({ script, window: id }) => {
  put('script', script);
  put('window', id);
});

put('origin', location.origin);
put('screen', `${screen.width} × ${screen.height}`);

document.getElementById('form').addEventListener('submit', (event) => {
  event.preventDefault();
  runtime.send('greet', document.getElementById('name').value);
});

runtime.send('board:ask', null);
runtime.send('greet', 'World');

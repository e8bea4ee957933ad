// The page's script, in whatever JavaScript WebKit knows.
const $ = (id) => document.getElementById(id);

runtime.on('status', ({ time, uptime }) => {
  $('clock').textContent = new Date(time).toLocaleTimeString('en-GB');
  $('uptime').textContent = uptime;
});

async function greet() {
  const asked = performance.now();

  try {
    const { text, count } = await runtime.invoke('greet', $('name').value);
    const ms = (performance.now() - asked).toFixed(1);

    $('answer').textContent = text;
    $('detail').textContent = `greeting ${count}, there and back in ${ms} ms`;
  } catch (e) {
    $('answer').textContent = e.message;
  }
}

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  greet();
});
greet();

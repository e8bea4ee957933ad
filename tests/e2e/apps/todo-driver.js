// Uses the page of js/apps/todo as a finger would, and tells the log what is to be seen on it.
(async () => {
  const rows = () => [...document.querySelectorAll('#list li')];
  const count = () => document.getElementById('count').textContent;
  const notice = () => document.getElementById('notice');
  const shown = () => rows().map((row) => (row.matches('.done') ? '+' : '-') + row.innerText.trim());
  const log = (what) => console.log(`driver: ${what}: ${count()}: ${shown().join(', ')}`);

  const seen = (condition) => new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });

  function click(text, button) {
    rows().find((row) => row.innerText.includes(text)).querySelector(button).click();
  }

  function type(text) {
    document.getElementById('text').value = text;
    document.getElementById('form').requestSubmit();
  }

  async function add(text) {
    const before = rows().length;
    const suggestion = [...document.querySelectorAll('#suggestions button')]
      .find((button) => button.innerText === text);

    if (suggestion) suggestion.click();
    else type(text);
    await seen(() => rows().length === before + 1);
  }

  await seen(() => count() !== '');
  if (rows().length > 0) {
    log('kept');
    await seen(() => rows().length === 0);
    log('the script is new');
    await add('Begin again');
    log('it goes on');
    return;
  }

  log('empty');
  type(' ');
  await seen(() => !notice().hidden);
  console.log(`driver: refused: ${notice().innerText}`);
  await add('<i>Old</i> news');
  click('news', '.toggle');
  await seen(() => count() === '1 / 1');
  log('one');
  document.getElementById('clear').click();
  await seen(() => rows().length === 0);
  log('cleared');

  await add('Wipe the tables');
  await add('Refill the beans');
  await add('Bake 40 croissants');
  await add('Count the till');
  await add('Mistake');
  await add('Call the dairy about Friday');
  click('Mistake', '.remove');
  await seen(() => count() === '0 / 5');
  click('Wipe', '.toggle');
  await seen(() => count() === '1 / 5');
  click('Count', '.toggle');
  await seen(() => count() === '2 / 5');
  click('Call', '.toggle');
  await seen(() => count() === '3 / 5');
  click('Call', '.toggle');
  await seen(() => count() === '2 / 5');
  log('done');
  location.reload();
})();

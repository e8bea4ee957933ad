// Uses the pages of js/apps/status-board as an operator would, and tells the log what is to be seen.
(() => {
  const log = (what) => console.log(`driver: ${what}`);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const seen = (condition) => new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!condition()) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });

  const kiln = (name) => all('article, li').find((e) => e.querySelector('h2').innerText.startsWith(name));
  const state = (name) => kiln(name).querySelector('.pill').innerText;
  const temperature = (name) => parseInt(kiln(name).querySelector('.temperature').innerText, 10);
  const failure = (call) => call.then(() => 'no failure', (error) => error.message);

  function press(within, text) {
    [...within.querySelectorAll('button')].find((button) => button.innerText === text).click();
  }

  async function board() {
    const notice = () => document.querySelector('.notice')?.innerText;

    await seen(() => all('article').length === 4);
    log(`states: ${all('.pill').map((pill) => pill.innerText).join(', ')}`);
    log(`curves: ${all('.past').filter((line) => line.points.numberOfItems > 20).length}`);
    log(`the wall orders: ${await failure(runtime.invoke('plant:order', { kiln: 'Ada', action: 'stop' }))}`);

    const before = temperature('Clara');
    await seen(() => temperature('Clara') < before);
    log('Clara cools');
    await seen(() => notice() === 'Do not open Clara');
    log('the notice is on the wall');
    await seen(() => state('Bruno') === 'On hold' && state('Dora') === 'Heating');
    log('the orders are on the wall');
  }

  async function control() {
    const problem = () => document.querySelector('.problem')?.innerText;

    await seen(() => all('li').length === 4);
    if (state('Dora') !== 'Ready to load') return;
    press(kiln('Dora'), 'Bisque');
    await seen(problem);
    log(`refused: ${problem()}`);
    press(kiln('Bruno'), 'Hold');
    await seen(() => state('Bruno') === 'On hold' && !problem());
    press(kiln('Dora'), 'Bisque');
    await seen(() => state('Dora') === 'Heating');
    log('Bruno waits and Dora heats');
    log(`nonsense: ${await failure(runtime.invoke('plant:order', { kiln: 7 }))}`);
    press(document, 'Do not open Clara');
    await seen(() => document.querySelector('[aria-pressed="true"]')?.innerText === 'Do not open Clara');
    log('posted');
  }

  (runtime.windowId === 'board' ? board : control)();
})();

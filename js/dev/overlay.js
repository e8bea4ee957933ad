/*
 * Body of a function that "kiln dev" calls in each page, in a script world of its
 * own, with `problems`: JSON, [{title, place, text, stack, hint, count}]; all strings but
 * the count, and empty when there is nothing to say. It draws what is wrong, or
 * takes away what it has drawn.
 *
 * What the problems say came from an app's files and pages: it becomes text nodes
 * and nothing else.
 */
'use strict';

const NAME = 'kiln-overlay';
const STYLE = `
  section {
    position: absolute; inset: auto 0 0 0; max-height: 100%; overflow: auto; box-sizing: border-box;
    padding: 22px 32px 26px; color: #f5ede6; background: #1d1512; border-top: 6px solid #e4572e;
    font: 17px/1.5 "DejaVu Sans", system-ui, sans-serif;
  }
  header { display: flex; align-items: baseline; gap: 14px; margin-bottom: 14px; }
  h1 { margin: 0; font-size: 21px; font-weight: 700; }
  header p { margin: 0; flex: 1; color: #b8a396; font-size: 15px; }
  button {
    font: 15px/1 "DejaVu Sans", system-ui, sans-serif; color: #f5ede6; background: #3a2c26;
    border: 0; border-radius: 8px; padding: 10px 14px;
  }
  article { margin: 0 0 12px; padding: 14px 18px; border-radius: 10px; background: #2b201b; }
  article:last-child { margin-bottom: 0; }
  h2 { margin: 0 0 6px; font-size: 14px; font-weight: 400; color: #b8a396; }
  h2 b { color: #f2a03d; font-family: "DejaVu Sans Mono", monospace; font-weight: 700; }
  pre {
    margin: 0; white-space: pre-wrap; overflow-wrap: anywhere;
    font: 17px/1.45 "DejaVu Sans Mono", monospace;
  }
  .stack { color: #b8a396; font-size: 15px; }
  .hint { margin: 8px 0 0; color: #d9c7ba; }
`;

function make(name, text, ...children) {
  const element = document.createElement(name);

  if (text)
    element.append(text);
  element.append(...children);
  return element;
}

function card({ title, place, text, stack, hint, count }) {
  const head = make('h2', '', title);

  if (place)
    head.append(' · ', make('b', place));
  if (count > 1)
    head.append(` · ${count} times`);
  const article = make('article', '', head, make('pre', text));
  if (stack) {
    const lines = make('pre', stack);
    lines.className = 'stack';
    article.append(lines);
  }
  if (hint) {
    const line = make('p', hint);
    line.className = 'hint';
    article.append(line);
  }
  return article;
}

const list = JSON.parse(problems);

/* By its name: nothing of this world is kept from one call to the next. */
document.querySelectorAll(`html > ${NAME}`).forEach((old) => old.remove());
if (list.length === 0 || !document.documentElement)
  return;

const host = document.createElement(NAME);
const root = host.attachShadow({ mode: 'closed' });
const sheet = new CSSStyleSheet();

sheet.replaceSync(STYLE);
root.adoptedStyleSheets = [sheet];
/* Inline and important: what the page's style sheets say of all elements does not count. */
for (const [name, value] of Object.entries({
  all: 'initial', display: 'block', position: 'fixed', inset: '0', 'z-index': '2147483647',
  width: 'auto', height: 'auto', margin: '0', padding: '0', border: '0', background: 'none',
  overflow: 'visible', 'pointer-events': 'none'
}))
  host.style.setProperty(name, value, 'important');

const close = make('button', 'Hide');
const section = make('section', '',
  make('header', '',
    make('h1', list.length === 1 ? 'Something is wrong' : `${list.length} things are wrong`),
    make('p', 'Mend it and save: this goes by itself.'), close),
  ...list.map(card));

section.style.setProperty('pointer-events', 'auto');
close.addEventListener('click', () => host.remove());
root.append(section);
document.documentElement.append(host);
/* Above dialogs and whatever else the page has put on top. */
host.popover = 'manual';
host.showPopover();

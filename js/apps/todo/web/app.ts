// The page: shows the list that the host holds, and asks the host for every change.
import { TEXT_MAX, type Commands, type News, type Todo } from '../shared/messages';
import { element, part } from './dom';

const NOTICE_MS = 4000;

const form = element('form', HTMLFormElement);
const input = element('text', HTMLInputElement);
const suggestions = element('suggestions', HTMLElement);
const list = element('list', HTMLUListElement);
const empty = element('empty', HTMLElement);
const row = element('row', HTMLTemplateElement);
const count = element('count', HTMLElement);
const arc = element('arc', SVGCircleElement);
const clear = element('clear', HTMLButtonElement);
const notice = element('notice', HTMLElement);
const weekday = element('weekday', HTMLElement);
const date = element('date', HTMLElement);

function ask<C extends keyof Commands>(channel: C, payload: Commands[C]): void {
  runtime.send(channel, payload);
}

function hear<C extends keyof News>(channel: C, listener: (payload: News[C]) => void): void {
  runtime.on(channel, listener);
}

function makeRow({ id, text, done }: Todo): HTMLLIElement {
  const item = document.importNode(part(row.content, 'li', HTMLLIElement), true);

  item.dataset.id = String(id);
  item.classList.toggle('done', done);
  part(item, '.toggle', HTMLButtonElement).setAttribute('aria-pressed', String(done));
  part(item, 'span', HTMLElement).textContent = text;
  return item;
}

function showList(todos: News['todo:list']): void {
  const done = todos.filter((todo) => todo.done).length;
  const hasGrown = todos.length > list.childElementCount;

  list.replaceChildren(...todos.map(makeRow));
  if (hasGrown) list.scrollTop = list.scrollHeight;
  empty.hidden = todos.length > 0;
  clear.disabled = done === 0;
  count.textContent = `${done} / ${todos.length}`;
  arc.style.strokeDashoffset = String(100 - (todos.length > 0 ? (100 * done) / todos.length : 0));
}

let noticeTimer = 0;

function showNotice(text: string): void {
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { notice.hidden = true; }, NOTICE_MS);
}

function showDate(): void {
  const now = new Date();

  weekday.textContent = now.toLocaleDateString('en', { weekday: 'long' });
  date.textContent = now.toLocaleDateString('en', { day: 'numeric', month: 'long' });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  ask('todo:add', input.value);
  input.value = '';
});

suggestions.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) ask('todo:add', target.innerText);
});

list.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  const id = Number(button?.closest('li')?.dataset.id);

  if (button?.dataset.command === 'todo:toggle') ask('todo:toggle', id);
  else if (button?.dataset.command === 'todo:remove') ask('todo:remove', id);
});

clear.addEventListener('click', () => ask('todo:clear', null));

input.maxLength = TEXT_MAX;
showDate();
setInterval(showDate, 60_000);
hear('todo:refused', showNotice);
hear('todo:list', showList);

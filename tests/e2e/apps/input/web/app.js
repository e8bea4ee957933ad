// What the page hears of, as words in its title; "?touch", "?mouse", "?keys" … say of what.
const wanted = location.search.slice(1);
const words = [];
function say(word) {
  words.push(word);
  document.title = words.join(' ');
}
function at(e) {
  return `${e.target.id || 'page'}@${Math.round(e.clientX)},${Math.round(e.clientY)}`;
}
function on(kinds, types, word) {
  if (!kinds.split(' ').includes(wanted)) return;
  for (const type of types.split(' '))
    addEventListener(type, (e) => { const w = word(e); if (w) say(w); }, { capture: true, passive: true });
}

on('touch', 'touchstart touchmove touchend touchcancel', (e) => {
  const t = e.changedTouches[0];
  return `${e.type}:${t.target.id || 'page'}@${Math.round(t.clientX)},${Math.round(t.clientY)}(${e.touches.length})`;
});
on('hit', 'touchstart touchend click', (e) => `${e.type}:${e.target.id || 'page'}`);
on('touch mouse', 'click', (e) => `click:${at(e)}`);
on('mouse', 'mousedown mouseup', (e) => `${e.type}:${at(e)}(${e.button},${e.buttons},${e.detail})`);
on('mouse', 'dblclick', (e) => `dblclick:${at(e)}`);
on('mouse', 'mouseout', (e) => (e.relatedTarget === null ? 'out' : ''));
on('wheel', 'wheel', (e) => `wheel:${Math.sign(e.deltaX)},${Math.sign(e.deltaY)}`);
on('wheel', 'scroll', (e) => (e.target.scrollTop > 0 ? 'scrolled' : ''));
on('keys', 'keydown keyup', (e) => {
  const held = ['Ctrl', 'Shift', 'Alt', 'Meta'].filter((m) => e[`${m.toLowerCase()}Key`]).join('');
  return `${e.type === 'keydown' ? '+' : '-'}${e.code}=${e.key}${held && `(${held})`}${e.repeat ? '*' : ''}`;
});
on('value', 'input', (e) => `[${e.target.value}]`);
if (wanted === 'media') {
  const state = () => say(['pointer:coarse', 'pointer:fine', 'hover:hover', 'any-pointer:fine']
    .filter((q) => matchMedia(`(${q})`).matches).join('&') || 'none');
  matchMedia('(hover:hover)').addEventListener('change', state);
  state();
}
if (wanted.startsWith('history')) {
  // A second entry, so that there is somewhere to go back to.
  if (wanted === 'history') location.href = '?history2';
  else addEventListener('load', () => say('second'));
}
say('ready');

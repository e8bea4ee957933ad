/* Methods of strings since ES2017, each by itself. */

function textOf(value) {
  if (value === null || value === undefined)
    throw new TypeError('not a string: ' + value);
  return String(value);
}

export function at(index) {
  var text = textOf(this), i = Math.trunc(index) || 0;

  i = i < 0 ? text.length + i : i;
  return i < 0 || i >= text.length ? undefined : text.charAt(i);
}

function padding(text, length, filler) {
  var missing = Math.floor(+length) - text.length;

  filler = filler === undefined ? ' ' : String(filler);
  if (!(missing > 0) || filler === '')
    return '';
  return filler.repeat(Math.ceil(missing / filler.length)).slice(0, missing);
}

export function padStart(length, filler) {
  var text = textOf(this);

  return padding(text, length, filler) + text;
}

export function padEnd(length, filler) {
  var text = textOf(this);

  return text + padding(text, length, filler);
}

/* What space is trim() says. */
export function trimStart() {
  var text = textOf(this), i = 0;

  while (i < text.length && text.charAt(i).trim() === '')
    i++;
  return text.slice(i);
}

export function trimEnd() {
  var text = textOf(this), i = text.length;

  while (i > 0 && text.charAt(i - 1).trim() === '')
    i--;
  return text.slice(0, i);
}

export { trimStart as trimLeft, trimEnd as trimRight };

/* "$$", "$&", and what is before and after: a pattern that is text has no groups. */
function expand(replacement, found, index, text) {
  return replacement.replace(/\$([$&`'])/g, function (all, what) {
    return what === '$' ? '$' : what === '&' ? found : what === '`' ? text.slice(0, index) :
      text.slice(index + found.length);
  });
}

export function replaceAll(pattern, replacement) {
  var text = textOf(this), result = '', end = 0, index;

  if (pattern instanceof RegExp) {
    if (!pattern.global)
      throw new TypeError('replaceAll() takes a regular expression with the flag g only');
    return text.replace(pattern, replacement);
  }
  pattern = String(pattern);
  for (index = text.indexOf(pattern); index >= 0; index = text.indexOf(pattern,
    index + Math.max(pattern.length, 1))) {
    result += text.slice(end, index) + (typeof replacement === 'function' ?
      replacement(pattern, index, text) : expand(String(replacement), pattern, index, text));
    end = index + pattern.length;
    if (index >= text.length)
      break;
  }
  return result + text.slice(end);
}

export function matchAll(pattern) {
  var text = textOf(this), regexp, done = false, iterator = {};

  if (pattern instanceof RegExp && !pattern.global)
    throw new TypeError('matchAll() takes a regular expression with the flag g only');
  /* Its own position, but the methods of what Babel made of named groups. */
  regexp = pattern instanceof RegExp ? pattern : new RegExp(pattern, 'g');
  var position = pattern instanceof RegExp ? pattern.lastIndex : 0;

  iterator.next = function () {
    var before = regexp.lastIndex, match = null;

    if (!done) {
      regexp.lastIndex = position;
      match = regexp.exec(text);
      position = match && match[0] === '' ? regexp.lastIndex + 1 : regexp.lastIndex;
      regexp.lastIndex = before;
    }
    done = match === null;
    return { value: done ? undefined : match, done: done };
  };
  iterator[Symbol.iterator] = function () {
    return this;
  };
  return iterator;
}

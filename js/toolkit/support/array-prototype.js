/* Methods of arrays since ES2015, each by itself: a script gets those that it names. */

function toInteger(value) {
  value = +value;
  return value !== value ? 0 : value < 0 ? Math.ceil(value) : Math.floor(value);
}

/* An index that may count from the end, within [0, length]. */
function toIndex(value, length, missing) {
  value = value === undefined ? missing : toInteger(value);
  return value < 0 ? Math.max(length + value, 0) : Math.min(value, length);
}

function needFunction(callback) {
  if (typeof callback !== 'function')
    throw new TypeError(String(callback) + ' is not a function');
}

function lengthOf(object) {
  var length = toInteger(object.length);

  return length > 0 ? Math.min(length, 9007199254740991) : 0;
}

/* Where the first is that passes, from @start on by @step; -1 if none. */
function search(array, callback, self, step) {
  var object = Object(array), length = lengthOf(object), i = step > 0 ? 0 : length - 1;

  needFunction(callback);
  for (; i >= 0 && i < length; i += step) {
    if (callback.call(self, object[i], i, object))
      return i;
  }
  return -1;
}

export function at(index) {
  var object = Object(this), length = lengthOf(object);

  index = toInteger(index);
  return object[index < 0 ? length + index : index];
}

export function fill(value, start, end) {
  var object = Object(this), length = lengthOf(object), i = toIndex(start, length, 0);

  end = toIndex(end, length, length);
  for (; i < end; i++)
    object[i] = value;
  return object;
}

export function find(callback, self) {
  var i = search(this, callback, self, 1);

  return i < 0 ? undefined : this[i];
}

export function findIndex(callback, self) {
  return search(this, callback, self, 1);
}

export function findLast(callback, self) {
  var i = search(this, callback, self, -1);

  return i < 0 ? undefined : this[i];
}

export function findLastIndex(callback, self) {
  return search(this, callback, self, -1);
}

function flatten(to, from, depth) {
  var length = lengthOf(from), i;

  for (i = 0; i < length; i++) {
    if (!(i in from))
      continue;
    if (depth > 0 && Array.isArray(from[i]))
      flatten(to, from[i], depth - 1);
    else
      to.push(from[i]);
  }
  return to;
}

export function flat(depth) {
  return flatten([], Object(this), depth === undefined ? 1 : toInteger(depth));
}

export function flatMap(callback, self) {
  needFunction(callback);
  return flatten([], Array.prototype.map.call(this, callback, self), 1);
}

export function includes(value, from) {
  var object = Object(this), length = lengthOf(object), i = toIndex(from, length, 0);

  for (; i < length; i++) {
    if (object[i] === value || (value !== value && object[i] !== object[i]))
      return true;
  }
  return false;
}

/* A copy without holes. */
function copy(array) {
  var object = Object(array), result = [], length = lengthOf(object), i;

  for (i = 0; i < length; i++)
    result.push(object[i]);
  return result;
}

export function toReversed() {
  return copy(this).reverse();
}

export function toSorted(compare) {
  if (compare !== undefined)
    needFunction(compare);
  return copy(this).sort(compare);
}

export function toSpliced() {
  var result = copy(this);

  result.splice.apply(result, arguments);
  return result;
}

function withElement(index, value) {
  var result = copy(this), i = toInteger(index);

  i = i < 0 ? result.length + i : i;
  if (i < 0 || i >= result.length)
    throw new RangeError('there is no element ' + index);
  result[i] = value;
  return result;
}
export { withElement as with };

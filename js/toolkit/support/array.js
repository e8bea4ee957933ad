/* Functions of Array since ES2015. */

/* Of a class that extends Array too. */
export function from(items, map, self) {
  var Constructor = typeof this === 'function' ? this : Array;
  var object = Object(items), method = object[Symbol.iterator], result, iterator, step, length, i = 0;

  if (items === null || items === undefined)
    throw new TypeError(items + ' is not iterable');
  if (map !== undefined && typeof map !== 'function')
    throw new TypeError(String(map) + ' is not a function');
  function put(value) {
    Object.defineProperty(result, i, {
      value: map ? map.call(self, value, i) : value, writable: true, enumerable: true, configurable: true
    });
    i++;
  }
  if (method === undefined || method === null) {
    length = Math.max(Math.floor(+object.length) || 0, 0);
    result = new Constructor(length);
    while (i < length)
      put(object[i]);
  } else {
    result = new Constructor();
    iterator = method.call(object);
    while (!(step = iterator.next()).done) {
      try {
        put(step.value);
      } catch (e) {
        if (typeof iterator['return'] === 'function')
          iterator['return']();
        throw e;
      }
    }
  }
  result.length = i;
  return result;
}

export function of() {
  var Constructor = typeof this === 'function' ? this : Array;
  var result = new Constructor(arguments.length), i;

  for (i = 0; i < arguments.length; i++)
    result[i] = arguments[i];
  result.length = i;
  return result;
}

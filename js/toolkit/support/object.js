/* Functions of Object since ES2017. */

function ownKeys(object) {
  return Object.keys(Object(object));
}

export function entries(object) {
  return ownKeys(object).map(function (key) {
    return [key, object[key]];
  });
}

export function values(object) {
  return ownKeys(object).map(function (key) {
    return object[key];
  });
}

export function fromEntries(pairs) {
  var result = {}, iterator = pairs[Symbol.iterator](), step;

  while (!(step = iterator.next()).done)
    Object.defineProperty(result, step.value[0], {
      value: step.value[1], writable: true, enumerable: true, configurable: true
    });
  return result;
}

export function getOwnPropertyDescriptors(object) {
  var result = {};

  Reflect.ownKeys(Object(object)).forEach(function (key) {
    result[key] = Object.getOwnPropertyDescriptor(object, key);
  });
  return result;
}

export function hasOwn(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key);
}

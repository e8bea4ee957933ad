/* Array.prototype.sort() that keeps the order of equals, as ES2019 promises and Duktape does not. */
(function () {
  'use strict';

  function byText(a, b) {
    a = String(a);
    b = String(b);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /* Merges from[start, middle) and from[middle, end) to @to. */
  function merge(from, to, start, middle, end, compare) {
    var left = start, right = middle, i;

    for (i = start; i < end; i++) {
      if (right >= end || (left < middle && compare(from[left], from[right]) <= 0))
        to[i] = from[left++];
      else
        to[i] = from[right++];
    }
  }

  function sorted(items, compare) {
    var other = new Array(items.length), width, start, swap;

    for (width = 1; width < items.length; width *= 2) {
      for (start = 0; start < items.length; start += 2 * width)
        merge(items, other, start, Math.min(start + width, items.length),
          Math.min(start + 2 * width, items.length), compare);
      swap = items;
      items = other;
      other = swap;
    }
    return items;
  }

  Object.defineProperty(Array.prototype, 'sort', {
    value: function sort(compare) {
      var object = Object(this), length = object.length >>> 0, items = [], i, defined;

      if (compare !== undefined && typeof compare !== 'function')
        throw new TypeError('not a function');
      for (i = 0; i < length; i++) {
        if (i in object)
          items.push(object[i]);
      }
      defined = items.filter(function (item) {
        return item !== undefined;
      });
      defined = sorted(defined, compare || byText);
      /* Then come the undefined, then the holes. */
      for (i = 0; i < length; i++) {
        if (i < defined.length)
          object[i] = defined[i];
        else if (i < items.length)
          object[i] = undefined;
        else
          delete object[i];
      }
      return object;
    },
    writable: true,
    configurable: true
  });
})();

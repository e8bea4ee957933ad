/*
 * Map, Set, WeakMap and WeakSet. The runtime compiles this when a script first names one
 * of them (src/script/collections.c), so that those which do not pay nothing.
 *
 * What tells one object from another is native: nothing is ever written to a key that a
 * script could see, not with Reflect.ownKeys() and not in a frozen one.
 */
'use strict';

var identity = native.identity;
var STATE = Symbol('collection');

/* Equal for what SameValueZero takes for equal, and for nothing else. */
function nameOf(key) {
  switch (typeof key) {
  case 'string':
    return 's' + key;
  case 'number':
    return 'n' + (key === 0 ? 0 : key);
  case 'symbol':
    return key;
  case 'object':
  case 'function':
    return key === null ? 'null' : identity(key);
  default:
    return String(key);
  }
}

function hide(object, name, value) {
  Object.defineProperty(object, name, { value: value, writable: true, configurable: true });
}

function define(prototype, methods) {
  Object.keys(methods).forEach(function (name) {
    hide(prototype, name, methods[name]);
  });
}

function getter(object, name, get) {
  Object.defineProperty(object, name, { get: get, configurable: true });
}

/*
 * Entries are linked in the order in which they came. One that is taken out keeps its way
 * back, so that an iterator which stands on it finds on.
 */
function Table() {
  this.clear();
}

Table.prototype.clear = function () {
  var entry;

  for (entry = this.first; entry; entry = entry.next) {
    entry.removed = true;
    entry.previous = undefined;
  }
  this.index = Object.create(null);
  this.first = this.last = undefined;
  this.size = 0;
};

Table.prototype.find = function (key) {
  return this.index[nameOf(key)];
};

Table.prototype.set = function (key, value) {
  var name = nameOf(key), entry = this.index[name];

  if (entry) {
    entry.value = value;
    return;
  }
  entry = { key: key === 0 ? 0 : key, value: value, previous: this.last, next: undefined,
    removed: false };
  this.index[name] = entry;
  if (this.last)
    this.last.next = entry;
  else
    this.first = entry;
  this.last = entry;
  this.size++;
};

Table.prototype.remove = function (key) {
  var name = nameOf(key), entry = this.index[name];

  if (!entry)
    return false;
  delete this.index[name];
  if (entry.previous)
    entry.previous.next = entry.next;
  else
    this.first = entry.next;
  if (entry.next)
    entry.next.previous = entry.previous;
  else
    this.last = entry.previous;
  entry.removed = true;
  this.size--;
  return true;
};

/* What comes after @entry, which may be gone by now; undefined stands before the first. */
Table.prototype.after = function (entry) {
  while (entry && entry.removed)
    entry = entry.previous;
  return entry ? entry.next : this.first;
};

function stateOf(collection, kind) {
  var state = collection !== null && collection !== undefined ? collection[STATE] : undefined;

  if (!state || state.kind !== kind)
    throw new TypeError('not a ' + kind);
  return state;
}

function begin(collection, kind, constructor, state) {
  if (!(collection instanceof constructor))
    throw new TypeError('constructor ' + kind + ' requires "new"');
  state.kind = kind;
  Object.defineProperty(collection, STATE, { value: state });
}

/* Arrays by their index: they have no iterator of their own in this engine. */
function forEachOf(iterable, callback) {
  var method, iterator, step, i;

  if (iterable === null || iterable === undefined)
    return;
  method = iterable[Symbol.iterator];
  if (method === undefined && (Array.isArray(iterable) || typeof iterable === 'string' ||
      ArrayBuffer.isView(iterable))) {
    for (i = 0; i < iterable.length; i++)
      callback(iterable[i]);
    return;
  }
  if (typeof method !== 'function')
    throw new TypeError('not iterable');
  iterator = method.call(iterable);
  while (!(step = iterator.next()).done) {
    try {
      callback(step.value);
    } catch (e) {
      if (typeof iterator['return'] === 'function')
        iterator['return']();
      throw e;
    }
  }
}

/* The constructor calls the method of a class that extends it, as the language has it. */
function fill(collection, iterable, method) {
  var add;

  if (iterable === null || iterable === undefined)
    return;
  add = collection[method];
  if (typeof add !== 'function')
    throw new TypeError(method + ' is not a function');
  forEachOf(iterable, method === 'set' ? function (pair) {
    if (Object(pair) !== pair)
      throw new TypeError('not a pair of key and value');
    add.call(collection, pair[0], pair[1]);
  } : function (value) {
    add.call(collection, value);
  });
}

var iterators = {};

hide(iterators, Symbol.iterator, function () {
  return this;
});

/* @pick makes what an iterator gives of an entry. */
function iteration(kind) {
  var prototype = Object.create(iterators);

  hide(prototype, 'next', function next() {
    var state = stateOf(this, kind + ' Iterator'), entry;

    if (!state.table)
      return { value: undefined, done: true };
    entry = state.at = state.table.after(state.at);
    if (!entry) {
      state.table = undefined;
      return { value: undefined, done: true };
    }
    return { value: state.pick(entry), done: false };
  });
  Object.defineProperty(prototype, Symbol.toStringTag, {
    value: kind + ' Iterator', configurable: true
  });
  return function (pick) {
    return function () {
      return Object.defineProperty(Object.create(prototype), STATE, {
        value: { kind: kind + ' Iterator', table: stateOf(this, kind).table, at: undefined, pick: pick }
      });
    };
  };
}

function keyOf(entry) {
  return entry.key;
}

function valueOf(entry) {
  return entry.value;
}

function pairOf(entry) {
  return [entry.key, entry.value];
}

function complete(constructor, kind) {
  Object.defineProperty(constructor.prototype, Symbol.toStringTag, {
    value: kind, configurable: true
  });
  if (kind === 'Map' || kind === 'Set') {
    getter(constructor.prototype, 'size', function () {
      return stateOf(this, kind).table.size;
    });
    getter(constructor, Symbol.species, function () {
      return this;
    });
  }
  exports[kind] = constructor;
}

function common(kind) {
  return {
    clear: function clear() {
      stateOf(this, kind).table.clear();
    },
    'delete': function (key) {
      return stateOf(this, kind).table.remove(key);
    },
    forEach: function forEach(callback, self) {
      var table = stateOf(this, kind).table, entry;

      if (typeof callback !== 'function')
        throw new TypeError('not a function');
      while ((entry = table.after(entry)))
        callback.call(self, entry.value, entry.key, this);
    },
    has: function has(key) {
      return stateOf(this, kind).table.find(key) !== undefined;
    }
  };
}

function Map(iterable) {
  begin(this, 'Map', Map, { table: new Table() });
  fill(this, iterable, 'set');
}

var mapIteration = iteration('Map');

define(Map.prototype, common('Map'));
define(Map.prototype, {
  entries: mapIteration(pairOf),
  get: function get(key) {
    var entry = stateOf(this, 'Map').table.find(key);

    return entry && entry.value;
  },
  keys: mapIteration(keyOf),
  set: function set(key, value) {
    stateOf(this, 'Map').table.set(key, value);
    return this;
  },
  values: mapIteration(valueOf)
});
hide(Map.prototype, Symbol.iterator, Map.prototype.entries);
complete(Map, 'Map');

function Set(iterable) {
  begin(this, 'Set', Set, { table: new Table() });
  fill(this, iterable, 'add');
}

var setIteration = iteration('Set');

define(Set.prototype, common('Set'));
define(Set.prototype, {
  add: function add(value) {
    stateOf(this, 'Set').table.set(value, value === 0 ? 0 : value);
    return this;
  },
  entries: setIteration(pairOf),
  values: setIteration(valueOf)
});
hide(Set.prototype, 'keys', Set.prototype.values);
hide(Set.prototype, Symbol.iterator, Set.prototype.values);
complete(Set, 'Set');

/*
 * A weak collection holds nothing: what belongs to a key is with the key, under the
 * collection's number, and goes with it.
 */
var weakCollections = 0;

function weak(kind) {
  return {
    'delete': function (key) {
      return native.weakDelete(key, stateOf(this, kind).number);
    },
    has: function has(key) {
      return native.weakHas(key, stateOf(this, kind).number);
    }
  };
}

function needKey(key) {
  if (Object(key) !== key)
    throw new TypeError('a key of a weak collection is an object');
}

function WeakMap(iterable) {
  begin(this, 'WeakMap', WeakMap, { number: ++weakCollections });
  fill(this, iterable, 'set');
}

define(WeakMap.prototype, weak('WeakMap'));
define(WeakMap.prototype, {
  get: function get(key) {
    return native.weakGet(key, stateOf(this, 'WeakMap').number);
  },
  set: function set(key, value) {
    var state = stateOf(this, 'WeakMap');

    needKey(key);
    native.weakSet(key, state.number, value);
    return this;
  }
});
complete(WeakMap, 'WeakMap');

function WeakSet(iterable) {
  begin(this, 'WeakSet', WeakSet, { number: ++weakCollections });
  fill(this, iterable, 'add');
}

define(WeakSet.prototype, weak('WeakSet'));
define(WeakSet.prototype, {
  add: function add(value) {
    var state = stateOf(this, 'WeakSet');

    needKey(value);
    native.weakSet(value, state.number, true);
    return this;
  }
});
complete(WeakSet, 'WeakSet');

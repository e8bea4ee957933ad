import {
  camelCase, chunk, cloneDeep, debounce, defaultsDeep, difference, escape, get, groupBy, isEqual,
  kebabCase, keyBy, mapValues, memoize, merge, orderBy, partition, pick, range, set, sortedUniq,
  template, throttle, uniqBy, words, zipObject
} from 'lodash-es';

const people = [
  { name: 'Ada', born: 1815, tags: new Set(['maths']) },
  { name: 'Grace', born: 1906, tags: new Set(['navy', 'cobol']) },
  { name: 'Alan', born: 1912, tags: new Set(['maths']) }
];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const cases = {
  collections: () => [
    groupBy(people, (p) => Math.floor(p.born / 100)),
    keyBy(people, 'name').Ada.born,
    orderBy(people, [(p) => p.tags.size, 'name'], ['desc', 'asc']).map((p) => p.name),
    partition(range(7), (n) => n % 2),
    uniqBy(people, (p) => [...p.tags][0]).length,
    chunk(range(7), 3), sortedUniq([1, 1, 2, 3, 3]), difference([1, 2, 3], [2])
  ],
  objects: () => [
    merge({ a: [{ b: 1 }] }, { a: [{ c: 2 }, 3] }),
    defaultsDeep({ a: { b: 1 } }, { a: { b: 2, c: 3 } }),
    get({ a: [{ b: { c: 3 } }] }, 'a[0].b.c'), set({}, 'x.y[1]', 5),
    pick(people[0], ['name', 'nothing']), mapValues({ a: 1, b: 2 }, (n) => n * n),
    zipObject(['a', 'b'], [1, 2])
  ],
  cloneDeep: () => {
    const source = { d: new Date(5), r: /x+/gi, m: new Map([[{ k: 1 }, new Set([1])]]),
      b: new Uint8Array([1, 2, 3]), nested: [{ a: [1] }] };
    const copy = cloneDeep(source);

    copy.nested[0].a.push(2);
    return [isEqual(source, copy), copy.d.getTime(), String(copy.r), [...copy.m.keys()], copy.b.length,
      source.nested[0].a, isEqual(copy.m, source.m)];
  },
  isEqual: () => [isEqual(new Set([1, 2]), new Set([2, 1])), isEqual([NaN], [NaN]),
    isEqual({ a: new Date(1) }, { a: new Date(2) }), isEqual(new Uint8Array(2), new Uint8Array(2))],
  strings: () => [camelCase('foo-bar baz'), kebabCase('fooBarBaz2'), escape('<a href="x">&'),
    words('Größe 42 fünf-zig 🎉 ok'), template('Hi <%= user %>, <%- esc %>')({ user: 'A', esc: '<' })],
  debounce: async () => {
    const calls: number[] = [];
    const debounced = debounce((n: number) => calls.push(n), 20);
    const throttled = throttle((n: number) => calls.push(n), 1000);

    debounced(1);
    debounced(2);
    throttled(10);
    throttled(11);
    await wait(60);
    throttled.cancel();
    return calls;
  },
  memoize: () => {
    let n = 0;
    const f = memoize((x: object) => [x, ++n]);
    const key = {};

    f(key);
    return [f(key)[1], f({})[1]];
  }
};

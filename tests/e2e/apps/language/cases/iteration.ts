function* fibonacci(): Generator<number> {
  let [a, b] = [0, 1];

  for (;;) {
    yield a;
    [a, b] = [b, a + b];
  }
}

function* take<T>(n: number, items: Iterable<T>): Generator<T> {
  if (n <= 0)
    return;
  for (const item of items) {
    yield item;
    if (--n <= 0)
      return;
  }
}

class Range implements Iterable<number> {
  closed = 0;

  constructor(readonly from: number, readonly to: number) {}

  [Symbol.iterator](): Iterator<number> {
    let n = this.from;

    return {
      next: () => n < this.to ? { done: false, value: n++ } : { done: true, value: undefined },
      return: () => { this.closed++; return { done: true, value: undefined }; }
    };
  }
}

export const cases = {
  generators: () => [...take(10, fibonacci())],
  'values sent in': () => {
    const g = (function* (): Generator<number, string, number> {
      const a = yield 1, b = yield a + 1;

      return `${a} ${b}`;
    })();

    return [g.next(), g.next(10), g.next(20), g.next(30)];
  },
  'throw and return': () => {
    const log: string[] = [];
    const make = function* () {
      try {
        yield 1;
        yield 2;
      } catch (e) {
        log.push(`caught ${e}`);
        yield 3;
      } finally {
        log.push('finally');
      }
    };
    const a = make(), b = make();

    a.next();
    b.next();
    return [a.throw('x'), a.next(), b.return(), b.next(), log];
  },
  delegation: () => [...(function* () {
    const result: string = yield* (function* () { yield 'a'; return 'r'; })();

    yield result;
    yield* new Range(0, 2);
    yield* 'xy';
  })()],
  'spread of everything': () => [...new Range(0, 3), ...'a🎉b', ...new Set([1, 1, 2]), ...new Map([['k', 1]]),
    ...new Uint8Array([7, 8]), ...[1, , 3]],
  'Math.max of a spread': () => Math.max(...new Set([3, 9, 4]), ...[5]),
  'characters of a string': () => {
    const seen: string[] = [];

    for (const c of 'a🎉é')
      seen.push(c);
    return [seen, Array.from('🎉!'), [...'👩🏽‍🚀'].length];
  },
  'destructuring closes': () => {
    const range = new Range(0, 9), [a, , b] = range, [c, ...rest] = new Range(0, 3);

    return [a, b, range.closed, c, rest];
  },
  'break closes': () => {
    const range = new Range(0, 9);

    for (const n of range) {
      if (n > 2)
        break;
    }
    try {
      for (const n of range)
        throw new Error(`at ${n}`);
    } catch { /* wanted */ }
    return range.closed;
  },
  'labels': () => {
    const seen: string[] = [];

    outer: for (const a of [1, 2, 3]) {
      for (const b of [1, 2, 3]) {
        if (b === 2)
          continue outer;
        if (a === 3)
          break outer;
        seen.push(`${a}${b}`);
      }
    }
    return seen;
  },
  'closures in loops': () => {
    const fs: (() => number)[] = [];

    for (let i = 0; i < 3; i++)
      fs.push(() => i * 10);
    for (const x of [7, 8])
      fs.push(() => x);
    for (const k in { a: 1 })
      fs.push(() => k.length);
    return fs.map((f) => f());
  },
  'Map and Set': () => {
    const m = new Map<unknown, unknown>([[NaN, 'nan'], [0, 'zero']]), key = {};

    m.set(key, 'object').set('0', 'string').delete(0);
    const s = new Set([1, 2, 3]), seen: number[] = [];

    s.forEach((n) => { seen.push(n); s.delete(2); });
    return [m.get(NaN), m.get(key), m.get('0'), m.has(0), m.size, [...m.values()], [...s.entries()], seen];
  },
  'WeakMap': () => {
    const w = new WeakMap<object, number>(), a = Object.freeze({}), f = () => 1;

    w.set(a, 1).set(f, 2);
    return [w.get(a), w.get(f), w.has({}), w.delete(a), w.has(a), Reflect.ownKeys(a).length];
  },
  'array iterators': () => [[...['a', 'b'].entries()], [...['a', 'b'].keys()], [...[5].values()],
    [...new Uint8Array([1, 2]).entries()]],
  'an iterator of nothing': () => {
    try {
      const [a] = undefined as any;

      return a;
    } catch (e) {
      return e instanceof TypeError;
    }
  },
  'Object.fromEntries and entries': () => Object.fromEntries(Object.entries({ a: 1, b: 2 })
    .map(([k, v]) => [k.toUpperCase(), v * 2])),
  'Array.from': () => [Array.from({ length: 3 }, (_, i) => i * i), Array.from(new Map([[1, 2]])),
    Array.from(new Range(1, 4), (n) => -n), Array.of(7).length]
};

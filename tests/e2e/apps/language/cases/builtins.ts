const list = [5, 1, 4];

export const cases = {
  arrays: () => [list.includes(4), [NaN].includes(NaN), list.find((n) => n < 5), list.findIndex((n) => n === 9),
    list.findLast((n) => n > 1), list.findLastIndex((n) => n > 1), list.at(-1), [1, [2, [3]]].flat(),
    [1, [2, [3, [4]]]].flat(Infinity), [1, 2].flatMap((n) => [n, n * 10]), new Array(3).fill(0),
    [1, 2, 3, 4].copyWithin(0, 2), list.toSorted(), list.toReversed(), list.with(0, 9),
    list.toSpliced(1, 1, 7, 8), list],
  'edges of arrays': () => [[1, , 3].includes(undefined), [1, , 3].find((x) => x === undefined) === undefined,
    [3, 4].includes(3, 1), [3, 4].includes(4, -1), [1, 2, 3].fill(9, -2), [1, 2, 3].fill(9, 1, -1), [[1], , [2]].flat(),
    [[[1]]].flat(0), [].at(0), [1, 2].at(-3), [1, 2].at('1' as any), [1, 2, 3].toSpliced(-1, 1),
    [2, undefined, 1].toSorted(), [, 1].toReversed().length, Array.from('ab', (c, i) => c + i),
    Array.from({ length: 2, 0: 'x' }), Array.of(1, 2), [3, 1, 10].sort(), [1, , 0, undefined].sort().length,
    Array.prototype.includes.call({ length: 1, 0: 7 }, 7), [1, 2].findLastIndex((n) => n === 9)],
  'with an index that is not there': () => { try { return [1].with(3, 0); } catch (e) { return (e as Error).name; } },
  'an Array.from of nothing': () => { try { return Array.from(null as any); } catch (e) { return (e as Error).name; } },
  'edges of strings': () => ['abc'.padStart(2), 'abc'.padEnd(8, '12'), 'x'.padStart(3, ''), '\u00a0\n x'.trimStart(),
    'x \ufeff'.trimEnd(), 'aaa'.replaceAll('a', (m, i) => m + i), 'a.a'.replaceAll('.', '[$&]'),
    'xx'.replaceAll('', '-'), 'a$b'.replaceAll('$', '$$'), 'abc'.at(5) ?? 'none', 'ab'.at(-2),
    [...'aXbX'.matchAll(/x/gi)].map((m) => m.index), [...'ab'.matchAll(/(?:)/g)].length,
    [...'k1 k2'.matchAll(/(?<k>\w)(\d)/g)].map((m) => m.groups!.k + m[2])],
  'edges of objects': () => [Object.entries('ab'), Object.values([7, 8]), Object.fromEntries(new Map([['a', 1]])),
    Object.hasOwn([], 'length'), Object.entries({ b: 1, a: 2, 1: 3 }),
    Object.keys(Object.getOwnPropertyDescriptors({ a: 1 }))],
  'sort is stable': () => ['b1', 'a1', 'b2', 'a2', 'c1'].sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0)),
  'typed arrays': () => {
    const a = Uint8Array.from([3, 1, 2]), b = new Float32Array([1.5, -2]);

    return [[...a.slice(1)], [...a.map((n) => n * 100)], a.includes(2), a.at(-1), [...a.sort()], [...b],
      a.indexOf(3), a.join('-'), [...a.filter((n) => n > 1)], a.reduce((x, y) => x + y),
      [...new Uint8Array(2).fill(7)], a.find((n) => n > 1), [...a.subarray(1)], [...a.toReversed()]];
  },
  strings: () => ['7'.padStart(3, '0'), '7'.padEnd(3, 'ab'), '  x '.trimStart(), '  x '.trimEnd(), 'abc'.at(-1),
    'abc'.includes('bc'), 'ab'.repeat(2), 'abc'.startsWith('b', 1), 'abc'.endsWith('b', 2),
    'x'.codePointAt(0), String.fromCodePoint(0x1f389)],
  objects: () => [Object.entries({ a: 1 }), Object.values({ a: 1 }), Object.assign({}, { a: 1 }, null, { b: 2 }),
    Object.hasOwn({ a: 1 }, 'a'), Object.getOwnPropertyDescriptors({ get a() { return 1; } }).a.get !== undefined,
    Object.is(NaN, NaN), Object.is(0, -0)],
  numbers: () => [Number.isInteger(5.0), Number.parseFloat('1.5x'), (1234.5678).toFixed(2), Math.trunc(-4.7),
    Math.sign(-3), Math.hypot(3, 4), Math.log2(8), Math.fround(5.5), Math.clz32(1),
    Math.imul(3, 4), (255).toString(16), Number.EPSILON > 0, Math.sinh(0), Math.log1p(0)],
  symbols: () => {
    const s = Symbol('desc'), o = { [s]: 1, x: 2 };

    return [s.description, o[s], Object.keys(o), Symbol.for('a') === Symbol.for('a'), s.toString(),
      Symbol.keyFor(Symbol.for('a'))];
  },
  'JSON': () => [JSON.stringify({ a: [undefined, () => 0, Symbol()], b: undefined, d: new Date(0), n: NaN }),
    JSON.parse('{"__proto__": 1, "a": [1e3]}', (k, v) => Array.isArray(v) ? v.length : v),
    JSON.stringify({ a: 1, b: [2] }, null, 2)],
  dates: () => [new Date(0).toISOString(), new Date(Date.UTC(2026, 1, 29)).toJSON(),
    Date.parse('2026-02-28T12:00:00.500Z'), new Date(NaN).getTime(),
    new Date('2026-02-28T12:00:00+02:00').toISOString()],
  proxies: () => {
    const log: string[] = [];
    const p: any = new Proxy({ a: 1 } as any, {
      get: (target, key, receiver) => { log.push(`get ${String(key)}`); return Reflect.get(target, key, receiver); },
      set: (target, key, value) => { log.push(`set ${String(key)}`); target[key] = value; return true; },
      has: (target, key) => key === 'magic' || key in target,
      deleteProperty: (target, key) => { log.push('delete'); return delete target[key]; }
    });

    p.b = p.a + 1;
    delete p.a;
    return ['magic' in p, 'x' in p, Object.keys(p), p.b, log];
  },
  reflect: () => [Reflect.has({ a: 1 }, 'a'), Reflect.ownKeys({ a: 1, [Symbol.iterator]: 2 }).length,
    Reflect.apply(Math.max, null, [1, 3]), Reflect.construct(Date, [0]).getTime(),
    Reflect.getPrototypeOf([]) === Array.prototype],
  structuredClone: () => {
    const source: any = { d: new Date(5), m: new Map([[1, new Set(['x'])]]), a: [1, , 3], n: null };

    source.self = source;
    const copy = structuredClone(source);

    return [copy.self === copy, copy.d.getTime(), copy.d !== source.d, [...copy.m.get(1)], copy.a];
  },
  URL: () => {
    const u = new URL('../x?q=1&q=2&ä=ö#h', 'https://user@example.com:8080/a/b/c');

    u.searchParams.append('new', 'a b');
    return [u.href, u.host, u.pathname, u.searchParams.getAll('q'), [...u.searchParams.keys()],
      URL.canParse('nope'), new URLSearchParams({ a: '1' }).toString()];
  },
  'base64 and text': () => [btoa('hi\xff'), atob('aGk='), [...new TextEncoder().encode('é🎉')],
    new TextDecoder().decode(new Uint8Array([0xc3, 0xa9]))],
  globals: () => [typeof globalThis, typeof queueMicrotask, typeof performance.now(), typeof AbortController,
    globalThis.Math === Math]
};

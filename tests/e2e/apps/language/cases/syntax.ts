const tag = (strings: TemplateStringsArray, ...values: unknown[]) =>
  [strings.raw.join('|'), strings.join('|'), values];

function defaults(a: number, b = a * 2, { c = b + 1, d: [e] = [9] } = {} as any, ...rest: number[]) {
  return [a, b, c, e, rest];
}

const late = () => hoisted() + later;
const later = 3;

function hoisted() {
  return 'h';
}

export const cases = {
  'optional chaining': () => {
    const o: any = { f() { return this.x; }, x: 5, n: null, a: [1] };
    let calls = 0;

    return [o?.f?.(), o.n?.x.y.z, o.n?.[calls++], o.g?.(calls++), o?.['a']?.[0], delete o?.x, calls,
      (o.n?.x)?.y];
  },
  nullish: () => {
    const o: any = { zero: 0, nothing: null };

    o.zero ??= 1;
    o.nothing ??= 2;
    o.zero ||= 3;
    o.nothing &&= 4;
    o.made ??= [];
    return [o, o.x ?? 'a', o.zero ?? 'b', o.y ?? null];
  },
  templates: () => [`a${1}${`b${2}`}\n`, tag`x${1}\n${2}y`, String.raw`\u0041${1}\n`, `line
two`],
  destructuring: () => {
    const { a, b: { c = 5, ...more } = {} as any, ...rest } = { a: 1, b: { d: 2, e: 3 }, f: 4, g: 5 } as any;
    const [x, , y = 7, ...z] = [1, 2, undefined, 4, 5];
    let p = 1, q = 2;

    [p, q] = [q, p];
    ({ a: p, ['f']: q } = { a: 10, f: 20 });
    return [a, c, more, rest, x, y, z, p, q];
  },
  parameters: () => [defaults(1), defaults(1, 2, { c: 3, d: [4] }, 5, 6), defaults(1, undefined)],
  'spread of objects': () => {
    const source = { get g() { return 1; }, [Symbol.for('s')]: 2, z: 0 };
    const copy: any = { ...source, z: 1, ...(null as any), ...('ab' as any), ...[9] };

    return [copy, copy[Symbol.for('s')], Object.getOwnPropertyDescriptor(copy, 'g')];
  },
  exponents: () => [2 ** 10, (-2) ** 2, 2 ** 3 ** 2, (() => { let x = 3; x **= 2; return x; })()],
  numbers: () => [0b101, 0o17, 1_000_000, 0.1 + 0.2, Number.MAX_SAFE_INTEGER, 1e21, -0 === 0],
  'catch without binding': () => {
    try {
      throw 1;
    } catch {
      return 'caught';
    }
  },
  'block scope': () => {
    const x = 1;
    let y;

    {
      const x = 2;

      y = x;
    }
    switch (y) {
    case 2: {
      let x = 5;

      return [x, y];
    }
    }
    return [x];
  },
  hoisting: () => late(),
  'getters and computed keys': () => {
    const k = 'key', o = { get [k + 1]() { return 'g'; }, [`${k}2`]: 2, ['m']() { return super.toString !== undefined; },
      async *[Symbol.asyncIterator]() {} };

    return [o.key1, o.key2, o.m(), Object.keys(o)];
  },
  'arrow functions': () => {
    function outer(this: any) {
      return [1].map(() => this.v + arguments.length);
    }

    return [outer.apply({ v: 2 }, [1, 2] as any), (() => ({ o: 1 }))(), ((a, b = 2) => a + b)(1)];
  },
  'names of functions': () => {
    const counted = () => 0, o = { method() {}, arrow: () => 0 };

    return [counted.name, o.method.name, o.arrow.name, (class Foo {}).name];
  },
  'strict mode': () => {
    const frozen = Object.freeze({ a: 1 });

    try {
      (frozen as any).a = 2;
      return 'sloppy';
    } catch (e) {
      return [e instanceof TypeError, (function (this: unknown) { return this === undefined; })()];
    }
  },
  'voids and typeof': () => [void 0 === undefined, typeof Symbol(), typeof undefined,
    typeof (() => 0), typeof null],
  'switch and labels': () => {
    let out = '';

    loop: for (let i = 0; ; i++) {
      switch (i) {
      case 0: out += 'a'; continue loop;
      case 1: out += 'b';
      // falls through
      default: out += 'c'; break loop;
      }
    }
    return out;
  },
  'getters that are inherited': () => {
    const base = { get full() { return `${(this as any).a}!`; } };

    return Object.create(base, { a: { value: 'x' } }).full;
  },
  'tagged templates are cached': () => {
    const f = (strings: TemplateStringsArray) => strings, g = () => f`x`;

    return [g() === g(), Object.isFrozen(g())];
  },
  'unicode in source': () => {
    const größe = 1, text = '\u{1F389}', o = { ключ: 2 };

    return [größe, text === '🎉', text.length, o.ключ];
  }
};

// What goes to the host and back, and what must come of it.
const bytes = (...list) => Uint8Array.of(...list);
const cases = [
  [null, null], [undefined, null], [true, true], [0, 0], [-1, -1], [1.5, 1.5], [1e300, 1e300],
  [NaN, null], [-Infinity, null], [2 ** 53 - 1, 2 ** 53 - 1], [-(2 ** 53), -(2 ** 53)],
  ['', ''], ['ü€😀', 'ü€😀'], ['a\u2028b\u0000c', 'a\u2028b\u0000c'],
  [[], []], [[1, [2, [3]]], [1, [2, [3]]]], [{}, {}],
  [{ a: 1, b: undefined, c: () => 1 }, { a: 1 }], [[undefined, () => 1], [null, null]],
  [JSON.parse('{"__proto__": 1, "constructor": 2}'), JSON.parse('{"__proto__": 1, "constructor": 2}')],
  [new Date(0), '1970-01-01T00:00:00.000Z'], [new Map([[1, 2]]), {}],
  [bytes(0, 1, 255), bytes(0, 1, 255)],
  [bytes(1, 2).buffer, bytes(1, 2)],
  [{ x: [bytes(), { y: bytes(9) }], z: 'tail' }, { x: [bytes(), { y: bytes(9) }], z: 'tail' }],
  [{ skip: undefined, list: [undefined, bytes(5), new Date(0)] }, { list: [null, bytes(5), '1970-01-01T00:00:00.000Z'] }],
  ['x'.repeat(1 << 20), 'x'.repeat(1 << 20)],
];
const refused = {
  bigint: 1n,
  'nested bigint': { a: [0, { b: 1n }] },
  cycle: (() => { const o = {}; o.self = o; return o; })(),
  depth: (() => { let o = 1; for (let i = 0; i < 10000; i++) o = [o]; return o; })(),
  surrogate: ['\ud800'],
  'surrogate key': { '\udc00': 1 },
  toJSON: { toJSON() { throw new Error('no'); } },
  large: 'x'.repeat((16 << 20) + 1),
};

const show = (value) => JSON.stringify(value, (key, v) =>
  v instanceof Uint8Array ? `bytes ${v.join()}` : v)?.slice(0, 200);
let next = 0, failures = 0;

function report(line) {
  runtime.send('report', line);
}

runtime.on('back', (got) => {
  const [, want] = cases[next];
  if (show(got) !== show(want) || typeof got !== typeof want) {
    failures++;
    report(`case ${next}: wanted ${show(want)}, got ${show(got)}`);
  }
  if (++next < cases.length) return runtime.send('back', cases[next][0]);
  for (const [name, value] of Object.entries(refused)) {
    try {
      runtime.send('back', value);
      failures++;
      report(`${name}: was sent`);
    } catch (error) {
      report(`${name}: ${error.code} ${error.name} ${error.message}`);
    }
  }
  runtime.send('throw', null);
  runtime.send('reject', null);
  report(`${cases.length} cases, ${failures} failures`);
  runtime.send('end', failures);
});
runtime.send('back', cases[0][0]);

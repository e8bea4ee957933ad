const date = /(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)/;

export const cases = {
  'named groups': () => {
    const { year, month } = date.exec('on 2026-02-28.')!.groups!;

    return [year, month, '2026-02-28'.replace(date, '$<day>.$<month>.$<year>'),
      '2026-02-28'.match(date)!.groups!.day,
      '2026-02-28 2027-01-01'.replace(/(?<y>\d{4})-\d\d-\d\d/g, (...args) => `<${args.at(-1).y}>`)];
  },
  sticky: () => {
    const re = /a./y, found: unknown[] = [];

    re.lastIndex = 2;
    found.push(re.exec('abac')?.[0], re.lastIndex, re.exec('abac'), re.lastIndex, /b/y.test('ab'));
    return found;
  },
  dotAll: () => [/a.b/s.test('a\nb'), /a.b/.test('a\nb'), /^.$/su.test('🎉')],
  unicode: () => [/^\p{Lu}\p{Ll}+$/u.test('Ärger'), 'a🎉b'.match(/./gu)?.length, /\u{1F389}/u.test('🎉'),
    /^[^\x00-\x7F]$/u.test('🎉'), 'Straße'.replace(/\p{L}/gu, 'x')],
  matchAll: () => [...'a1b22'.matchAll(/[a-z](\d+)/g)].map((m) => [m[0], m[1], m.index]),
  'replaceAll and split': () => ['a.b.c'.replaceAll('.', '-'), 'a1b2'.split(/\d/), 'a1b2'.split(/(\d)/),
    'aXbX'.replaceAll(/x/gi, (m) => m.toLowerCase())],
  flags: () => [/a/gi.flags, new RegExp('a', 'y').sticky, new RegExp('x.y', 's').test('x\ny')],
  'built at run time': () => {
    const re = new RegExp('(?<n>\\d+)', 'g');

    return [re.exec('a12')?.groups?.n, re.lastIndex];
  },
  'search and test': () => ['abc'.search(/c/), /x/.test('y'), 'Aa'.match(/a/gi)],
  'captures that did not match': () => /(a)|(b)/.exec('b'),
  backreferences: () => [/(?<q>['"]).*?\k<q>/.exec('say "it\'s" x')?.[0], /(.)\1/.test('hello')]
};

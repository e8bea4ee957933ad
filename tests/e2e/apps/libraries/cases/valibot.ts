import * as v from 'valibot';

const Schema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  email: v.pipe(v.string(), v.trim(), v.email()),
  amount: v.pipe(v.number(), v.minValue(0), v.integer()),
  kind: v.picklist(['a', 'b']),
  tags: v.optional(v.array(v.pipe(v.string(), v.maxLength(5))), []),
  when: v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => new Date(text)))
});

const good = {
  id: '9b2f7c1e-3a4d-4c1b-8f0e-1a2b3c4d5e6f', email: ' ada@example.com ', amount: 5, kind: 'a',
  when: '2026-02-28T12:00:00Z'
};

export const cases = {
  parse: () => v.parse(Schema, good),
  issues: () => v.safeParse(Schema, { ...good, amount: -1.5, kind: 'c', tags: ['abcdefg'] })
    .issues?.map((issue) => [v.getDotPath(issue), issue.message]),
  'parse throws': () => v.parse(Schema, 3),
  variant: () => v.safeParse(v.variant('t', [v.object({ t: v.literal('x'), n: v.number() }),
    v.object({ t: v.literal('y') })]), { t: 'x', n: '1' }).issues?.[0].message,
  emoji: () => [v.is(v.pipe(v.string(), v.emoji()), '🎉👩🏽‍🚀'), v.is(v.pipe(v.string(), v.emoji()), 'x')],
  'map and set': () => [[...v.parse(v.map(v.string(), v.number()), new Map([['a', 1]]))],
    v.is(v.set(v.number()), new Set(['x']))],
  asynchronous: () => v.safeParseAsync(v.pipeAsync(v.string(),
    v.checkAsync(async (text) => text === 'x', 'only x')), 'y').then((r) => r.issues?.[0].message)
};

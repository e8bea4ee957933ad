import * as z from 'zod';

const Order = z.strictObject({
  id: z.uuid(),
  email: z.email(),
  amount: z.number().int().positive().max(1000),
  currency: z.enum(['EUR', 'USD']).default('EUR'),
  items: z.array(z.object({ sku: z.string().regex(/^[A-Z]{2}\d+$/), n: z.coerce.number() })).min(1),
  note: z.string().trim().optional(),
  at: z.iso.datetime().transform((text) => new Date(text))
});

const good = {
  id: '9b2f7c1e-3a4d-4c1b-8f0e-1a2b3c4d5e6f', email: 'ada@example.com', amount: 5,
  items: [{ sku: 'AB1', n: '3' }], note: '  hi ', at: '2026-02-28T12:00:00Z'
};

export const cases = {
  parse: () => Order.parse(good),
  issues: () => Order.safeParse({ ...good, email: 'nope', amount: 1.5, currency: 'GBP', items: [], x: 1 })
    .error?.issues.map((issue) => [issue.path.join('.'), issue.code, issue.message]),
  'parse throws': () => Order.parse(null),
  flatten: () => z.flattenError(Order.safeParse({}).error!),
  pretty: () => z.prettifyError(Order.safeParse({ ...good, items: [{ sku: 'x', n: 'y' }] }).error!),
  unions: () => z.discriminatedUnion('t', [
    z.object({ t: z.literal('a'), n: z.number() }), z.object({ t: z.literal('b'), s: z.string() })
  ]).safeParse({ t: 'b', s: 3 }).error?.issues,
  recursive: () => {
    type Tree = { name: string; kids: Tree[] };
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), kids: z.array(tree) }));

    return tree.parse({ name: 'a', kids: [{ name: 'b', kids: [] }] });
  },
  refine: () => z.object({ a: z.string(), b: z.string() })
    .refine((o) => o.a === o.b, { path: ['b'], error: 'must be equal' })
    .safeParse({ a: '1', b: '2' }).error?.issues,
  formats: () => [z.ipv4().safeParse('1.2.3.400').success, z.base64().safeParse('aGk=').success,
    z.iso.date().safeParse('2026-02-30').success,
    z.jwt().safeParse('x').success, z.url().safeParse('https://example.com/x').success],
  collections: () => [[...z.map(z.string(), z.number()).parse(new Map([['a', 1]]))],
    [...z.set(z.number()).parse(new Set([1, 2]))], z.record(z.string(), z.boolean()).parse({ a: true }),
    z.tuple([z.string(), z.number()]).rest(z.boolean()).parse(['a', 1, true])],
  'asynchronous refinement': async () => (await z.string().refine(async (s) => s.length > 3)
    .safeParseAsync('ab')).error?.issues[0].message,
  'json schema': () => z.toJSONSchema(z.object({ a: z.string().min(2).optional(), b: z.int() }))
};

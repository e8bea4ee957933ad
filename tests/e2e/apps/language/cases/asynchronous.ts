const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function* countTo(n: number, log: string[] = []): AsyncGenerator<number, string, string | undefined> {
  try {
    for (let i = 1; i <= n; i++) {
      await wait(1);
      const got = yield i;

      if (got)
        log.push(got);
    }
    return 'end';
  } finally {
    log.push('closed');
  }
}

async function* nested() {
  yield 'before';
  const result = yield* countTo(2);

  yield result;
}

class Source {
  async *[Symbol.asyncIterator]() {
    yield* [1, Promise.resolve(2), 3];
  }
}

async function order(log: string[]): Promise<void> {
  log.push('a');
  await null;
  log.push('b');
}

export const cases = {
  'for await over a generator': async () => {
    const seen: number[] = [];

    for await (const n of countTo(3))
      seen.push(n * n);
    return seen;
  },
  'break closes it': async () => {
    const log: string[] = [];

    for await (const n of countTo(5, log)) {
      if (n === 2)
        break;
    }
    return log;
  },
  'values sent in': async () => {
    const log: string[] = [], generator = countTo(2, log);

    return [await generator.next(), await generator.next('x'), await generator.next('y'),
      await generator.next(), log];
  },
  'throw and return': async () => {
    const log: string[] = [], a = countTo(3, log), b = countTo(3, log);

    await a.next();
    await b.next();
    return [await a.return('stop'), await b.throw(new Error('t')).catch((e: Error) => e.message), log];
  },
  delegation: async () => {
    const seen: unknown[] = [];

    for await (const value of nested())
      seen.push(value);
    return seen;
  },
  'for await over promises and classes': async () => {
    const seen: unknown[] = [];

    for await (const value of [Promise.resolve('p'), 'q'])
      seen.push(value);
    for await (const value of new Source())
      seen.push(value);
    return seen;
  },
  'requests are queued': async () => {
    const generator = countTo(2);

    return (await Promise.all([generator.next(), generator.next(), generator.next()]));
  },
  'order of jobs': async () => {
    const log: string[] = [];

    Promise.resolve().then(() => log.push('job'));
    const running = order(log);

    log.push('c');
    await running;
    return log;
  },
  'await in every place': async () => {
    const f = async (x: number) => x, o = { async m() { return this.v; }, v: 3 };
    const [a, { b = await f(9) } = {} as { b?: number }] = [await f(1)];
    let sum = 0;

    for (let i = await f(0); i < await f(3); i += await f(1))
      sum += await f(i);
    while (await f(sum) < 5)
      sum++;
    return [a, b, await o.m(), (await f(1)) ? await f(2) : await f(3), `${await f(4)}`,
      [await f(5), ...[await f(6)]], await f(7) ?? 0, sum];
  },
  'try, catch, finally': async () => {
    const log: string[] = [];
    const f = async (how: string) => {
      try {
        if (how === 'throw')
          throw new RangeError('r');
        return await Promise.reject(new Error(how));
      } catch (e) {
        log.push((e as Error).name);
        return 'caught';
      } finally {
        await null;
        log.push('finally');
      }
    };

    return [await f('throw'), await f('reject'), log];
  },
  'this and arguments': async () => {
    const o = {
      n: 1,
      async f(..._: number[]) {
        const arrow = async () => [this.n, arguments.length];

        return arrow();
      }
    };

    return o.f(1, 2, 3);
  },
  combinators: async () => [
    await Promise.all(new Set([1, Promise.resolve(2)])),
    await Promise.allSettled([1, Promise.reject(new Error('x')).catch((e) => { throw e.message; })]),
    await Promise.race([wait(50), Promise.resolve('fast')]),
    await Promise.any([Promise.reject(1), Promise.resolve('any')]),
    await Promise.any([Promise.reject(1)]).catch((e) => [e.name, e.errors])
  ],
  'dynamic import': async () => {
    const { cases: others } = await import('./syntax.ts');

    return Object.keys(others).length > 0;
  }
};

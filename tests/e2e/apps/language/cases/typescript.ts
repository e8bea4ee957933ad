import { default as defaulted, type Only, named as renamed } from './values.ts';
import type { Also } from './values.ts';
import * as everything from './values.ts';
import data from './data.json';

enum Level { Low, Mid = 5, High, Text = 'text' }
const enum Inlined { A = 1 << 3, B = A | 1 }

namespace Geometry {
  export const unit = 1;
  export function double(n: number): number {
    return n * 2 * unit;
  }
}

class Point {
  constructor(public x: number, protected y = 2, readonly z?: number) {}

  get sum(): number {
    return this.x + this.y + (this.z ?? 0);
  }
}

function assertText(value: unknown): asserts value is string {
  if (typeof value !== 'string')
    throw new TypeError('not text');
}

function overloaded(a: string): string;
function overloaded(a: number): number;
function overloaded(a: any): any {
  return a;
}

const shape = { kind: 'a', n: 1 } as const satisfies Only;

export const cases = {
  enums: () => [Level.High, Level[5], Level.Text, Object.keys(Level), Inlined.B],
  namespaces: () => Geometry.double(4),
  'parameter properties': () => [new Point(1), new Point(1, 5, 10).sum],
  'imports and exports': () => [defaulted, renamed, Object.keys(everything).sort(), everything.bump(),
    everything.counter],
  json: () => data.list,
  assertions: () => { assertText(3); },
  casts: () => [(shape as { n: number }).n, <string>'old style', shape!.kind, overloaded(7)],
  generics: () => (<T extends { a: number }>(x: T): T['a'] => x.a)({ a: 9 } satisfies Also),
  'declare and abstract leave nothing': () => {
    abstract class A { declare x: number; abstract f(): void; }
    class B extends A { f() {} }

    return Object.keys(new B());
  },
  using: () => {
    const log: string[] = [];

    {
      using a = { [Symbol.dispose]: () => { log.push('a'); } };
      using b = { [Symbol.dispose]: () => { log.push('b'); } };

      log.push(typeof a, typeof b);
    }
    return log;
  }
};

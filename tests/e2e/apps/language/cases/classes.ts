abstract class Shape {
  static #count = 0;
  static readonly all: Shape[] = [];
  static names: string;
  readonly id = ++Shape.#count;
  protected label?: string;

  static {
    Shape.names = 'shapes';
  }

  constructor() {
    Shape.all.push(this);
  }

  abstract area(): number;

  static get count(): number {
    return Shape.#count;
  }

  toString(): string {
    return `${this.constructor.name}(${this.area()})`;
  }
}

class Rectangle extends Shape {
  #w: number;
  #h: number;
  static #made = (w: number) => new Rectangle(w, w);

  constructor(w: number, h: number) {
    super();
    this.#w = w;
    this.#h = h;
  }

  get w(): number {
    return this.#w;
  }

  set w(value: number) {
    if (value < 0)
      throw new RangeError('negative');
    this.#w = value;
  }

  area(): number {
    return this.#area();
  }

  #area(): number {
    return this.#w * this.#h;
  }

  grow(): this {
    this.#w++;
    this.#h **= 2;
    return this;
  }

  static square(w: number): Rectangle {
    return Rectangle.#made(w);
  }

  static is(value: object): boolean {
    return #w in value;
  }

  override toString(): string {
    return `[${super.toString()}]`;
  }
}

class HttpError extends Error {
  override name = 'HttpError';

  constructor(readonly status: number, message?: string) {
    super(message ?? `status ${status}`);
  }
}

class Stack<T> extends Array<T> {
  top(): T | undefined {
    return this[this.length - 1];
  }
}

class Registry extends Map<string, number> {
  override set(key: string, value: number): this {
    return super.set(key.toUpperCase(), value);
  }
}

const mixin = <C extends new (...args: any[]) => object>(base: C) => class extends base {
  mixed = true;
};

export const cases = {
  'fields, accessors, private members': () => {
    const r = new Rectangle(2, 3);

    r.w = 5;
    return [r.area(), r.w, r.id > 0, r.grow().area(), Rectangle.square(2).area(), Shape.names,
      Shape.count === Shape.all.length];
  },
  'super and toString': () => `${new Rectangle(2, 3)}`,
  'brand checks': () => [Rectangle.is(new Rectangle(1, 1)), Rectangle.is({})],
  'private members of others': () => (Object.getOwnPropertyDescriptor(Rectangle.prototype, 'w')!
    .get!.call(new Rectangle(4, 1))),
  'a setter that throws': () => { new Rectangle(1, 1).w = -1; },
  'private members are hidden': () => [Object.keys(new Rectangle(1, 1)),
    JSON.stringify(new Rectangle(1, 1)).includes('"id"')],
  'errors that are extended': () => {
    const e = new HttpError(404);

    return [e instanceof HttpError, e instanceof Error, e.message, String(e), e.status,
      typeof e.stack];
  },
  'errors with a cause': () => {
    class Wrapped extends TypeError {
      constructor(message: string, options?: ErrorOptions) {
        super(`wrapped ${message}`, options);
        this.name = 'Wrapped';
      }
    }
    const inner = new RangeError('inner'), e = new Wrapped('x', { cause: inner });

    return [new Error('a', { cause: 'b' }).cause, e.cause === inner, String(e), e instanceof TypeError,
      'cause' in new Wrapped('y'), 'cause' in new Error('z', {}), Object.keys(e), Error('c', { cause: 3 }).cause];
  },
  'arrays that are extended': () => {
    const s = new Stack<number>();

    s.push(1, 2);
    return [s.top(), s.length, s instanceof Stack, s instanceof Array, Array.isArray(s)];
  },
  'maps that are extended': () => {
    const r = new Registry([['a', 1]]);

    r.set('b', 2);
    return [[...r], r instanceof Map];
  },
  'new.target': () => {
    class Vehicle {
      kind: string;
      constructor() { this.kind = new.target.name; }
    }
    class Car extends Vehicle {}
    function Plain(this: unknown) { return new.target === undefined; }
    return [new Vehicle().kind, new Car().kind, Plain.call(null)];
  },
  'computed and symbol members': () => {
    const key = 'dyn', numbered = 's1';
    const o = new (class {
      static [numbered] = 1;
      [key] = 2;
      [Symbol.toPrimitive](hint: string) { return hint === 'number' ? 42 : hint; }
      get [Symbol.toStringTag]() { return 'Tag'; }
    })();

    return [o.dyn, +o, `${o}`, String(Object.prototype.toString.call(o))];
  },
  mixins: () => new (mixin(class { own = 1; }))(),
  'order of fields': () => {
    const log: string[] = [], say = (text: string) => (log.push(text), text);

    class A { static s = say('static'); a = say('a'); constructor() { say('A'); } }
    class B extends A { b = say('b'); constructor() { say('before'); super(); say('B'); } }
    new B();
    return log;
  },
  'methods cannot be enumerated': () => {
    const seen: string[] = [];

    for (const key in new Rectangle(1, 1))
      seen.push(key);
    return seen;
  },
  'calling a class': () => {
    try {
      (Rectangle as any)();
      return 'no';
    } catch (e) {
      return e instanceof TypeError;
    }
  },
  'bound arrow fields': () => {
    class Button { n = 0; click = () => ++this.n; }
    const { click } = new Button();

    click();
    return click();
  }
};

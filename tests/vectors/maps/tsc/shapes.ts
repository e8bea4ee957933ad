// Built by tsc: shapes.js and shapes.js.map.
export interface Shape {
  area(): number;
}

export class Square implements Shape {
  constructor(private readonly side: number) {
    if (side < 0) throw new RangeError('negative');
  }

  area(): number {
    return this.side ** 2;
  }
}

export function total(shapes: Shape[]): number {
  return shapes.map((each) => each.area()).reduce((a, b) => a + b, 0);
}

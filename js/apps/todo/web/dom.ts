// What the page's HTML must have, or a clear error: with types, and without casts at every use.

type Class<T> = new () => T;

export function part<T extends Element>(root: ParentNode, selector: string, type: Class<T>): T {
  const found = root.querySelector(selector);

  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} "${selector}"`);
  return found;
}

export function element<T extends Element>(id: string, type: Class<T>): T {
  return part(document, `#${id}`, type);
}

/* What the runtime has by then itself stays. */
export function define(object, name, value) {
  if (!(name in object))
    Object.defineProperty(object, name, { value: value, writable: true, configurable: true });
}

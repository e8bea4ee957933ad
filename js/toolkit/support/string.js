/* Functions of String since ES2015. */

export function raw(strings) {
  var parts = strings.raw, result = '', i;

  for (i = 0; i < parts.length; i++)
    result += (i > 0 && i < arguments.length ? String(arguments[i]) : '') + parts[i];
  return result;
}

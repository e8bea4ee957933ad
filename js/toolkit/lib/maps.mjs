/*
 * Source maps. Their sources are named relative to the app's folder, packages as
 * node_modules/…, so that a map says nothing about the machine that made it.
 */

/* A file that lies above the app, because npm put it there, is named as if it lay in it. */
export function sourceName(name) {
  const at = name.lastIndexOf('node_modules/');

  if (name.startsWith('kiln:'))
    return name;
  return name.startsWith('../') && at >= 0 ? name.slice(at) : name;
}

/* The support code stands in front and is nobody's source: its lines map to nothing. */
export function joinMaps(head, code, mapText) {
  const map = JSON.parse(mapText);
  const lines = head.split('\n').length - 1;

  return {
    code: head + code,
    map: JSON.stringify({
      version: 3,
      file: 'main.js',
      sources: map.sources.map(sourceName),
      names: map.names,
      mappings: ';'.repeat(lines) + map.mappings
    }) + '\n'
  };
}

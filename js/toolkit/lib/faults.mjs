/* What esbuild says, in the form and the words of this toolkit. */

/* The npm package that a file (relative to the app) belongs to, or null. */
export function packageOf(file) {
  const parts = file.split('node_modules/');

  if (parts.length < 2)
    return null;
  return parts.at(-1).split('/').slice(0, parts.at(-1).startsWith('@') ? 2 : 1).join('/');
}

const WORDS = [
  [/^Could not resolve "([^"]+)"/, (name) => {
    if (/^[./]/.test(name))
      return [`there is no file "${name}"`, null];
    const parts = name.split('/');
    const pack = parts.slice(0, name.startsWith('@') ? 2 : 1).join('/');

    return [`the package "${pack}" is not installed`,
      `Run "npm install ${pack}" in the app's folder; "npm install" alone if package.json has it.`];
  }],
  [/^Top-level await/, () => ['await outside of an async function',
    'The host script is loaded in one go: put it into "async function main() { … }" and call that.']]
];

export function fromEsbuild(error) {
  const location = error.location;
  const notes = (error.notes ?? []).map((note) => note.text)
    .filter((text) => text && !/^(The plugin|This error came from)/.test(text));
  const fault = { text: error.text, hint: notes.join('\n') };

  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(error.text);

    if (match) {
      const [text, hint] = words(match[1]);

      fault.text = text;
      fault.hint = hint;
      break;
    }
  }
  if (!fault.hint)
    delete fault.hint;
  if (!location)
    return fault;
  return { file: location.file, line: location.line, column: location.column + 1, ...fault };
}

/* An app as it lies in its folder: manifest, TypeScript's settings, the SDK it is built against. */
import fs from 'node:fs';
import path from 'node:path';
import { parse, parseTree, findNodeAtLocation, printParseErrorCode } from 'jsonc-parser';
import { AppError } from './report.mjs';

const MANIFEST = 'kiln.json';
const MAIN_DEFAULT = 'main.js';
const MODULE_NAME = /^[a-z][a-z0-9_-]{0,31}$/;

/* Line and column, both from 1, of an offset. */
export function placeAt(text, offset) {
  const before = text.slice(0, offset);

  return {
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n')
  };
}

/* As the runtime reads it: JSON with comments, no trailing commas. What else is wrong it says itself. */
function readManifest(app) {
  const errors = [];
  let text;

  try {
    text = fs.readFileSync(path.join(app, MANIFEST), 'utf8');
  } catch (e) {
    if (e.code !== 'ENOENT' && e.code !== 'ENOTDIR')
      throw e;
    throw new AppError([{ file: MANIFEST, text: 'there is no such file: this is not an app',
      hint: '"kiln new NAME" makes one.' }]);
  }
  const tree = parseTree(text, errors);

  if (errors.length > 0 || tree?.type !== 'object') {
    const [error] = errors;

    throw new AppError([{
      file: MANIFEST, ...placeAt(text, error?.offset ?? 0),
      text: error ? `not JSON: ${printParseErrorCode(error.error)}` : 'the manifest is an object'
    }]);
  }
  return { text, tree, value: parse(text) };
}

/* A file that the manifest names: @keys is where. It has to lie in the app's folder. */
function namedFile(app, manifest, keys, name) {
  const node = findNodeAtLocation(manifest.tree, keys);
  const place = node ? placeAt(manifest.text, node.offset) : {};
  const fault = (text) => ({ file: MANIFEST, ...place, text: `${keys.join('.')}: ${text}` });

  if (typeof name !== 'string' || name === '' || name.includes('\0') || path.isAbsolute(name) ||
      name.split('/').includes('..'))
    return fault('the path of a file in the app\'s folder is expected');
  if (!fs.statSync(path.join(app, name), { throwIfNoEntry: false })?.isFile())
    return fault(`there is no file "${name}"`);
  return null;
}

function exists(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/* One compilerOptions of a tsconfig.json and of what it extends by a path. */
function compilerOptions(file, depth = 0) {
  const text = fs.readFileSync(file, 'utf8');
  const config = parse(text) ?? {};
  let inherited = {};

  for (const base of [config.extends ?? []].flat()) {
    if (typeof base !== 'string' || !/^\.{1,2}\//.test(base) || depth > 8)
      continue;
    let from = path.resolve(path.dirname(file), base);

    if (!exists(from))
      from += '.json';
    if (exists(from))
      inherited = { ...inherited, ...compilerOptions(from, depth + 1) };
  }
  return { ...inherited, ...config.compilerOptions };
}

/* What the runtime brings: the names of its modules are those that have a declaration. */
function readSdk(folder) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.d.ts')).sort();
  const modules = files.filter((name) => name.startsWith('runtime.'))
    .map((name) => name.replace(/^runtime\.(.*)\.d\.ts$/, 'runtime:$1'));

  return { folder: path.resolve(folder), files, modules };
}

/*
 * Native modules, which scripts know as native:<name>. { name: { file, types } }, paths in the
 * app's folder, types null when there is no declaration beside it.
 */
function nativeModules(app, manifest, errors) {
  const modules = {};

  for (const [name, file] of Object.entries(manifest.value.modules ?? {})) {
    /* It becomes part of a path, and of a declaration. */
    if (!MODULE_NAME.test(name)) {
      const node = findNodeAtLocation(manifest.tree, ['modules', name]);

      errors.push({ file: MANIFEST, ...placeAt(manifest.text, node?.offset ?? 0),
        text: `modules: ${JSON.stringify(name)} is not 1 to 32 of a-z 0-9 - _` });
      continue;
    }
    const error = namedFile(app, manifest, ['modules', name], file);
    const types = [`${name}.d.ts`, path.basename(String(file)).replace(/\.so$/, '.d.ts')]
      .map((declaration) => path.join(path.dirname(String(file)), declaration))
      .find((declaration) => exists(path.join(app, declaration)));

    if (error)
      errors.push(error);
    else
      modules[name] = { file: path.normalize(file), types: types ?? null };
  }
  return modules;
}

/* Throws AppError when there is nothing that could be built. */
export function readProject(folder, sdkFolder) {
  const app = fs.realpathSync(folder);
  const manifest = readManifest(app);
  const main = manifest.value.main ?? MAIN_DEFAULT;
  const errors = [];
  const missing = namedFile(app, manifest, ['main'], main);
  const tsconfig = path.join(app, 'tsconfig.json');
  const sdk = readSdk(sdkFolder);
  const modules = nativeModules(app, manifest, errors);

  /* A manifest without main and an app without main.js: an app of pages only. */
  if (missing && manifest.value.main !== undefined)
    errors.push(missing);
  if (errors.length > 0)
    throw new AppError(errors);
  sdk.modules = [...sdk.modules, ...Object.keys(modules).map((name) => `native:${name}`)];
  return {
    app, manifest, sdk, modules,
    main: missing ? null : path.normalize(main),
    tsconfig: exists(tsconfig) ? tsconfig : null,
    tsconfigRaw: { compilerOptions: exists(tsconfig) ? compilerOptions(tsconfig) : {} }
  };
}

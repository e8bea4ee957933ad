/*
 * Lowers one file to ES5, which is what Duktape runs. Modules stay modules: esbuild
 * joins them afterwards, and takes out what nobody uses.
 *
 * Lowering is the slow part of a build and depends on nothing but the file. So what
 * came out is kept: in memory while the toolkit watches, and for npm packages, which
 * hardly ever change, in the user's cache folder too.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import remapping from '@jridgewell/remapping';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import * as esbuild from 'esbuild';

const require = createRequire(import.meta.url);
const versions = ['@babel/standalone', '@babel/runtime', 'esbuild'].map((name) =>
  `${name}@${require(`${name}/package.json`).version}`);
const RUNTIME_VERSION = require('@babel/runtime/package.json').version;

const OPTIONS = {
  babelrc: false,
  configFile: false,
  compact: false,
  comments: true,
  sourceType: 'unambiguous',
  sourceMaps: true,
  assumptions: {
    /* Symbols are native in Duktape, and a WeakMap would be a polyfill. */
    privateFieldsAsSymbols: true,
    noDocumentAll: true,
    ignoreFunctionLength: true
  },
  presets: [['env', {
    targets: { ie: '11' },
    forceAllTransforms: true,
    modules: false,
    exclude: ['transform-typeof-symbol']
  }]],
  plugins: [['transform-runtime', { version: RUNTIME_VERSION }]]
};

/* What was lowered by another toolkit is of no use to this one. */
const SALT = createHash('sha256').update(fs.readFileSync(import.meta.filename))
  .update(versions.join(' ')).digest('hex');

/* The last version of each file. */
const memory = new Map();
let babel;

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');

  return path.join(base, 'kiln', 'lowered', SALT.slice(0, 16));
}

function readCached(key) {
  try {
    return JSON.parse(fs.readFileSync(path.join(cacheFolder(), key), 'utf8'));
  } catch {
    return null;
  }
}

/* A cache that cannot be written makes the next build slower, and that is all. */
function writeCached(key, lowered) {
  const file = path.join(cacheFolder(), key);

  try {
    fs.mkdirSync(cacheFolder(), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(lowered));
    fs.renameSync(`${file}.${process.pid}`, file);
  } catch {
    /* see above */
  }
}

/* esbuild takes the types out, with what the tsconfig.json says of decorators and JSX. */
async function stripTypes(source, file, loader, tsconfig) {
  const result = await esbuild.transform(source, {
    loader,
    sourcefile: file,
    sourcemap: 'external',
    sourcesContent: false,
    target: 'es2022',
    jsx: 'automatic',
    tsconfigRaw: tsconfig,
    logLevel: 'silent'
  });

  return { code: result.code, map: JSON.parse(result.map) };
}

/*
 * There is nothing that a BigInt could be lowered to. A package may hold some that this
 * app never comes to; one that it does come to is a ReferenceError that names BigInt.
 */
function refuseBigInt({ types }) {
  return {
    visitor: {
      BigIntLiteral(path, state) {
        if (!state.opts.isPackage)
          throw path.buildCodeFrameError('the host script has no BigInt');
        path.replaceWith(types.callExpression(types.identifier('BigInt'),
          [types.stringLiteral(path.node.value)]));
      }
    }
  };
}

function transform(source, file, isPackage) {
  babel ??= require('@babel/standalone');
  return babel.transform(source, {
    ...OPTIONS,
    plugins: [...OPTIONS.plugins, [refuseBigInt, { isPackage }]],
    filename: file
  });
}

/* Where the author wrote what is at @loc of the code without types. */
function authorsPlace(loc, typed) {
  const place = typed && loc &&
    originalPositionFor(new TraceMap(typed.map), { line: loc.line, column: loc.column });

  return place?.line ? { line: place.line, column: place.column } : loc;
}

/* Babel names the file and draws the place; both are told beside the text. */
function plainText(error) {
  return error.message.replace(/^.*?: /, '').replace(/ \(\d+:\d+\)[\s\S]*$/, '');
}

export class LowerError extends Error {
  constructor(text, location) {
    super(text);
    this.location = location;
  }
}

/*
 * @file is the name that the map shall have. Returns { code, map }, both text; throws
 * esbuild's errors, or LowerError.
 */
export async function lower(source, file, { loader, isPackage, tsconfig }) {
  const key = createHash('sha256').update(SALT).update(`\0${file}\0${loader}\0`)
    .update(JSON.stringify(tsconfig ?? null)).update('\0').update(source).digest('hex');
  const last = memory.get(file);
  let lowered = last?.key === key ? last.lowered : isPackage ? readCached(key) : null;

  if (!lowered) {
    const typed = loader === 'js' ? null : await stripTypes(source, file, loader, tsconfig);
    let result;

    try {
      result = transform(typed ? typed.code : source, file, isPackage);
    } catch (e) {
      throw new LowerError(plainText(e), authorsPlace(e.loc, typed));
    }
    const map = typed ? remapping([result.map, typed.map], () => null) : result.map;

    map.sources = [file];
    delete map.sourcesContent;
    lowered = { code: result.code, map: JSON.stringify(map) };
    if (isPackage)
      writeCached(key, lowered);
  }
  memory.set(file, { key, lowered });
  return lowered;
}

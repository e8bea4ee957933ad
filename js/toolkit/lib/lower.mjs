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
  inputSourceMap: false,
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
    exclude: [
      'transform-typeof-symbol',
      /* z["enum"] would hide from esbuild what of a module is used. */
      'transform-member-expression-literals',
      'transform-property-literals'
    ]
  }]],
  plugins: [['transform-runtime', { version: RUNTIME_VERSION }]]
};

/* What was lowered by another toolkit is of no use to this one. */
const SALT = createHash('sha256').update(fs.readFileSync(import.meta.filename))
  .update(versions.join(' ')).digest('hex');

/* How many files were not found in a cache; for progress. */
export const lowered = { count: 0 };

const MAP_COMMENT = '\n//# sourceMappingURL=data:application/json;base64,';

/* The last version of each file. */
const memory = new Map();
let babel;

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');

  return path.join(base, 'kiln', 'lowered', SALT.slice(0, 16));
}

function readCached(key) {
  try {
    return fs.readFileSync(path.join(cacheFolder(), key), 'utf8');
  } catch {
    return null;
  }
}

/* One toolkit's at a time: what others have left would stay for ever. */
function makeCacheFolder() {
  const folder = cacheFolder(), parent = path.dirname(folder);

  if (fs.existsSync(folder))
    return;
  fs.mkdirSync(folder, { recursive: true });
  for (const other of fs.readdirSync(parent)) {
    if (other !== path.basename(folder))
      fs.rmSync(path.join(parent, other), { recursive: true, force: true });
  }
}

/* A cache that cannot be written makes the next build slower, and that is all. */
function writeCached(key, text) {
  const file = path.join(cacheFolder(), key);

  try {
    makeCacheFolder();
    fs.writeFileSync(`${file}.${process.pid}`, text);
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

/* Lookbehind: what neither Babel nor Duktape knows of regular expressions. */
const LOOKBEHIND = /\(\?<[=!]/;

/* Whether an identifier is a value here, and not asked what it is or has. */
function isValue({ node, parent }) {
  return !(parent.type === 'MemberExpression' && parent.object === node) &&
    !(parent.type === 'BinaryExpression') && parent.type !== 'UnaryExpression';
}

/*
 * What cannot be lowered. Of an author it is refused; packages hold some that most apps
 * never come to, and it fails only when one does: see support/.
 */
function stopgaps({ types }) {
  const call = (name, ...args) =>
    types.callExpression(types.identifier(name), args.map((arg) => types.stringLiteral(arg)));
  const refuse = (path, state, text) => {
    if (!state.opts.isPackage)
      throw Object.assign(new Error(text), { loc: path.node.loc?.start });
  };

  return {
    visitor: {
      BigIntLiteral(path, state) {
        refuse(path, state, 'the host script has no BigInt');
        path.replaceWith(call('__kilnBigInt', String(path.node.value)));
      },
      RegExpLiteral(path, state) {
        if (!LOOKBEHIND.test(path.node.pattern))
          return;
        refuse(path, state, 'regular expressions of the host script have no lookbehind');
        path.replaceWith(call('__kilnRegExp', path.node.pattern, path.node.flags));
      },
      ReferencedIdentifier(path, state) {
        const { name } = path.node;

        if (name !== 'BigInt' && name !== 'Function' || path.scope.hasBinding(name, true))
          return;
        if (name === 'BigInt' && path.parent.type === 'CallExpression' &&
            path.parent.callee === path.node) {
          refuse(path, state, 'the host script has no BigInt');
          path.replaceWith(types.identifier('__kilnBigInt'));
        } else if (name === 'Function' && state.opts.isPackage && isValue(path)) {
          path.replaceWith(types.identifier('__kilnFunction'));
        }
      }
    }
  };
}

const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError',
  'URIError'];

/* Duktape's errors take a message and no { cause }: that is put in afterwards, in place. */
function errorCauses({ types }) {
  const withCause = (error, options) =>
    types.callExpression(types.identifier('__kilnCause'), [error, options]);
  const isError = (path, node) => types.isIdentifier(node) && ERRORS.includes(node.name) &&
    !path.scope.hasBinding(node.name, true);
  const hasOptions = ({ arguments: args }) =>
    args.length === 2 && args.every((arg) => types.isExpression(arg));

  return {
    visitor: {
      'NewExpression|CallExpression'(path) {
        const { node } = path;

        if (hasOptions(node) && isError(path, node.callee))
          path.replaceWith(withCause(types.newExpression(node.callee, [node.arguments[0]]),
            node.arguments[1]));
      },
      /* super(message, options): on the class, as it is lowered before what is in it is looked at. */
      Class(path) {
        if (!isError(path, path.node.superClass))
          return;
        path.traverse({
          CallExpression(call) {
            const [message, options] = call.node.arguments;

            if (!types.isSuper(call.node.callee) || !hasOptions(call.node))
              return;
            call.node.arguments = [message];
            call.replaceWith(types.sequenceExpression([call.node,
              withCause(types.thisExpression(), options)]));
            call.skip();
          },
          Class: (inner) => inner.skip()
        });
      }
    }
  };
}

/* Whether a variable's value is a function of the same name, as Babel lowers classes and arrows. */
function namesItself({ id, init }) {
  const isNamed = (node) => /^Function/.test(node?.type) && node.id?.name === id.name;

  if (init?.type !== 'CallExpression')
    return isNamed(init);
  return init.callee.type === 'FunctionExpression' ? init.callee.body.body.some(isNamed) :
    isNamed(init.arguments[0]);
}

/*
 * "var Cart = function () { function Cart() …": esbuild lets no name hide another, and would
 * call the inner one Cart2, which is what stack traces show and what constructor.name says.
 * So the outer one gets another name.
 */
function keepNames() {
  return {
    visitor: {
      Program: {
        exit(program) {
          program.scope.crawl();
          program.traverse({
            VariableDeclarator({ node, scope }) {
              if (node.id.type === 'Identifier' && namesItself(node))
                scope.rename(node.id.name);
            }
          });
        }
      }
    }
  };
}

function transform(source, file, isPackage) {
  babel ??= require('@babel/standalone');
  return babel.transform(source, {
    ...OPTIONS,
    plugins: [...OPTIONS.plugins, [stopgaps, { isPackage }], errorCauses, keepNames],
    filename: file
  });
}

/*
 * Much of what packages ship is ES5 but for its imports and exports. esbuild alone reads
 * that a hundred times faster; where there is any sign of more, Babel has to look.
 */
const MODERN = /=>|\bcause\b|`|\.\.\.|\*\*|\bBigInt\b|\bFunction\b|\(\?<|\/[a-z]*[yuvsd][a-z]*\b/;

async function withoutLowering(source, file) {
  if (MODERN.test(source))
    return null;
  try {
    const result = await esbuild.transform(source, {
      loader: 'js', sourcefile: file, sourcemap: 'external', sourcesContent: false, target: 'es5',
      logLevel: 'silent'
    });

    return { code: result.code, map: JSON.parse(result.map) };
  } catch {
    return null;
  }
}

/* Where the author wrote what is at @loc of the code without types. */
function authorsPlace(loc, typed) {
  const place = typed && loc &&
    originalPositionFor(new TraceMap(typed.map), { line: loc.line, column: loc.column });

  return place?.line ? { line: place.line, column: place.column } :
    loc && { line: loc.line, column: loc.column };
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
 * @file is for errors and for the map. Returns the text with its map inside; throws esbuild's
 * errors, or LowerError.
 */
export async function lower(source, file, { loader, isPackage, tsconfig }) {
  const key = createHash('sha256').update(SALT).update(`\0${file}\0${loader}\0`)
    .update(JSON.stringify(tsconfig ?? null)).update('\0').update(source).digest('hex');
  const last = memory.get(file);
  let found = last?.key === key ? last.found : isPackage ? readCached(key) : null;

  if (!found) {
    const typed = loader === 'js' ? null : await stripTypes(source, file, loader, tsconfig);
    let result = isPackage && !typed ? await withoutLowering(source, file) : null;

    try {
      result ??= transform(typed ? typed.code : source, file, isPackage);
    } catch (e) {
      throw new LowerError(plainText(e), authorsPlace(e.loc, typed));
    }
    const map = typed ? remapping([result.map, typed.map], () => null) : result.map;

    map.sources = [path.basename(file)];
    delete map.sourcesContent;
    found = result.code + MAP_COMMENT +
      Buffer.from(JSON.stringify(map)).toString('base64');
    lowered.count++;
    if (isPackage)
      writeCached(key, found);
  }
  memory.set(file, { key, found });
  return found;
}

/*
 * Where the author wrote what esbuild has found at a place (line from 1, column from 0) of
 * the lowered @file; the place itself when nobody knows.
 */
export function authorsPlaceIn(file, { line, column }) {
  const found = memory.get(file)?.found;

  if (!found)
    return { line, column };
  const at = found.lastIndexOf(MAP_COMMENT) + MAP_COMMENT.length;
  const map = new TraceMap(Buffer.from(found.slice(at), 'base64').toString());
  const place = originalPositionFor(map, { line, column });

  return place.line === null ? { line, column } : { line: place.line, column: place.column };
}

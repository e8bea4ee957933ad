/*
 * What ES2023 and the web have and Duktape 2.7 lacks, by the names that a script uses it
 * with. What a script does not name is not there: support code costs start-up time and
 * memory on the device.
 *
 * The rare and the large is core-js. What nearly every script uses is our own, a function
 * each, because core-js takes 20 KB and seven times the start of the whole host script to
 * bring the first one.
 *
 * Promise, Map, Set, WeakMap, WeakSet, timers, queueMicrotask, AbortController, TextEncoder
 * and Symbol.asyncIterator are the runtime's own and never replaced.
 */
import { createRequire } from 'node:module';
import * as esbuild from 'esbuild';
import { toolkit } from './paths.mjs';

const require = createRequire(import.meta.url);

const ITERATION = './support/iteration.js';

/* Globals, and what lowered code does in their stead. */
const GLOBALS = {
  Iterator: [ITERATION, 'es.iterator.constructor', 'es.iterator.drop', 'es.iterator.every',
    'es.iterator.filter', 'es.iterator.find', 'es.iterator.flat-map', 'es.iterator.for-each',
    'es.iterator.from', 'es.iterator.map', 'es.iterator.reduce', 'es.iterator.some',
    'es.iterator.take', 'es.iterator.to-array'],
  DOMException: ['web.dom-exception.constructor', 'web.dom-exception.stack',
    'web.dom-exception.to-string-tag'],
  structuredClone: [ITERATION, 'web.structured-clone'],
  URL: [ITERATION, 'web.url', 'web.url.can-parse', 'web.url.parse', 'web.url.to-json',
    'web.url-search-params'],
  URLSearchParams: [ITERATION, 'web.url-search-params', 'web.url-search-params.delete',
    'web.url-search-params.has', 'web.url-search-params.size'],
  __kilnBigInt: ['./support/bigint.js'],
  __kilnCause: ['./support/cause.js'],
  __kilnFunction: ['./support/function.js'],
  __kilnRegExp: ['./support/regexp.js'],
  atob: ['web.atob'],
  btoa: ['web.btoa']
};

/* Functions of constructors: by owner, then by name. */
const STATICS = {
  Array: {
    from: [ITERATION, 'Array.from'], of: ['Array.of'],
    fromAsync: [ITERATION, 'es.array.from-async']
  },
  Map: { groupBy: ['es.map.group-by'] },
  Math: {
    acosh: ['es.math.acosh'], asinh: ['es.math.asinh'], atanh: ['es.math.atanh'],
    cosh: ['es.math.cosh'], expm1: ['es.math.expm1'], fround: ['es.math.fround'],
    log1p: ['es.math.log1p'], sinh: ['es.math.sinh'], tanh: ['es.math.tanh']
  },
  Object: {
    entries: ['Object.entries'], values: ['Object.values'],
    fromEntries: [ITERATION, 'Object.fromEntries'],
    getOwnPropertyDescriptors: ['Object.getOwnPropertyDescriptors'],
    groupBy: [ITERATION, 'es.object.group-by'], hasOwn: ['Object.hasOwn']
  },
  Promise: { try: ['es.promise.try'], withResolvers: ['es.promise.with-resolvers'] },
  Proxy: { revocable: ['./support/proxy.js'] },
  Reflect: { get: ['./support/reflect.js'], set: ['./support/reflect.js'] },
  String: { raw: ['String.raw'] },
  Symbol: {
    iterator: [ITERATION],
    match: ['es.symbol.match', 'es.regexp.exec', 'es.string.match'],
    matchAll: ['es.symbol.match-all', 'es.regexp.exec', 'es.string.match-all'],
    replace: ['es.symbol.replace', 'es.regexp.exec', 'es.string.replace', 'es.string.match'],
    search: ['es.symbol.search', 'es.regexp.exec', 'es.string.search'],
    split: ['es.symbol.split', 'es.regexp.exec', 'es.string.split'],
    unscopables: ['es.symbol.unscopables'],
    dispose: ['es.symbol.dispose'], asyncDispose: ['es.symbol.async-dispose']
  }
};

/* Methods of whatever it is that a script calls them on. */
const METHODS = {
  at: ['Array.prototype.at', 'String.prototype.at'],
  copyWithin: ['es.array.copy-within'],
  description: ['es.symbol.description'],
  entries: [ITERATION],
  fill: ['Array.prototype.fill'],
  find: ['Array.prototype.find'],
  findIndex: ['Array.prototype.findIndex'],
  findLast: ['Array.prototype.findLast'],
  findLastIndex: ['Array.prototype.findLastIndex'],
  flat: ['Array.prototype.flat'],
  flatMap: ['Array.prototype.flatMap'],
  includes: ['Array.prototype.includes'],
  isWellFormed: ['es.string.is-well-formed'],
  keys: [ITERATION],
  matchAll: ['String.prototype.matchAll'],
  padEnd: ['String.prototype.padEnd'],
  padStart: ['String.prototype.padStart'],
  replaceAll: ['String.prototype.replaceAll'],
  sort: ['./support/sort.js'],
  toReversed: ['Array.prototype.toReversed'],
  toSorted: ['./support/sort.js', 'Array.prototype.toSorted'],
  toSpliced: ['Array.prototype.toSpliced'],
  toWellFormed: ['es.string.to-well-formed'],
  trimEnd: ['String.prototype.trimEnd'],
  trimLeft: ['String.prototype.trimLeft'],
  trimRight: ['String.prototype.trimRight'],
  trimStart: ['String.prototype.trimStart'],
  values: [ITERATION],
  with: ['Array.prototype.with']
};

/* Methods of Set are only looked for where there is a Set, those of typed arrays likewise. */
const SET_METHODS = {
  difference: 'es.set.difference.v2', intersection: 'es.set.intersection.v2',
  isDisjointFrom: 'es.set.is-disjoint-from.v2', isSubsetOf: 'es.set.is-subset-of.v2',
  isSupersetOf: 'es.set.is-superset-of.v2',
  symmetricDifference: 'es.set.symmetric-difference.v2', union: 'es.set.union.v2'
};
const TYPED_METHODS = ['at', 'copyWithin', 'every', 'fill', 'filter', 'find', 'findIndex', 'findLast',
  'findLastIndex', 'forEach', 'includes', 'indexOf', 'join', 'lastIndexOf', 'map', 'reduce',
  'reduceRight', 'reverse', 'slice', 'some', 'sort', 'toReversed', 'toSorted', 'with'];
const TYPED_STATICS = ['from', 'of'];
const TYPED_ARRAY = /^(Uint8|Uint8Clamped|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64)Array$/;

/*
 * What Babel's helpers need: lowered loops and spreads take strings for what they are only
 * if those have an iterator. What else they name they do without, so nobody looks inside.
 */
const HELPERS = {
  _asyncIterator: [ITERATION],
  _createForOfIteratorHelper: [ITERATION],
  _iterableToArray: [ITERATION],
  _iterableToArrayLimit: [ITERATION],
  _regeneratorValues: [ITERATION],
  _superPropGet: ['./support/reflect.js'],
  _superPropSet: ['./support/reflect.js'],
  _wrapRegExp: ['es.regexp.exec', 'es.string.match', 'es.string.replace', 'es.string.split',
    'es.symbol.replace']
};
const HELPERS_WITHOUT = ['_objectSpread2', '_regenerator', '_unsupportedIterableToArray'];

/* Flags that Duktape does not know; the constructor of core-js knows some of them. */
const FLAGS = ['es.regexp.constructor', 'es.regexp.dot-all', 'es.regexp.exec', 'es.regexp.flags',
  'es.regexp.sticky', 'es.regexp.test', 'es.string.match', 'es.string.replace', 'es.string.search',
  'es.string.split'];

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isHelper(name) {
  return Object.hasOwn(HELPERS, name) || HELPERS_WITHOUT.includes(name);
}

/* Everything that code names: { globals, members: Set, owned: Set of "Owner.member", flags } */
function namesInPart(code) {
  const { parser } = require('@babel/standalone').packages;
  const names = { globals: new Set(), members: new Set(), owned: new Set(), flags: false };
  const pending = [parser.parse(code, { sourceType: 'script', errorRecovery: true }).program];

  while (pending.length > 0) {
    const node = pending.pop();

    if (node.type === 'FunctionDeclaration' && isHelper(node.id.name)) {
      names.globals.add(node.id.name);
      continue;
    }
    if (node.type === 'MemberExpression') {
      const name = node.computed ? node.property.value : node.property.name;

      if (typeof name === 'string') {
        names.owned.add(`${node.object.name}.${name}`);
        if (!(node.object.name in STATICS))
          names.members.add(name);
      }
    } else if (node.type === 'Identifier') {
      names.globals.add(node.name);
    } else if (/^(New|Call)Expression$/.test(node.type) && node.callee.name === 'RegExp') {
      const flags = node.arguments[1];

      names.flags ||= flags !== undefined &&
        (flags.type !== 'StringLiteral' || /[^gim]/.test(flags.value));
    }
    for (const key in node) {
      const child = node[key];

      if (key === 'loc' || child === null || typeof child !== 'object' ||
          (key === 'property' && !node.computed) || (key === 'key' && !node.computed))
        continue;
      for (const one of Array.isArray(child) ? child : [child]) {
        if (one && typeof one.type === 'string')
          pending.push(one);
      }
    }
  }
  return names;
}

/* What each part of the last script names. */
let parts = new Map();

/*
 * Of a whole script. esbuild puts the name of each file before what it has of it, and what
 * is between two names is complete: so while the toolkit watches, only what has changed is
 * read anew.
 */
function namesOf(code) {
  const all = { globals: new Set(), members: new Set(), owned: new Set(), flags: false };
  const current = new Map();

  for (const part of code.split(/^(?=\/\/ )/m)) {
    const names = parts.get(part) ?? namesInPart(part);

    current.set(part, names);
    for (const kind of ['globals', 'members', 'owned']) {
      for (const name of names[kind])
        all[kind].add(name);
    }
    all.flags ||= names.flags;
  }
  parts = current;
  return all;
}

/* The modules that @code needs, in the order of their names; @code is ES5. */
export function needed(code) {
  const { globals, members, owned, flags } = namesOf(code);
  const modules = new Set();
  const add = (list) => {
    for (const module of list)
      modules.add(module);
  };
  const typed = [...globals].some((name) => TYPED_ARRAY.test(name));

  for (const table of [GLOBALS, HELPERS]) {
    for (const name in table) {
      if (globals.has(name))
        add(table[name]);
    }
  }
  for (const owner in STATICS) {
    for (const name in STATICS[owner]) {
      if (owned.has(`${owner}.${name}`))
        add(STATICS[owner][name]);
    }
  }
  for (const name of members) {
    if (Object.hasOwn(METHODS, name))
      add(METHODS[name]);
    if (Object.hasOwn(SET_METHODS, name) && globals.has('Set'))
      modules.add(SET_METHODS[name]);
    if (typed && TYPED_METHODS.includes(name))
      modules.add(`es.typed-array.${kebab(name)}`);
    if (typed && TYPED_STATICS.includes(name))
      modules.add(`es.typed-array.${name}`);
  }
  if (flags)
    add(FLAGS);
  return [...modules].sort();
}

/* "Array.prototype.at": the export "at" of support/array-prototype.js. */
const OWN = /^((?:Array|Object|String)(?:\.prototype)?)\.(\w+)$/;

function lineFor(module, i) {
  const own = OWN.exec(module);

  if (module.startsWith('.'))
    return `import '${module}';`;
  if (!own)
    return `import 'core-js/modules/${module}.js';`;
  const [, object, name] = own, file = object.toLowerCase().replace('.', '-');

  return `import { ${name} as f${i} } from './support/${file}.js';\n` +
    `import { define as d${i} } from './support/define.js';\nd${i}(${object}, '${name}', f${i});`;
}

/* The last that was made: what a script needs seldom changes while it is being written. */
let last = { key: '', code: '' };

/* The support code itself, in ES5; it is minified, as nobody reads it. */
export async function polyfillsFor(code) {
  const modules = needed(code);
  const key = modules.join(' ');

  if (modules.length === 0)
    return '';
  if (last.key !== key) {
    const result = await esbuild.build({
      stdin: {
        contents: modules.map(lineFor).join('\n'),
        resolveDir: toolkit
      },
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'neutral',
      target: 'es5',
      minify: true,
      legalComments: 'none',
      logLevel: 'silent'
    });

    last = { key, code: result.outputFiles[0].text };
  }
  return last.code;
}

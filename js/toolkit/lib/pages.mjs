/*
 * Pages: web/ as it will be served. A script of a page that is a module, or that is not
 * JavaScript yet, is bundled for WebKit; everything else is copied.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { parse } from 'parse5';
import { fromEsbuild, packageOf } from './faults.mjs';
import { sourceName } from './maps.mjs';
import { AppError } from './report.mjs';

const WEBKIT = 'safari26';
const TYPED = /\.([mc]?ts|[jt]sx)$/;
const SCRIPT = /\.([mc]?[jt]s|[jt]sx)$/;
/* Scripts are these; other types of <script> are data, which the policy does not mind. */
const SCRIPT_TYPES = ['', 'module', 'text/javascript', 'application/javascript', 'importmap'];

/* What scripts import that is not a script is a file of its own, and its URL. */
const ASSETS = ['avif', 'bmp', 'gif', 'ico', 'jpeg', 'jpg', 'mp3', 'mp4', 'ogg', 'otf', 'png', 'svg',
  'ttf', 'wasm', 'wav', 'webm', 'webp', 'woff', 'woff2'];

function isHidden(name) {
  return name.startsWith('.') || name === 'node_modules';
}

/*
 * All files below web/, relative to it, in a fixed order. A link counts as the file that it
 * leads to inside of the app; where else it leads to the runtime would not go either.
 */
function listFiles(project, faults, below = '') {
  const web = path.join(project.app, 'web'), files = [];

  for (const entry of fs.readdirSync(path.join(web, below), { withFileTypes: true })) {
    const name = path.join(below, entry.name);

    if (isHidden(entry.name))
      continue;
    if (entry.isDirectory())
      files.push(...listFiles(project, faults, name));
    else if (entry.isFile() || (entry.isSymbolicLink() && leadsToFile(project, name)))
      files.push(name);
    else
      faults.warnings.push({ file: path.join('web', name), text: 'left out: not a file of the app',
        hint: 'Links are followed to files inside of the app\'s folder only.' });
  }
  return files.sort();
}

function leadsToFile(project, name) {
  try {
    const real = fs.realpathSync(path.join(project.app, 'web', name));

    return real.startsWith(project.app + path.sep) && fs.statSync(real).isFile();
  } catch {
    return false;
  }
}

/* In the order of the text. No recursion: how deep they are is the page's choice. */
function* elements(document) {
  const left = [document];

  while (left.length > 0) {
    const node = left.pop();

    if (node.tagName)
      yield node;
    left.push(...((node.content ?? node).childNodes ?? []).toReversed());
  }
}

function attribute(element, name) {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

/* Where the value of an attribute stands, with its quotes if it has some. */
function valueRange(text, location) {
  const equals = text.indexOf('=', location.startOffset);
  const start = equals + 1 + /^\s*/.exec(text.slice(equals + 1))[0].length;

  return [start, location.endOffset];
}

function decoded(url) {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

/* The path in web/ that a URL in @page leads to; null for what is elsewhere. */
function target(page, url) {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(url))
    return null;
  const clean = decoded(url.replace(/[?#].*$/, ''));

  return clean.startsWith('/') ? path.normalize(clean.slice(1)) :
    path.join(path.dirname(page), clean);
}

/*
 * What a page's scripts are: { scripts: [{ file, module, range, line, column }], headEnd },
 * and what is wrong with them, which goes to @faults = { errors, warnings }.
 */
function readPage(web, page, faults) {
  const text = fs.readFileSync(path.join(web, page), 'utf8');
  const document = parse(text, { sourceCodeLocationInfo: true });
  const scripts = [];
  let headEnd = 0;

  for (const element of elements(document)) {
    const location = element.sourceCodeLocation;
    const at = (place) => ({ file: path.join('web', page), line: place.startLine,
      column: place.startCol });

    if (!location)
      continue;
    if (element.tagName === 'head')
      headEnd = (location.endTag ?? location).startOffset;
    for (const attr of element.attrs) {
      if (/^on[a-z]+$/.test(attr.name))
        faults.warnings.push({ ...at(location.attrs[attr.name]),
          text: `the page's security policy refuses ${attr.name}="…"`,
          hint: 'Use addEventListener() in a script file.' });
    }
    if (element.tagName !== 'script')
      continue;

    const type = (attribute(element, 'type') ?? '').trim().toLowerCase();
    const src = attribute(element, 'src');

    if (!SCRIPT_TYPES.includes(type))
      continue;
    if (src === undefined) {
      if (element.childNodes.length > 0)
        faults.warnings.push({ ...at(location),
          text: 'the page\'s security policy refuses a script inside of the page',
          hint: 'Put it into a file of its own: <script src="…"></script>.' });
      continue;
    }

    const place = at(location.attrs.src);
    const file = target(page, src);

    if (file === null) {
      faults.warnings.push({ ...place,
        text: `the page's security policy refuses a script from elsewhere: "${src}"`,
        hint: 'Copy it into web/, or install its npm package and import that.' });
    } else if (file.startsWith('..') || file.includes('\0') ||
        !fs.statSync(path.join(web, file), { throwIfNoEntry: false })?.isFile()) {
      faults.errors.push({ ...place, text: `there is no file "${src}" in web/`,
        hint: 'A page sees web/ and nothing else.' });
    } else {
      scripts.push({ file, module: type === 'module', src,
        range: valueRange(text, location.attrs.src) });
    }
  }
  return { page, text, scripts, headEnd };
}

function isEntry(script) {
  return script.module || TYPED.test(script.file);
}

/* What a page cannot import is told in terms of what it has instead. */
const hostModules = {
  name: 'host-modules',
  setup(build) {
    build.onResolve({ filter: /^(runtime|native):/ }, (args) => ({ errors: [{
      text: `a page has no module "${args.path}"`,
      notes: [{ text: 'That is the host script\'s. A page talks with it by window.runtime: ' +
        'send, on, invoke, handle.' }]
    }] }));
  }
};

async function bundle(project, entries, mode, format) {
  if (entries.length === 0)
    return { outputFiles: [], metafile: { inputs: {}, outputs: {} }, warnings: [] };
  return await esbuild.build({
    absWorkingDir: project.app,
    entryPoints: entries.map((file) => path.join(project.app, 'web', file)),
    outdir: path.join(project.app, 'web'),
    outbase: path.join(project.app, 'web'),
    write: false,
    bundle: true,
    format,
    splitting: format === 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    publicPath: '/',
    platform: 'browser',
    target: WEBKIT,
    conditions: ['kiln', 'module', mode],
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    jsx: 'automatic',
    jsxDev: mode === 'development',
    loader: Object.fromEntries(ASSETS.map((extension) => [`.${extension}`, 'file'])),
    sourcemap: 'external',
    sourcesContent: mode === 'development',
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    plugins: [hostModules]
  });
}

/* The page with its scripts' new names, and with the style sheets that they import. */
function rewrite({ page, text, scripts, headEnd }, bundled) {
  const edits = [];
  const relative = (file) => path.relative(path.dirname(page), file);

  for (const script of scripts) {
    const output = bundled.get(script.file);

    if (!output)
      continue;
    if (output.script !== script.file) {
      const name = relative(output.script);

      edits.push([...script.range, `"${script.src.startsWith('/') ? `/${output.script}` : name}"`]);
    }
    if (output.style)
      edits.push([headEnd, headEnd, `<link rel="stylesheet" href="${relative(output.style)}">\n`]);
  }
  edits.sort((a, b) => b[0] - a[0]);
  for (const [start, end, replacement] of edits)
    text = text.slice(0, start) + replacement + text.slice(end);
  return text;
}

/* The outputs of one run of esbuild as files of the app; notes in @bundled what became of each entry. */
function collect(project, result, bundled, files) {
  for (const file of result.outputFiles) {
    const name = path.relative(project.app, file.path);

    if (name.endsWith('.map')) {
      const map = JSON.parse(file.text);

      map.sources = map.sources.map(sourceName);
      files.set(name, JSON.stringify(map) + '\n');
    } else if (/\.(js|css)$/.test(name)) {
      const mapName = `${path.basename(name)}.map`;
      const comment = name.endsWith('.css') ? `/*# sourceMappingURL=${mapName} */\n` :
        `//# sourceMappingURL=${mapName}\n`;

      files.set(name, file.text + comment);
    } else {
      files.set(name, Buffer.from(file.contents));
    }
  }
  for (const [name, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint)
      bundled.set(path.relative('web', output.entryPoint), {
        script: path.relative('web', name),
        style: output.cssBundle && path.relative('web', output.cssBundle)
      });
  }
}

/* Returns { files: [{ path, contents }], inputs, warnings } like buildHost(). */
export async function buildPages(project, { mode }) {
  const web = path.join(project.app, 'web');
  const faults = { errors: [], warnings: [] };

  if (!fs.existsSync(web))
    return { files: [], inputs: [], warnings: [] };
  if (!fs.statSync(web).isDirectory() ||
      !fs.realpathSync(web).startsWith(project.app + path.sep))
    throw new AppError([{ file: 'web', text: 'a folder inside of the app is expected' }]);

  const all = listFiles(project, faults);
  const pages = all.filter((file) => /\.html?$/.test(file))
    .map((page) => readPage(web, page, faults));
  const scripts = pages.flatMap((page) => page.scripts);
  const modules = new Set(scripts.filter((s) => isEntry(s) && s.module).map((s) => s.file));
  const classics = new Set(scripts.filter((s) => isEntry(s) && !s.module).map((s) => s.file));
  const untouched = new Set(scripts.filter((s) => !isEntry(s)).map((s) => s.file));
  const files = new Map(), bundled = new Map(), inputs = new Set();

  try {
    for (const [entries, format] of [[modules, 'esm'], [classics, 'iife']]) {
      const result = await bundle(project, [...entries].sort(), mode, format);

      collect(project, result, bundled, files);
      for (const input of Object.keys(result.metafile.inputs))
        inputs.add(input);
      faults.warnings.push(...result.warnings.map(fromEsbuild));
    }
  } catch (e) {
    if (!e.errors)
      throw e;
    faults.errors.push(...e.errors.map(fromEsbuild));
  }
  if (faults.errors.length > 0)
    throw new AppError(faults.errors);

  for (const page of pages)
    files.set(path.join('web', page.page), rewrite(page, bundled));
  for (const file of all) {
    const name = path.join('web', file);
    const isSource = TYPED.test(file) || path.basename(file) === 'tsconfig.json' ||
      (inputs.has(name) && /\.(m?js|css)$/.test(file) && !untouched.has(file));

    if (!files.has(name) && !isSource)
      files.set(name, fs.readFileSync(path.join(web, file)));
  }
  return {
    files: [...files].map(([name, contents]) => ({ path: name, contents })),
    inputs: [...inputs, ...all.map((file) => path.join('web', file))]
      .map((file) => path.resolve(project.app, file)),
    warnings: faults.warnings
  };
}

/*
 * Type checking, by the TypeScript compiler itself, in two worlds: the host script has
 * ES2023 and the runtime's modules, pages have the DOM and window.runtime. An author's
 * tsconfig.json is honoured but for what decides which world a file is in.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { toolkit } from './paths.mjs';

const require = createRequire(import.meta.url);
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'lib/tsc.js');

const DEFAULTS = { strict: true, target: 'es2023', types: [] };

/* What the author's configuration has no say in: nothing is written, and modules are esbuild's. */
const FIXED = {
  noEmit: true, allowJs: true, composite: false, incremental: false, declaration: false,
  declarationMap: false, emitDeclarationOnly: false, module: 'preserve', moduleResolution: 'bundler',
  allowImportingTsExtensions: true, isolatedModules: true, resolveJsonModule: true,
  /* Packages' declarations are checked for what is used of them, not for their own sake. */
  skipLibCheck: true
};

/* A module is loaded when it is asked, and may do then what it likes. */
const NATIVE_MS = 10000;

const TYPED = /\.([mc]?ts|tsx)$/;

/* @world: { name, root, config, files, lib, extra } */
function configOf({ config, files, lib, extra }) {
  return {
    ...(config ? { extends: config } : {}),
    compilerOptions: { ...(config ? { types: [] } : DEFAULTS), ...FIXED, ...extra, lib },
    files,
    include: [],
    exclude: [],
    references: []
  };
}

/* Declarations that lie beside the author's own files. */
function ambient(folder, skip) {
  const found = [];

  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);

    if (entry.name.startsWith('.') || entry.name === 'node_modules' || skip.includes(file))
      continue;
    if (entry.isDirectory() && !fs.existsSync(path.join(file, 'build.json')))
      found.push(...ambient(file, skip));
    else if (entry.name.endsWith('.d.ts'))
      found.push(file);
  }
  return found;
}

function exists(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/*
 * The declarations of native modules: those beside them, or what they say of themselves to
 * the program that called us. One for another machine than this cannot be asked.
 */
function nativeTypes(project, folder) {
  const kiln = process.env.KILN_PROGRAM;

  return Object.entries(project.modules).flatMap(([name, { file, types }]) => {
    const made = path.join(folder, `native.${name}.d.ts`);

    if (types)
      return [path.join(project.app, types)];
    if (kiln)
      spawnSync(kiln, ['sdk', folder, path.join(project.app, file)], { timeout: NATIVE_MS });
    if (!fs.existsSync(made))
      fs.writeFileSync(made, `declare module "native:${name}";\n`);
    return [made];
  });
}

/*
 * @inputs: what the two bundles were made of; @natives: declarations of native modules. The
 * worlds that have something to check.
 */
function worldsOf(project, inputs, natives) {
  const web = path.join(project.app, 'web');
  const own = inputs.filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
  const inWeb = (file) => file.startsWith(web + path.sep);
  const sdk = (name) => path.join(project.sdk.folder, name);
  const webConfig = path.join(web, 'tsconfig.json');
  const pages = own.filter((file) => inWeb(file) && TYPED.test(file) && !file.endsWith('.d.ts'));
  const scripts = own.filter((file) => !inWeb(file) && TYPED.test(file));
  const checksJs = project.tsconfigRaw.compilerOptions.checkJs;
  const worlds = [];

  if (project.main && (scripts.length > 0 || checksJs))
    worlds.push({
      name: 'host script',
      config: project.tsconfig,
      files: [path.join(project.app, project.main), ...natives,
        ...project.sdk.files.filter((name) => name !== 'page.d.ts').map(sdk),
        path.join(toolkit, 'support/host-web.d.ts'), ...ambient(project.app, [web, ...natives])],
      lib: ['es2023', 'esnext.disposable'],
      extra: { jsx: undefined }
    });
  if (pages.length > 0)
    worlds.push({
      name: 'pages',
      config: exists(webConfig) ? webConfig : null,
      files: [...pages, sdk('page.d.ts'), path.join(toolkit, 'support/page-imports.d.ts'),
        ...ambient(web, [])],
      lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
      extra: exists(webConfig) ? {} : { jsx: 'react-jsx' }
    });
  return worlds;
}

const HINTS = [
  [/^Cannot find name '(document|window|navigator|localStorage|fetch|HTMLElement|alert)'/,
    'The host script has no DOM; that is the pages\': put it into web/.', 'host script'],
  [/^Cannot find name '(process|Buffer|require|module|__dirname|__filename|global)'/,
    'Neither the host script nor a page runs in Node.'],
  [/^Cannot find module 'runtime:/, 'Only the host script has the runtime\'s modules; ' +
    'a page has window.runtime.', 'pages'],
  [/^Could not find a declaration file for module '((@[^/']+\/)?[^/']+)/, (name) =>
    `Types of packages come from npm: npm install --save-dev @types/${
      name.replace(/^@/, '').replace('/', '__')}`],
  [/'react\/jsx-runtime'/, 'npm install --save-dev @types/react'],
  [/requires? (the )?'?.*BigInt|^BigInt literals/, 'The host script has no BigInt.', 'host script']
];

/* Where we know what to do, the compiler's guesses ("Do you need to install …?") are left out. */
function wording(text, world) {
  for (const [pattern, hint, where] of HINTS) {
    const match = pattern.exec(text);

    if (match && (!where || where === world))
      return {
        text: text.replace(/\. Do you need .*/, '.'),
        hint: typeof hint === 'function' ? hint(match[1]) : hint
      };
  }
  return { text };
}

/* The compiler's lines; a message goes on in lines that are indented. */
function readErrors(output, world, app) {
  const errors = [];

  for (const line of output.split('\n')) {
    const place = /^(.+?)\((\d+),(\d+)\): error TS(\d+): (.*)$/.exec(line);
    const global = /^error TS(\d+): (.*)$/.exec(line);

    if (place)
      errors.push({
        file: path.relative(app, path.resolve(app, place[1])), line: Number(place[2]),
        column: Number(place[3]), code: Number(place[4]), ...wording(place[5], world)
      });
    else if (global)
      errors.push({ text: global[2], code: Number(global[1]) });
    else if (/^\s+\S/.test(line) && errors.length > 0)
      errors.at(-1).text += `\n${line}`;
  }
  return errors;
}

/* At most one for each world; the compiler ends by itself, but not when it is not wanted any more. */
function run(config, app, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, '-p', config, '--pretty', 'false'],
      { cwd: app, stdio: ['ignore', 'pipe', 'pipe'], signal });
    const chunks = [];

    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

async function checkWorld(world, folder, app, signal) {
  const config = path.join(folder, `${world.name.replace(' ', '-')}.json`);

  fs.writeFileSync(config, JSON.stringify(configOf(world), null, 2));
  const { code, output } = await run(config, app, signal);
  const errors = readErrors(output, world.name, app);

  if (code !== 0 && errors.length === 0)
    throw new Error(`the TypeScript compiler ended with status ${code}: ${output}`);
  return errors;
}

/* The type errors of an app that was bundled from @inputs; none is []. */
export async function checkTypes(project, inputs, signal) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-types-'));

  try {
    const worlds = worldsOf(project, inputs, nativeTypes(project, folder));
    const errors = await Promise.all(worlds.map((world) =>
      checkWorld(world, folder, project.app, signal)));

    return errors.flat();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

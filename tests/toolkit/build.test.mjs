/* What a build makes of an app. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { app, build, folder, kiln, originalPlace, pack, packages, sdk, toolkit, tree, write } from './support.mjs';

test('the host script becomes one file in ES5, without what nobody uses', async () => {
  const built = build(app({
    'main.ts': `import { used } from './parts.ts';
      class A { #n = 1; async *go() { for await (const x of [this.#n]) yield x ** 2; } }
      const { a = 1, ...rest } = { b: 2, ...{ c: 3 } } as any;
      console.log(new A().go(), a, rest, used?.(1) ?? \`\${a}\`);`,
    'parts.ts': 'export const used = (n: number) => n; export const unused = () => "never said";'
  }));
  /* The support code stands on one line. */
  const code = built.read('main.js').split('\n').filter((line) => line.length < 2000).join('\n');

  assert.equal(/=>|`|\bconst\b|\blet\b|^\s*class\b|\.\.\.|\?\?|\?\./m.exec(code), null);
  assert.ok(!code.includes('never said'));
  await packages('esbuild').transform(code, { target: 'es5' });
  assert.deepEqual(tree(built.out),
    ['build.json', 'kiln.json', 'main.js', 'main.js.map', 'web/index.html']);
});

test('what the runtime brings stays a call of require', () => {
  const code = build(app({ 'main.ts': 'import { exit } from "runtime:app"; exit(0);' }))
    .read('main.js');

  assert.match(code, /require\("runtime:app"\)/);
});

test('support code is there for what a script uses, and not otherwise', () => {
  const size = (source) => build(app({ 'main.ts': source })).read('main.js').length;

  assert.ok(size('export {}') < 200, 'an empty script has none');
  assert.ok(size('console.log([1].indexOf(1))') < 200, 'nor one that does without');
  assert.ok(size('console.log([1].findLast(Boolean))') > 500);
  assert.ok(size('console.log([1].findLast(Boolean))') < 1500, 'and of that only itself');
  assert.ok(size('console.log(new Map([[1, 2]]))') < 200, 'Map is the runtime\'s own');
});

test('lines lead to the author\'s files, through support code and packages', () => {
  const built = build(app({
    'main.ts': '\n\nimport { helper } from "./lib/helper.ts";\nimport { far } from "far";\n' +
      'async function main() {\n  await null;\n  console.log("in main", [1].at(0));\n}\n' +
      'main(); helper(); far();\n',
    'lib/helper.ts': 'interface Gone { a: 1 }\nexport function helper() {\n  console.log("in helper");\n}\n',
    ...pack('far', { module: 'far.mjs' }, {
      'far.mjs': '// first\nexport const far = () => {\n  console.log(`in ${"far"}`);\n};\n'
    }),
    'web/index.html': '<script type="module" src="app.tsx"></script>',
    'web/app.tsx': 'type T = 1;\n\nconsole.log("in page");\n'
  }));

  assert.equal(originalPlace(built, 'main.js', '"in main"'), 'main.ts:7');
  assert.equal(originalPlace(built, 'main.js', '"in helper"'), 'lib/helper.ts:3');
  assert.equal(originalPlace(built, 'main.js', '"in ".concat("far")'), 'node_modules/far/far.mjs:3');
  assert.equal(originalPlace(built, 'web/app.js', '"in page"'), 'app.tsx:3');
});

test('two builds of the same app are the same bytes, wherever it lies', () => {
  const files = {
    'main.ts': 'import { x } from "pkg"; console.log(x, [1, 2].includes(1));',
    ...pack('pkg', { main: 'x.js' }, { 'x.js': 'exports.x = class X { constructor() { this.a = [...arguments]; } };' }),
    'web/index.html': '<script type="module" src="app.ts"></script>',
    'web/app.ts': 'import("./lazy.ts").then(console.log);', 'web/lazy.ts': 'export const a: number = 1;'
  };
  const a = build(app(files)), b = build(app(files));

  assert.equal(a.hash, b.hash);
  assert.deepEqual(tree(a.out), tree(b.out));
  for (const file of tree(a.out)) {
    assert.equal(a.read(file), b.read(file), file);
    assert.ok(!a.read(file).includes(path.dirname(a.out)), `${file} tells where it was built`);
    assert.ok(!a.read(file).includes(toolkit), `${file} tells where the toolkit is`);
  }
});

test('build.json has the sum of every file', () => {
  const { out, read, hash } = build(app());
  const stamp = JSON.parse(read('build.json'));

  assert.equal(stamp.hash, hash);
  assert.deepEqual(Object.keys(stamp.files), tree(out).filter((file) => file !== 'build.json'));
  for (const [file, sum] of Object.entries(stamp.files))
    assert.equal(sum, createHash('sha256').update(fs.readFileSync(path.join(out, file))).digest('hex'));
});

test('the manifest stays as it is but for the name of the host script', () => {
  const manifest = '{\n  // an app\n  "id": "a", /* here: */ "main": "src/start.ts",\n  "windows": []\n}\n';
  const built = build(app({ 'kiln.json': manifest, 'src/start.ts': '' }));

  assert.equal(built.read('kiln.json'), manifest.replace('src/start.ts', 'main.js'));
});

test('native modules come along, with their mode', () => {
  const dir = app({
    'kiln.json': '{ "id": "a", "main": "main.ts", "modules": { "sensor": "native/sensor.so" } }',
    'main.ts': 'import { read } from "native:sensor"; const n: number = read(); console.log(n);',
    'native/sensor.so': '\x7fELF', 'native/sensor.d.ts':
      'declare module "native:sensor" { export function read(): number; }'
  });

  fs.chmodSync(path.join(dir, 'native/sensor.so'), 0o755);
  const built = build(dir, '--typecheck');

  assert.equal(built.read('native/sensor.so'), '\x7fELF');
  assert.equal(fs.statSync(path.join(built.out, 'native/sensor.so')).mode & 0o777, 0o755);
  assert.match(built.read('main.js'), /require\("native:sensor"\)/);
});

test('a folder that is no build is left alone', () => {
  const dir = app(), out = folder();

  write(out, { 'thesis.txt': 'years of work' });
  const { status, stderr } = kiln('build', dir, '--out', out, '--sdk', sdk);

  assert.equal(status, 2);
  assert.match(stderr, /has no build.json/);
  assert.deepEqual(tree(out), ['thesis.txt']);
  assert.equal(kiln('build', dir, '--out', dir, '--sdk', sdk).status, 2);
  assert.deepEqual(tree(dir), ['kiln.json', 'main.ts', 'web/index.html']);
});

test('a build.json of others\' makes no build, nor do files beside one of ours', () => {
  const dir = app(), out = folder(), dist = path.join(folder(), 'dist');
  const refused = (place) => {
    const before = tree(place);
    const { status, stderr } = kiln('build', dir, '--out', place, '--sdk', sdk, '--no-typecheck');

    assert.equal(status, 2);
    assert.deepEqual(tree(place), before);
    return stderr;
  };

  write(out, { 'build.json': '{ "hash": "1" }', 'thesis.txt': 'years of work' });
  assert.match(refused(out), /build\.json that is not of Kiln's/);
  assert.equal(kiln('build', dir, '--out', dist, '--sdk', sdk, '--no-typecheck').status, 0);
  write(dist, { 'web/thesis.txt': 'years of work' });
  assert.match(refused(dist), /"web\/thesis.txt", which was not built/);
  fs.rmSync(path.join(dist, 'web/thesis.txt'));
  assert.equal(kiln('build', dir, '--out', dist, '--sdk', sdk, '--no-typecheck').status, 0);
});

test('a build that cannot take its place leaves the one before', () => {
  const dir = app(), out = path.join(folder(), 'dist');
  const output = path.join(toolkit, 'lib/output.mjs');
  /* Between the two renames: the first is done, the second fails. */
  const script = `import fs from 'node:fs';
    import { writeBuild } from ${JSON.stringify(output)};
    const rename = fs.renameSync;
    fs.renameSync = (from, to) => {
      if (from.endsWith('/new'))
        throw new Error('no space');
      rename(from, to);
    };
    writeBuild(${JSON.stringify(out)}, ${JSON.stringify(dir)}, [], {});`;

  assert.equal(kiln('build', dir, '--out', out, '--sdk', sdk, '--no-typecheck').status, 0);
  const before = tree(out);
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script],
    { encoding: 'utf8' });

  assert.match(stderr, /no space/);
  assert.deepEqual(tree(out), before);
  assert.deepEqual(fs.readdirSync(path.dirname(out)), ['dist']);
});

test('a build is replaced as a whole, and stays when the next one fails', () => {
  const dir = app({ 'web/old.txt': '' }), out = path.join(folder(), 'dist');
  const run = () => kiln('build', dir, '--out', out, '--sdk', sdk).status;

  assert.equal(run(), 0);
  fs.rmSync(path.join(dir, 'web/old.txt'));
  write(dir, { 'web/new.txt': '' });
  assert.equal(run(), 0);
  assert.ok(!tree(out).includes('web/old.txt') && tree(out).includes('web/new.txt'));
  const before = fs.readFileSync(path.join(out, 'build.json'), 'utf8');

  write(dir, { 'main.ts': 'oops(' });
  assert.equal(run(), 1);
  assert.equal(fs.readFileSync(path.join(out, 'build.json'), 'utf8'), before);
  assert.deepEqual(fs.readdirSync(path.dirname(out)), ['dist']);
});

test('packages are taken as browsers take them, and never in their build for Node', () => {
  const code = build(app({
    'main.ts': 'import a from "a"; import b from "b"; import EE from "events"; console.log(a, b, EE);',
    ...pack('a', { exports: { node: './node.js', browser: './browser.js', default: './other.js' } },
      { 'node.js': 'import "fs"', 'browser.js': 'export default "a for browsers"' }),
    ...pack('b', { main: 'node.js', browser: 'browser.js' },
      { 'node.js': 'require("fs")', 'browser.js': 'module.exports = "b for browsers"' }),
    ...pack('events', { main: 'e.js' }, { 'e.js': 'module.exports = "the package events"' })
  })).read('main.js');

  assert.match(code, /a for browsers/);
  assert.match(code, /b for browsers/);
  assert.match(code, /the package events/);
});

test('what a package cannot do is no matter until it does it', () => {
  const code = build(app({
    'main.ts': 'import { a } from "a"; console.log(a);',
    ...pack('a', { module: 'a.js' },
      { 'a.js': 'export const a = [10n, BigInt(2), /(?<=x)y/g, new Function("")];' })
  })).read('main.js');

  assert.match(code, /__kilnBigInt\("10"\)/);
  assert.match(code, /__kilnRegExp\("\(\?<=x\)y", "g"\)/);
});

test('the mode chooses the build of packages that have two', () => {
  const dir = app({ 'main.ts': 'console.log(process.env.NODE_ENV === "production" ? "fast" : "slow");' });

  assert.match(build(dir).read('main.js'), /console\.log\(true \? "fast"|console\.log\("fast"\)/);
  assert.match(build(dir, '--mode', 'development').read('main.js'), /"slow"/);
});

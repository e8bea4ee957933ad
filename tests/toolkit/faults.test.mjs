/* What is wrong with an app is told with file, line, column, and what to do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { app, faults, folder, kiln, pack, sdk, toolkit } from './support.mjs';

const runtime = 'runtime:app, runtime:ipc, runtime:screen, runtime:window';
const noNode = `What the runtime brings is ${runtime}; ` +
  'many packages have a build for browsers that does without Node.';

const cases = {
  'a syntax error in TypeScript': [
    { 'main.ts': 'const a = 1;\nconst b: = 2;\n' },
    ['main.ts:2:10 Unexpected "="']
  ],
  'a syntax error in JavaScript': [
    { 'kiln.json': '{ "id": "a", "main": "main.js" }', 'main.js': 'var a = 1;\nvar = 2;\n' },
    ['main.js:2:5 Unexpected token']
  ],
  'a file that is not there': [
    { 'main.ts': 'interface Gone {\n  a: 1;\n}\nimport { x } from "./lib/nothing.ts";\nx();' },
    ['main.ts:4:19 there is no file "./lib/nothing.ts"']
  ],
  'a part of Node': [
    { 'main.ts': 'import fs from "fs";\nimport { join } from "node:path";\nfs, join;' },
    [`main.ts:1:16 "fs" is part of Node, and the host script does not run in Node [${noNode}]`,
      `main.ts:2:22 "node:path" is part of Node, and the host script does not run in Node [${noNode}]`]
  ],
  'a package that is not installed': [
    { 'main.ts': 'import a from "left-pad";\nimport b from "@scope/pkg/deep";\na, b;' },
    ['main.ts:1:15 the package "left-pad" is not installed ' +
      '[Run "npm install left-pad" in the app\'s folder; "npm install" alone if package.json has it.]',
    'main.ts:2:15 the package "@scope/pkg" is not installed ' +
      '[Run "npm install @scope/pkg" in the app\'s folder; "npm install" alone if package.json has it.]']
  ],
  'a module that the runtime does not bring': [
    { 'main.ts': 'import { on } from "runtime:gpio";\non();' },
    [`main.ts:1:20 there is no module "runtime:gpio" [There are: ${runtime}]`]
  ],
  'an export that is not there': [
    { 'main.ts': '\n\nimport { b } from "./a.ts";\nb();', 'a.ts': 'export const a = 1;' },
    ['main.ts:3:10 No matching export in "a.ts" for import "b"']
  ],
  'await outside of a function': [
    { 'main.ts': 'export {};\nawait 1;' },
    ['main.ts:2:1 await outside of an async function ' +
      '[The host script is loaded in one go: put it into "async function main() { … }" and call that.]']
  ],
  'a BigInt': [
    { 'main.ts': 'interface Gone {}\n\nconsole.log(\n  10n);' },
    ['main.ts:4:3 the host script has no BigInt']
  ],
  'a BigInt that is called': [
    { 'main.ts': 'console.log(BigInt("1"));' },
    ['main.ts:1:13 the host script has no BigInt']
  ],
  'a regular expression that looks behind': [
    { 'main.ts': 'console.log(/(?<!a)b/);' },
    ['main.ts:1:13 regular expressions of the host script have no lookbehind']
  ],
  'a fault in a package': [
    { 'main.ts': 'import "p";', ...pack('p', { main: 'i.js' }, { 'i.js': '\nrequire("fs");' }) },
    ['node_modules/p/i.js:2:9 "fs" is part of Node, and the host script does not run in Node ' +
      `[${noNode}]`]
  ],
  'a type that does not fit': [
    { 'main.ts': 'const n: number = "x";\nconsole.log(n);' },
    ['main.ts:1:7 Type \'string\' is not assignable to type \'number\'.']
  ],
  'types of the runtime\'s modules': [
    { 'main.ts': 'import { exit } from "runtime:app";\nexit("now");' },
    ['main.ts:2:6 Argument of type \'string\' is not assignable to parameter of type \'number\'.']
  ],
  'the DOM in a host script': [
    { 'main.ts': 'document.title = "x";\nprocess.exit();' },
    ['main.ts:1:1 Cannot find name \'document\'. ' +
      '[The host script has no DOM; that is the pages\': put it into web/.]',
    'main.ts:2:1 Cannot find name \'process\'. ' +
      '[Neither the host script nor a page runs in Node.]']
  ],
  'types in a page': [
    { 'web/index.html': '<script type="module" src="app.ts"></script>',
      'web/app.ts': 'runtime.send(1);\nconst h: HTMLElement = document.body;\nh.titel = "x";' },
    ['web/app.ts:1:14 Argument of type \'number\' is not assignable to parameter of type \'string\'.',
      'web/app.ts:3:3 Property \'titel\' does not exist on type \'HTMLElement\'. Did you mean \'title\'?']
  ],
  'a script of a page that is not there': [
    { 'web/index.html': '<!doctype html>\n<title>x</title>\n<script type="module" src="ap.ts"></script>' },
    ['web/index.html:3:23 there is no file "ap.ts" in web/ [A page sees web/ and nothing else.]']
  ],
  'a script outside of web/': [
    { 'web/index.html': '<script src="../main.ts"></script>' },
    ['web/index.html:1:9 there is no file "../main.ts" in web/ [A page sees web/ and nothing else.]']
  ],
  'an import in a page': [
    { 'web/index.html': '<script type="module" src="app.js"></script>',
      'web/app.js': '\nimport React from "react";\nconsole.log(React);' },
    ['web/app.js:2:19 the package "react" is not installed ' +
      '[Run "npm install react" in the app\'s folder; "npm install" alone if package.json has it.]']
  ],
  'the runtime in a page': [
    { 'web/index.html': '<script type="module" src="app.ts"></script>',
      'web/app.ts': 'import { exit } from "runtime:app";\nexit();' },
    ['web/app.ts:1:22 a page has no module "runtime:app" ' +
      '[That is the host script\'s. A page talks with it by window.runtime: send, on, invoke, handle.]']
  ],
  'a manifest that is no JSON': [
    { 'kiln.json': '{\n  "id": "a",,\n}' },
    ['kiln.json:2:13 not JSON: PropertyNameExpected']
  ],
  'a host script that the manifest names': [
    { 'kiln.json': '{\n  "id": "a",\n  "main": "start.ts"\n}' },
    ['kiln.json:3:11 main: there is no file "start.ts"']
  ],
  'a native module that is not there': [
    { 'kiln.json': '{ "id": "a", "main": "main.ts",\n  "modules": { "x": "native/x.so" } }' },
    ['kiln.json:2:21 modules.x: there is no file "native/x.so"']
  ]
};

for (const [name, [files, expected]] of Object.entries(cases))
  test(`told with its place: ${name}`, () => assert.deepEqual(faults(app(files)), expected));

test('faults of both worlds are told at once', () => {
  const found = faults(app({
    'main.ts': 'import "./a.ts";', 'web/index.html': '<script type="module" src="b.ts"></script>'
  }));

  assert.equal(found.length, 2);
});

test('an author\'s tsconfig.json counts', () => {
  const files = { 'main.ts': 'function f(a) { return a; }\nconsole.log(f(1));' };
  const strict = faults(app(files));

  assert.deepEqual(strict, ['main.ts:1:12 Parameter \'a\' implicitly has an \'any\' type.']);
  assert.deepEqual(faults(app({ ...files, 'tsconfig.json':
    '{ "compilerOptions": { "strict": false, "noEmit": false, "lib": ["dom"] } }' })), []);
  assert.deepEqual(faults(app({ ...files, 'main.ts': 'document.title = "x";', 'tsconfig.json':
    '{ "compilerOptions": { "lib": ["dom"] } }' })).length, 1, 'but not for what a world has');
});

test('decorators and paths of tsconfig.json are built as they are checked', () => {
  assert.deepEqual(faults(app({
    'tsconfig.json': '{ "extends": "./base.json", "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }',
    'base.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
    'main.ts': `import { a } from "~/a";
      function seen(target: object, key: string) { console.log(key, target); }
      class C { @seen field = a; }
      console.log(new C().field);`,
    'lib/a.ts': 'export const a = 1;'
  })), []);
});

test('what the policy of pages refuses is a warning', () => {
  const dir = app({ 'web/index.html': '<!doctype html>\n<script>go()</script>\n' +
    '<body onload="go()">\n<script src="https://example.org/x.js"></script>\n' +
    '<script type="application/json">{"a": 1}</script>' });
  const { warnings, ok } = JSON.parse(kiln('check', dir, '--sdk', sdk, '--json').stdout);

  assert.ok(ok);
  assert.deepEqual(warnings.map(({ file, line }) => `${file}:${line}`),
    ['web/index.html:2', 'web/index.html:3', 'web/index.html:4']);
});

test('a check writes nothing', () => {
  const dir = app(), before = fs.readdirSync(dir);

  assert.deepEqual(faults(dir), []);
  assert.deepEqual(fs.readdirSync(dir), before);
});

test('on a terminal a fault is one line, with what to do below', () => {
  const { status, stderr } = kiln('check', app({ 'main.ts': 'import "left-pad";' }), '--sdk', sdk);

  assert.equal(status, 1);
  assert.match(stderr, /^\/.*\/main\.ts:1:8: error: the package "left-pad" is not installed\n {4}Run "npm install/m);
});

test('wrong usage is told from faults of an app', () => {
  const dir = app();

  for (const args of [[], ['nothing'], ['check'], ['check', dir], ['check', dir, dir, '--sdk', sdk],
    ['build', dir, '--sdk', sdk], ['check', dir, '--sdk', '/nowhere'], ['check', '/nowhere', '--sdk', sdk],
    ['check', dir, '--sdk', sdk, '--mode', 'fast'], ['check', dir, '--sdk', sdk, '--what']])
    assert.equal(kiln(...args).status, 2, args.join(' '));
  assert.equal(kiln('--help').status, 0);
  assert.match(kiln('--help').stdout, /exit status: 0 fine, 1 the app has faults/);
});

test('a toolkit without its packages says how to get them', () => {
  const copy = folder();

  fs.cpSync(path.join(toolkit, 'kiln.mjs'), path.join(copy, 'kiln.mjs'));
  fs.cpSync(path.join(toolkit, 'lib'), path.join(copy, 'lib'), { recursive: true });
  fs.cpSync(path.join(toolkit, 'package.json'), path.join(copy, 'package.json'));
  const { status, stderr } = spawnSync(process.execPath, [path.join(copy, 'kiln.mjs'), '--help'],
    { encoding: 'utf8' });

  assert.equal(status, 3);
  assert.match(stderr, /packages are not installed in .*: run "npm ci" there/);
});

test('what an app\'s settings say of paths leads nowhere else', () => {
  const outside = `kiln-evil-${process.pid}`;
  const dir = app({ 'native/a.so': '', 'kiln.json': JSON.stringify({ id: 'test', main: 'main.ts',
    modules: { [`x/../../${outside}`]: 'native/a.so' } }) });

  assert.deepEqual(faults(dir),
    [`kiln.json:1:${44 + outside.length + 9} modules: "x/../../${outside}" is not 1 to 32 of a-z 0-9 - _`]);
  assert.ok(!fs.existsSync(path.join(os.tmpdir(), `${outside}.d.ts`)));
  assert.deepEqual(faults(app({ 'kiln.json': '{ "id": "test", "main": "main.ts\\u0000" }' })),
    ['kiln.json:1:25 main: the path of a file in the app\'s folder is expected']);
  assert.deepEqual(faults(app({ 'tsconfig.json': '{ "extends": [5] }' })),
    ['tsconfig.json:1:15 Compiler option \'extends\' requires a value of type string.']);
});

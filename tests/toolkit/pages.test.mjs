/* What becomes of web/. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { app, build, faults, folder, pack, tree, write } from './support.mjs';

const page = (...scripts) => `<!doctype html>\n<html><head><title>t</title></head>\n<body>\n${
  scripts.join('\n')}\n<p   class=x>stays &amp; as it is\n</body></html>\n`;

test('modules and TypeScript are bundled, and the page names what came of them', () => {
  const built = build(app({
    'web/index.html': page('<script type="module" src="app.ts" defer></script>',
      '<script src=\'/lib/old.ts\'></script>', '<script src=plain.js></script>',
      '<SCRIPT type=module async src=view.tsx></SCRIPT>'),
    'web/app.ts': 'import { shared } from "./shared.ts"; console.log(shared as number);',
    'web/shared.ts': 'export const shared: number = 1;',
    'web/lib/old.ts': 'var x: number = 1; console.log(x);', 'web/plain.js': 'var untouched = 1; // kept\n',
    'web/view.tsx': 'import { shared } from "./shared"; console.log(<p>{shared}</p>);',
    ...pack('react', { exports: { './jsx-runtime': './jsx.js', './package.json': './package.json' } },
      { 'jsx.js': 'exports.jsx = function (type) { return type; };' })
  }));

  assert.equal(built.read('web/index.html'), page('<script type="module" src="app.js" defer></script>',
    '<script src="/lib/old.js"></script>', '<script src=plain.js></script>',
    '<SCRIPT type=module async src="view.js"></SCRIPT>'));
  assert.equal(built.read('web/plain.js'), 'var untouched = 1; // kept\n');
  assert.match(built.read('web/lib/old.js'), /^\(\(\) => \{/);
  assert.match(built.read('web/view.js'), /\(0, import_jsx_runtime\.jsx\)\("p"/);
  assert.deepEqual(tree(built.out).filter((file) => /\.tsx?$/.test(file)), []);
});

test('what several pages share is there once', () => {
  const built = build(app({
    'web/a.html': page('<script type="module" src="a.ts"></script>'),
    'web/sub/b.html': page('<script type="module" src="../a.ts"></script>',
      '<script type="module" src="b.ts"></script>'),
    'web/a.ts': 'import { big } from "./big.ts"; big("a");',
    'web/sub/b.ts': 'import { big } from "../big"; big("b");',
    'web/big.ts': 'export function big(text: string) { console.log("said once", text); }'
  }));
  const holders = tree(built.out).filter((file) =>
    file.endsWith('.js') && built.read(file).includes('said once'));

  assert.equal(holders.length, 1);
  assert.match(built.read('web/sub/b.html'), /src="\.\.\/a\.js"/);
});

test('style sheets and files that a script imports come along', () => {
  const built = build(app({
    'web/index.html': page('<script type="module" src="app.ts"></script>'),
    'web/app.ts': 'import "./look.css"; import logo from "./logo.svg"; console.log(logo);',
    'web/look.css': 'p { background: url(back.png) }', 'web/logo.svg': '<svg/>', 'web/back.png': 'PNG'
  }));
  const [, logo] = /"(\/assets\/logo-\w+\.svg)"/.exec(built.read('web/app.js'));
  const [, back] = /url\("?(\/assets\/back-\w+\.png)"?\)/.exec(built.read('web/app.css'));

  assert.equal(built.read(`web${logo}`), '<svg/>');
  assert.equal(built.read(`web${back}`), 'PNG');
  assert.match(built.read('web/index.html'), /<link rel="stylesheet" href="app.css">\n<\/head>/);
});

test('everything else is copied, but for what was a source', () => {
  const dir = app({
    'web/index.html': page('<script type="module" src="app.ts"></script>'), 'web/app.ts': 'export {};',
    'web/tsconfig.json': '{}', 'web/types.d.ts': '', 'web/.hidden': '', 'web/data/list.json': '[1]',
    'web/style.css': 'p {}', 'web/node_modules/x/index.js': ''
  });
  const bytes = Buffer.from([0, 255, 13, 10, 128]);

  write(dir, { 'web/photo.png': bytes });
  const built = build(dir);

  assert.deepEqual(tree(built.out).filter((file) => file.startsWith('web/')), ['web/app.js',
    'web/app.js.map', 'web/data/list.json', 'web/index.html', 'web/photo.png', 'web/style.css']);
});

test('an app without a host script has its pages', () => {
  const dir = app({ 'kiln.json': '{ "id": "a" }' });
  const built = build(dir);

  assert.equal(built.read('kiln.json'), '{ "id": "a" }');
  assert.deepEqual(tree(built.out), ['build.json', 'kiln.json', 'web/index.html']);
});

test('in development the sources are in the maps, on a device they are not', () => {
  const dir = app({
    'web/index.html': page('<script type="module" src="app.ts"></script>'), 'web/app.ts': 'console.log(1 as 1);'
  });

  assert.equal(JSON.parse(build(dir).read('web/app.js.map')).sourcesContent, undefined);
  assert.deepEqual(JSON.parse(build(dir, '--mode', 'development').read('web/app.js.map')).sourcesContent,
    ['console.log(1 as 1);']);
});

test('links lead to files of the app and nowhere else', () => {
  const dir = app({ 'shared/a.txt': 'inside', 'web/b.txt': 'b' });

  fs.symlinkSync('../shared/a.txt', path.join(dir, 'web/a.txt'));
  fs.symlinkSync('/etc/passwd', path.join(dir, 'web/secrets.txt'));
  fs.symlinkSync('..', path.join(dir, 'web/round'));
  const built = build(dir);

  assert.equal(built.read('web/a.txt'), 'inside');
  assert.deepEqual(tree(built.out).filter((file) => file.startsWith('web/')),
    ['web/a.txt', 'web/b.txt', 'web/index.html']);
  assert.deepEqual(built.warnings.map(({ file }) => file), ['web/round', 'web/secrets.txt']);
});

test('an address that is no address is told like any other', () => {
  assert.throws(() => build(app({ 'web/index.html': '<script src="%E0%A4%A.js"></script>' })),
    /there is no file/);
});

test('a page cannot stop the toolkit', () => {
  assert.deepEqual(faults(app({ 'web/index.html': '<script src="a%00.js"></script>' })),
    ['web/index.html:1:9 there is no file "a%00.js" in web/ [A page sees web/ and nothing else.]']);
  assert.deepEqual(faults(app({ 'web/index.html': '<div>'.repeat(20000) })), []);
});

test('web is a folder of the app\'s', () => {
  const dir = app(), web = path.join(dir, 'web'), elsewhere = folder();
  const expected = ['web a folder inside of the app is expected'];

  write(elsewhere, { 'secret.txt': 'a key' });
  fs.rmSync(web, { recursive: true });
  fs.writeFileSync(web, '');
  assert.deepEqual(faults(dir), expected);
  fs.rmSync(web);
  fs.symlinkSync(elsewhere, web);
  assert.deepEqual(faults(dir), expected);
});

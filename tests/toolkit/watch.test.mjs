/* Building again and again while an author works. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { app, Watch, write } from './support.mjs';

const files = {
  'main.ts': 'import { a } from "./lib/a.ts";\nconsole.log(a);\n', 'lib/a.ts': 'export const a: number = 1;\n',
  'web/index.html': '<!doctype html>\n<script type="module" src="app.ts"></script>\n',
  'web/app.ts': 'console.log("one");\n'
};

async function watching(run) {
  const dir = app(files), watch = new Watch(dir);

  try {
    assert.equal((await watch.next()).event, 'built');
    assert.deepEqual(await watch.until('types'), { event: 'types', errors: [] });
    await run(dir, watch);
  } finally {
    assert.equal(await watch.end(), 0);
  }
}

test('a change is built, and only what it changes is written', () => watching(async (dir, watch) => {
  write(dir, { 'lib/a.ts': 'export const a: number = 2;\n' });
  const host = await watch.until('built');

  assert.deepEqual(host.changed, ['main.js']);
  assert.ok(host.ms < 2000, `took ${host.ms} ms`);
  assert.match(fs.readFileSync(path.join(watch.out, 'main.js'), 'utf8'), /a = 2/);
  const before = fs.statSync(path.join(watch.out, 'main.js')).ino;

  write(dir, { 'web/app.ts': 'console.log("two");\n' });
  assert.deepEqual((await watch.until('built')).changed, ['web/app.js', 'web/app.js.map']);
  assert.equal(fs.statSync(path.join(watch.out, 'main.js')).ino, before);
}));

test('an error is told, and what was built stays until it is repaired', () => watching(async (dir, watch) => {
  write(dir, { 'lib/a.ts': 'export const a: = 2;\n' });
  assert.deepEqual(await watch.until('failed'), { event: 'failed', errors: [
    { file: 'lib/a.ts', line: 1, column: 17, text: 'Unexpected "="' }] });
  assert.match(fs.readFileSync(path.join(watch.out, 'main.js'), 'utf8'), /a = 1/);
  write(dir, { 'lib/a.ts': 'export const a: number = 3;\n' });
  assert.deepEqual((await watch.until('built')).changed, ['main.js']);
}));

test('type errors come after the build, which they do not hold up', () => watching(async (dir, watch) => {
  write(dir, { 'lib/a.ts': 'export const a: string = 2;\n' });
  assert.equal((await watch.until('built')).event, 'built');
  const { errors } = await watch.until('types');

  assert.deepEqual(errors.map(({ file, line, column }) => [file, line, column]), [['lib/a.ts', 1, 14]]);
}));

test('files and folders come and go', () => watching(async (dir, watch) => {
  write(dir, { 'web/new/page.html': '<p>new' });
  for (;;) {
    if ((await watch.until('built')).changed.includes('web/new/page.html'))
      break;
  }
  write(dir, { 'web/new/page.html': '<p>newer' });
  assert.deepEqual((await watch.until('built')).changed, ['web/new/page.html']);
  fs.rmSync(path.join(dir, 'web/new'), { recursive: true });
  for (;;) {
    if ((await watch.until('built')).changed.includes('web/new/page.html'))
      break;
  }
  assert.ok(!fs.existsSync(path.join(watch.out, 'web/new/page.html')));
}));

test('the manifest is watched too', () => watching(async (dir, watch) => {
  write(dir, { 'kiln.json': '{ "id": "test", "main": "gone.ts" }\n' });
  assert.equal((await watch.until('failed')).errors[0].text, 'main: there is no file "gone.ts"');
  write(dir, { 'kiln.json': '{ "id": "other", "main": "main.ts" }\n' });
  assert.deepEqual((await watch.until('built')).changed, ['kiln.json']);
}));

test('a file outside of the app is watched when the app uses it', () => watching(async (dir, watch) => {
  const shared = `shared-${path.basename(dir)}.ts`;

  write(path.dirname(dir), { [shared]: 'export const s = 1;' });
  write(dir, { 'lib/a.ts': `export { s as a } from "../../${shared}";\n` });
  await watch.until('built');
  write(path.dirname(dir), { [shared]: 'export const s = 77;' });
  await watch.until('built');
  assert.match(fs.readFileSync(path.join(watch.out, 'main.js'), 'utf8'), /s = 77/);
}));

test('a folder may become a file, and a file a folder', () => watching(async (dir, watch) => {
  const become = async (name) => {
    for (;;) {
      if ((await watch.until('built')).changed.includes(name))
        break;
    }
  };

  write(dir, { 'web/a/b.txt': 'b' });
  await become('web/a/b.txt');
  fs.rmSync(path.join(dir, 'web/a'), { recursive: true });
  write(dir, { 'web/a': 'a' });
  await become('web/a');
  fs.rmSync(path.join(dir, 'web/a'));
  write(dir, { 'web/a/b.txt': 'b' });
  await become('web/a/b.txt');
}));

test('a first build that was interrupted is no obstacle', async () => {
  const dir = app(files), watch = new Watch(dir);

  assert.equal((await watch.until('built')).event, 'built');
  await watch.end();
  /* As it is when the list is written, one file is, and one is about to be. */
  fs.rmSync(path.join(watch.out, 'web/app.js'));
  fs.renameSync(path.join(watch.out, 'main.js'), path.join(watch.out, 'main.js.kiln-new'));
  const again = new Watch(dir, watch.out);

  try {
    assert.equal((await again.next()).event, 'built');
    assert.ok(fs.existsSync(path.join(again.out, 'web/app.js')));
    assert.ok(!fs.existsSync(path.join(again.out, 'main.js.kiln-new')));
  } finally {
    await again.end();
  }
  fs.rmSync(watch.out, { recursive: true });
  write(watch.out, { 'build.json.kiln-new': '{' });
  const last = new Watch(dir, watch.out);

  try {
    assert.equal((await last.next()).event, 'built');
  } finally {
    await last.end();
  }
});

/* Apps in folders of their own, and the real toolkit, run as the command "kiln" runs it. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

export const top = path.resolve(import.meta.dirname, '../..');
export const toolkit = path.join(top, 'build/toolkit');
export const sdk = path.join(top, 'build/dev/sdk');
export const packages = createRequire(path.join(toolkit, 'kiln.mjs'));

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-test-'));
let count = 0;

after(() => fs.rmSync(scratch, { recursive: true, force: true }));

export function folder() {
  const name = path.join(scratch, `${++count}`);

  fs.mkdirSync(name);
  return name;
}

export function write(dir, files) {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    fs.writeFileSync(path.join(dir, name), text);
  }
}

const EMPTY = {
  'kiln.json': '{ "id": "test", "main": "main.ts" }\n',
  'main.ts': 'export {};\n',
  'web/index.html': '<!doctype html>\n<title>test</title>\n'
};

/* An app of these files, and of the least that an app has. */
export function app(files = {}) {
  const dir = folder();

  write(dir, { ...EMPTY, ...files });
  return dir;
}

/* An npm package as it lies in node_modules. */
export function pack(name, fields, files) {
  const at = `node_modules/${name}`;

  return {
    [`${at}/package.json`]: JSON.stringify({ name, version: '1.0.0', ...fields }),
    ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`${at}/${file}`, text]))
  };
}

const env = { ...process.env, XDG_CACHE_HOME: path.join(scratch, 'cache') };

export function kiln(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath,
    [path.join(toolkit, 'kiln.mjs'), ...args], { encoding: 'utf8', env });

  return { status, stdout, stderr };
}

/* Builds without looking at types, unless told otherwise; throws when that fails. */
export function build(dir, ...options) {
  const out = path.join(folder(), 'dist');
  const types = options.includes('--typecheck') ? [] : ['--no-typecheck'];
  const { status, stdout } = kiln('build', dir, '--out', out, '--sdk', sdk, '--json', ...types,
    ...options.filter((option) => option !== '--typecheck'));
  const result = JSON.parse(stdout);

  if (status !== 0)
    throw new Error(`not built: ${JSON.stringify(result.errors, null, 2)}`);
  return { out, ...result, read: (file) => fs.readFileSync(path.join(out, file), 'utf8') };
}

/* What is wrong with an app: "file:line:column text", each with its hint in brackets. */
export function faults(dir) {
  const { status, stdout } = kiln('check', dir, '--sdk', sdk, '--json');
  const { errors } = JSON.parse(stdout);

  if ((status === 0) !== (errors.length === 0))
    throw new Error(`status ${status} with ${errors.length} errors`);
  return errors.map(({ file, line, column, text, hint }) =>
    [file, line, column].filter((part) => part !== undefined).join(':') + ` ${text}` +
      (hint ? ` [${hint}]` : ''));
}

export function tree(dir, below = '') {
  return fs.readdirSync(path.join(dir, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);

    return entry.isDirectory() ? tree(dir, name) : [name];
  }).sort();
}

/* The author's place of what @text stands for in a built file. */
export function originalPlace(built, file, text) {
  const { originalPositionFor, TraceMap } = packages('@jridgewell/trace-mapping');
  const line = built.read(file).split('\n').findIndex((one) => one.includes(text));
  const column = built.read(file).split('\n')[line].indexOf(text);
  const place = originalPositionFor(new TraceMap(built.read(`${file}.map`)),
    { line: line + 1, column });

  return `${place.source}:${place.line}`;
}

/* "watch" under way: next() gives one line of it after the other. */
export class Watch {
  constructor(dir, out = path.join(folder(), 'dist')) {
    this.out = out;
    this.child = spawn(process.execPath, [path.join(toolkit, 'kiln.mjs'), 'watch', dir, '--out',
      this.out, '--sdk', sdk], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = [];
    this.wanted = [];
    this.rest = '';
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    this.child.stdout.setEncoding('utf8').on('data', (text) => this.read(text));
  }

  read(text) {
    const lines = (this.rest + text).split('\n');

    this.rest = lines.pop();
    this.lines.push(...lines.map((line) => JSON.parse(line)));
    while (this.wanted.length > 0 && this.lines.length > 0)
      this.wanted.shift()(this.lines.shift());
  }

  next() {
    if (this.lines.length > 0)
      return Promise.resolve(this.lines.shift());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('watch says nothing')), 20000);

      this.wanted.push((line) => {
        clearTimeout(timer);
        resolve(line);
      });
    });
  }

  /* The next line of this kind, whatever comes before it. */
  async until(event) {
    for (;;) {
      const line = await this.next();

      if (line.event === event)
        return line;
    }
  }

  end() {
    this.child.stdin.end();
    return this.ended;
  }
}

/*
 * Builds again when a file changes. Each result is one line of JSON on standard output;
 * types are checked after the new build is there, since they must not hold it up.
 */
import fs from 'node:fs';
import path from 'node:path';
import { buildApp, versions } from './build.mjs';
import { updateBuild } from './output.mjs';
import { readProject } from './project.mjs';
import { AppError, sorted } from './report.mjs';
import { checkTypes } from './types.mjs';

/* Editors write a file in several steps, and often several files at once. */
const SETTLE_MS = 30;

/* Folders that are looked at, at most: an app has few, and the kernel counts them. */
const FOLDERS_MAX = 4096;

function say(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

function isIgnored(name) {
  return name.startsWith('.') || name === 'node_modules' || /~$|\.kiln-/.test(name);
}

/*
 * fs.watch() for a tree, with those folders left out that hold no sources. Calls
 * @changed after each change.
 */
class Tree {
  constructor(root, skip, changed) {
    this.root = root;
    this.skip = skip;
    this.changed = changed;
    this.watchers = new Map();
    this.add(root);
  }

  add(folder) {
    if (this.watchers.has(folder) || this.skip.has(folder) || this.watchers.size >= FOLDERS_MAX)
      return;
    try {
      const watcher = fs.watch(folder, (event, name) => this.onEvent(folder, name));

      watcher.on('error', () => this.remove(folder));
      this.watchers.set(folder, watcher);
      for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory() && !isIgnored(entry.name))
          this.add(path.join(folder, entry.name));
      }
    } catch (e) {
      /* Gone again before it was looked at. */
      if (e.code !== 'ENOENT' && e.code !== 'ENOTDIR')
        throw e;
    }
  }

  /* A file that is used but lies outside of the tree: its folder, and not what is below that. */
  addFile(file) {
    const folder = path.dirname(file);

    if (file.startsWith(this.root + path.sep) || /\bnode_modules\b/.test(file) ||
        this.watchers.has(folder) || this.watchers.size >= FOLDERS_MAX)
      return;
    const watcher = fs.watch(folder, (event, name) => name && !isIgnored(name) && this.changed());

    watcher.on('error', () => this.remove(folder));
    this.watchers.set(folder, watcher);
  }

  remove(folder) {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  onEvent(folder, name) {
    if (name && isIgnored(name))
      return;
    const file = name && path.join(folder, name);

    if (file && this.skip.has(file))
      return;
    if (file && fs.statSync(file, { throwIfNoEntry: false })?.isDirectory())
      this.add(file);
    else if (file)
      this.remove(file);
    this.changed();
  }

  close() {
    for (const folder of [...this.watchers.keys()])
      this.remove(folder);
  }
}

/* Runs @work again and again, once for any number of calls meanwhile. */
class Worker {
  constructor(work) {
    this.work = work;
    this.timer = null;
    this.running = false;
    this.again = false;
  }

  start(delay) {
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), delay);
  }

  async run() {
    this.running = true;
    this.again = false;
    await this.work();
    this.running = false;
    if (this.again)
      this.start(SETTLE_MS);
  }
}

export async function watch(app, options) {
  let checking = null;

  const check = async (project, inputs) => {
    checking?.abort();
    const mine = checking = new AbortController();

    try {
      const errors = await checkTypes(project, inputs, mine.signal);

      if (!mine.signal.aborted)
        say({ event: 'types', errors: sorted(errors) });
    } catch (e) {
      if (!mine.signal.aborted)
        say({ event: 'types', errors: [{ text: `types were not checked: ${e.message}` }] });
    }
  };

  const build = async () => {
    const start = performance.now();

    try {
      const project = readProject(app, options.sdk);
      const built = await buildApp(project, options);
      const changed = updateBuild(options.out, project.app, built.files, versions);

      /* Before it is told: who is told may change one of them at once. */
      built.inputs.forEach((file) => tree.addFile(file));
      say({ event: 'built', ms: Math.round(performance.now() - start), changed,
        warnings: sorted(built.warnings) });
      if (options.typecheck)
        check(project, built.inputs);
    } catch (e) {
      checking?.abort();
      if (!(e instanceof AppError))
        e = new AppError([{ text: `the toolkit failed: ${e.stack}` }]);
      say({ event: 'failed', errors: sorted(e.errors) });
    }
  };

  const worker = new Worker(build);
  const root = fs.realpathSync(app);
  const tree = new Tree(root, new Set([path.resolve(options.out), path.join(root, 'dist')]),
    () => worker.start(SETTLE_MS));

  worker.start(0);
  await new Promise((resolve) => {
    process.stdin.on('end', resolve).on('close', resolve).on('error', resolve).resume();
  });
  tree.close();
  checking?.abort();
  process.exit(0);
}

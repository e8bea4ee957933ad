/*
 * The built app as a folder. It is complete or it is not there: a build is written
 * beside its place and renamed, a rebuild replaces file by file.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UsageError } from './report.mjs';

export const STAMP = 'build.json';

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}

/* build.json: what was built, by content, so that a device can tell whether it is whole. */
function stamp(files, versions) {
  const sums = {};

  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    sums[file.path] = `${sha256(file.contents)}${file.executable ? ' x' : ''}`;
  const text = JSON.stringify(sums);

  const hash = `sha256:${sha256(text)}`;

  return {
    path: STAMP, hash, contents: JSON.stringify({ hash, files: sums, versions }, null, 2) + '\n'
  };
}

/* Nothing is deleted that is not ours: what is replaced has to be a build, or empty. */
export function checkPlace(out, app) {
  const stat = fs.statSync(out, { throwIfNoEntry: false });

  if (stat && !stat.isDirectory())
    throw new UsageError(`${out} is not a folder`);
  if (stat && fs.readdirSync(out).length > 0 && !fs.existsSync(path.join(out, STAMP)))
    throw new UsageError(`${out} has no ${STAMP}, so it is not a build: ` +
      'it will not be replaced; name another folder or delete it');
  if (app === path.resolve(out) || app.startsWith(path.resolve(out) + path.sep))
    throw new UsageError(`${out} holds the app itself`);
}

function writeFile(folder, file) {
  const place = path.join(folder, file.path);

  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(`${place}.kiln-new`, file.contents, { mode: file.executable ? 0o755 : 0o644 });
  fs.renameSync(`${place}.kiln-new`, place);
}

/* Replaces @out as a whole; returns the build's hash. */
export function writeBuild(out, app, files, versions) {
  const last = stamp(files, versions);
  const beside = `${out.replace(/\/+$/, '')}.kiln-${process.pid}`;

  checkPlace(out, app);
  try {
    for (const file of [...files, last])
      writeFile(beside, file);
    fs.rmSync(`${beside}-old`, { recursive: true, force: true });
    if (fs.existsSync(out))
      fs.renameSync(out, `${beside}-old`);
    fs.renameSync(beside, out);
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
    fs.rmSync(`${beside}-old`, { recursive: true, force: true });
  }
  return last.hash;
}

function listFiles(folder, below = '') {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);

    return entry.isDirectory() ? listFiles(folder, name) : [name];
  });
}

/* Brings @out up to date, touching what differs only; returns the names of that. */
export function updateBuild(out, app, files, versions) {
  const changed = [];
  const wanted = [...files, stamp(files, versions)];
  const names = new Set(wanted.map((file) => file.path));

  checkPlace(out, app);
  fs.mkdirSync(out, { recursive: true });
  for (const file of wanted) {
    const place = path.join(out, file.path);

    if (fs.existsSync(place) && fs.readFileSync(place).equals(Buffer.from(file.contents)))
      continue;
    writeFile(out, file);
    if (file.path !== STAMP)
      changed.push(file.path);
  }
  for (const name of listFiles(out)) {
    if (!names.has(name)) {
      fs.rmSync(path.join(out, name));
      changed.push(name);
    }
  }
  return changed.sort();
}

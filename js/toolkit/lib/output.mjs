/*
 * The built app as a folder. It is complete or it is not there: a build is written
 * beside its place and renamed, a rebuild replaces file by file.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { UsageError } from './report.mjs';

export const STAMP = 'build.json';

/* Behind the name of a file while it is written. */
const UNFINISHED = '.kiln-new';

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

function listFiles(folder, below = '') {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);

    return entry.isDirectory() ? listFiles(folder, name) : [name];
  });
}

/* The files that a stamp of ours lists; null for what others call by that name. */
function listedIn(out) {
  try {
    const { hash, files } = JSON.parse(fs.readFileSync(path.join(out, STAMP), 'utf8'));

    return /^sha256:[0-9a-f]{64}$/.test(hash) && typeof files === 'object' ? Object.keys(files) : null;
  } catch {
    return null;
  }
}

/*
 * Nothing is deleted that is not ours: what is replaced has to be a build, and nothing but
 * that, or empty.
 */
export function checkPlace(out, app) {
  const stat = fs.statSync(out, { throwIfNoEntry: false });
  const refuse = (why) => {
    throw new UsageError(`${out} ${why}: it will not be replaced; name another folder or delete it`);
  };

  if (stat && !stat.isDirectory())
    throw new UsageError(`${out} is not a folder`);
  if (app === path.resolve(out) || app.startsWith(path.resolve(out) + path.sep))
    throw new UsageError(`${out} holds the app itself`);
  if (!stat || fs.readdirSync(out).every((name) => name === STAMP + UNFINISHED))
    return;
  if (!fs.existsSync(path.join(out, STAMP)))
    refuse(`has no ${STAMP}, so it is not a build`);
  const listed = listedIn(out);

  if (!listed)
    refuse(`has a ${STAMP} that is not of Kiln's`);
  const ours = new Set([STAMP, ...listed]);
  const other = listFiles(out).find((name) =>
    !ours.has(name.endsWith(UNFINISHED) ? name.slice(0, -UNFINISHED.length) : name));

  if (other !== undefined)
    refuse(`has ${JSON.stringify(other)}, which was not built`);
}

function writeFile(folder, file) {
  const place = path.join(folder, file.path);

  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place + UNFINISHED, file.contents, { mode: file.executable ? 0o755 : 0o644 });
  fs.renameSync(place + UNFINISHED, place);
}

/* Replaces @out as a whole; returns the build's hash. */
export function writeBuild(out, app, files, versions) {
  const last = stamp(files, versions);
  const place = path.resolve(out);

  checkPlace(out, app);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  /* A name that nobody can have put there before. */
  const beside = fs.mkdtempSync(`${place}.kiln-`);
  const fresh = path.join(beside, 'new'), old = path.join(beside, 'old');

  try {
    for (const file of [...files, last])
      writeFile(fresh, file);
    if (fs.existsSync(out))
      fs.renameSync(out, old);
    try {
      fs.renameSync(fresh, out);
    } catch (e) {
      if (fs.existsSync(old))
        fs.renameSync(old, out);
      throw e;
    }
  } finally {
    fs.rmSync(beside, { recursive: true, force: true });
  }
  return last.hash;
}

/* Folders that are left empty go too: a file may be called so now. */
function removeEmpty(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);

    if (!entry.isDirectory())
      continue;
    removeEmpty(name);
    if (fs.readdirSync(name).length === 0)
      fs.rmdirSync(name);
  }
}

/*
 * Brings @out up to date, touching what differs only; returns the names of that. First goes
 * what is listed no more and then comes the new list, so that whenever it is interrupted
 * there is nothing that the list does not have.
 */
export function updateBuild(out, app, files, versions) {
  const changed = [];
  const wanted = [stamp(files, versions), ...files];
  const names = new Set(wanted.map((file) => file.path));

  checkPlace(out, app);
  fs.mkdirSync(out, { recursive: true });
  for (const name of listFiles(out)) {
    if (!names.has(name)) {
      fs.rmSync(path.join(out, name));
      changed.push(name);
    }
  }
  removeEmpty(out);
  for (const file of wanted) {
    const place = path.join(out, file.path);

    if (fs.existsSync(place) && fs.readFileSync(place).equals(Buffer.from(file.contents)))
      continue;
    writeFile(out, file);
    if (file.path !== STAMP)
      changed.push(file.path);
  }
  return changed.sort();
}

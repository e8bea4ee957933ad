/* All that a built app consists of, in memory. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import { buildHost } from './host.mjs';
import { buildPages } from './pages.mjs';
import { AppError } from './report.mjs';

const require = createRequire(import.meta.url);

/* What the result depends on besides the app. */
export const versions = Object.fromEntries(
  ['@babel/standalone', '@babel/runtime', 'core-js', 'esbuild', 'typescript'].map((name) =>
    [name, require(`${name}/package.json`).version]));
versions.toolkit = require('../package.json').version;

/* The manifest as the author wrote it, but for the name of the host script. */
function manifestFile(project) {
  let { text } = project.manifest;

  if (project.main)
    text = applyEdits(text, modify(text, ['main'], 'main.js', {
      formattingOptions: { insertSpaces: true, tabSize: 2 }
    }));
  return { path: 'kiln.json', contents: text };
}

function nativeFiles(project) {
  return Object.values(project.modules).map(({ file }) => ({
    path: file,
    contents: fs.readFileSync(path.join(project.app, file)),
    executable: (fs.statSync(path.join(project.app, file)).mode & 0o111) !== 0
  }));
}

const nothing = { files: [], inputs: [], warnings: [] };

/*
 * Returns { files: [{ path, contents, executable }], inputs, warnings }. Throws AppError
 * with the errors of all parts, so that an author sees them at once.
 */
export async function buildApp(project, options) {
  const parts = await Promise.allSettled([
    project.main ? buildHost(project, options) : nothing,
    buildPages(project, options)
  ]);
  const errors = [];

  for (const { reason } of parts.filter((part) => part.status === 'rejected')) {
    if (!(reason instanceof AppError))
      throw reason;
    errors.push(...reason.errors);
  }
  if (errors.length > 0)
    throw new AppError(errors);

  const [host, pages] = parts.map((part) => part.value);

  return {
    files: [manifestFile(project), ...host.files, ...pages.files, ...nativeFiles(project)],
    inputs: [...host.inputs, ...pages.inputs],
    warnings: [...host.warnings, ...pages.warnings]
  };
}

/*
 * usage: node in-node.mjs FILE: what report() in FILE says when it runs in Node: the same
 * files as in the host script, not lowered, with the same npm packages.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const top = path.resolve(import.meta.dirname, '../..');
const esbuild = createRequire(path.join(top, 'build/toolkit/kiln.mjs'))('esbuild');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-in-node-'));
const outfile = path.join(folder, 'report.mjs');

try {
  await esbuild.build({
    entryPoints: [process.argv[2]], outfile, bundle: true, platform: 'node', format: 'esm',
    target: 'esnext', keepNames: true, tsconfigRaw: '{}'
  });
  const { report } = await import(pathToFileURL(outfile));

  await report((line) => console.log(line));
} finally {
  fs.rmSync(folder, { recursive: true });
}

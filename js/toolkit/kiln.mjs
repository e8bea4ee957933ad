#!/usr/bin/env node
/*
 * The toolkit: makes of an app in TypeScript, with npm packages, what the runtime
 * runs. The command "kiln" calls it for whatever needs Node; a device never does.
 *
 * This file needs neither the packages nor a new Node, so that it can say so.
 */
const NODE_MIN = [22, 18];

const [major, minor] = process.versions.node.split('.').map(Number);

function broken(text) {
  process.stderr.write(`kiln: ${text}\n`);
  process.exit(3);
}

if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]))
  broken(`the toolkit needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}`);

let cli;
try {
  cli = await import('./lib/cli.mjs');
} catch (e) {
  if (e.code !== 'ERR_MODULE_NOT_FOUND' && e.code !== 'MODULE_NOT_FOUND')
    throw e;
  broken(`the toolkit's packages are not installed in ${import.meta.dirname}: ` +
    'run "npm ci" there ("make toolkit" in a source tree)');
}
process.exitCode = await cli.main(process.argv.slice(2));

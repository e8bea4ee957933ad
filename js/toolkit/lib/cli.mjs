/* The command line. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp, versions } from './build.mjs';
import { checkPlace, writeBuild } from './output.mjs';
import { startProgress } from './progress.mjs';
import { readProject } from './project.mjs';
import {
  AppError, EXIT_APP, EXIT_OK, EXIT_TOOLKIT, EXIT_USAGE, show, sorted, UsageError
} from './report.mjs';
import { checkTypes } from './types.mjs';
import { watch } from './watch.mjs';

const HELP = `usage: kiln.mjs build APP --out DIR --sdk DIR [--mode production|development]
                     [--no-typecheck] [--json]
       kiln.mjs check APP --sdk DIR [--json]
       kiln.mjs watch APP --out DIR --sdk DIR

  build   type-check the app in the folder APP and write what the runtime runs to DIR,
          which is replaced if it is a build already
  check   report everything that build would refuse; writes nothing
  watch   build, and again when a file changes; one line of JSON on standard output for
          each result; ends when standard input ends

  --sdk DIR        the declarations of what the runtime brings (*.d.ts)
  --mode MODE      production or development, which build of packages like React is taken;
                   watch takes development, build and check production
  --no-typecheck   leave the types unchecked
  --json           errors as JSON on standard output instead of text

exit status: 0 fine, 1 the app has faults, 2 wrong usage, 3 the toolkit does not work here
`;

const OPTIONS = {
  out: { type: 'string' },
  sdk: { type: 'string' },
  mode: { type: 'string' },
  'no-typecheck': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
};

/* Bundles first: only then it is known which files there are to be checked. */
async function examine(app, options) {
  const project = readProject(app, options.sdk);
  const built = await buildApp(project, options);
  const errors = options.typecheck ? await checkTypes(project, built.inputs) : [];

  if (errors.length > 0)
    throw new AppError(errors);
  return { project, built };
}

async function check(app, options) {
  return { warnings: (await examine(app, options)).built.warnings };
}

async function build(app, options) {
  checkPlace(options.out, fs.realpathSync(app));
  const { project, built } = await examine(app, options);

  return {
    hash: writeBuild(options.out, project.app, built.files, versions),
    warnings: built.warnings
  };
}

const COMMANDS = {
  build: { run: build, needs: ['out', 'sdk'] },
  check: { run: check, needs: ['sdk'] },
  watch: { run: watch, needs: ['out', 'sdk'] }
};

function parseCommand(argv) {
  let parsed;

  try {
    parsed = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (e) {
    throw new UsageError(e.message);
  }
  const { values: options, positionals: [name, app, ...rest] } = parsed;

  if (options.help)
    return { help: true };
  const command = COMMANDS[name];

  if (!command)
    throw new UsageError(name ? `there is no command "${name}"` : 'a command is missing');
  if (!app || rest.length > 0)
    throw new UsageError('one app is expected');
  for (const option of command.needs) {
    if (!options[option])
      throw new UsageError(`${name} needs --${option}`);
  }
  if (options.mode && !['production', 'development'].includes(options.mode))
    throw new UsageError('--mode is production or development');
  if (!fs.statSync(app, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no folder ${app}`);
  if (!fs.statSync(options.sdk, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no folder ${options.sdk}`);
  options.typecheck = !options['no-typecheck'];
  options.mode ??= name === 'watch' ? 'development' : 'production';
  return { name, command, app, options };
}

/* The text or the JSON of one run, and the exit status that says the same. */
function finish({ app, options }, errors, result) {
  if (options.json)
    process.stdout.write(JSON.stringify({ ok: errors.length === 0, errors: sorted(errors),
      warnings: result?.warnings ?? [], hash: result?.hash }) + '\n');
  else
    show(app, sorted(errors));
  return errors.length === 0 ? EXIT_OK : EXIT_APP;
}

async function run(parsed) {
  const stopProgress = parsed.name === 'watch' ? () => {} : startProgress(parsed);

  try {
    const result = await parsed.command.run(parsed.app, parsed.options);

    stopProgress();
    if (!parsed.options.json)
      show(parsed.app, sorted(result.warnings), 'warning');
    return finish(parsed, [], result);
  } catch (e) {
    stopProgress();
    if (!(e instanceof AppError))
      throw e;
    return finish(parsed, e.errors, null);
  }
}

export async function main(argv) {
  try {
    const parsed = parseCommand(argv);

    if (parsed.help) {
      process.stdout.write(HELP);
      return EXIT_OK;
    }
    return await run(parsed);
  } catch (e) {
    if (e instanceof UsageError) {
      process.stderr.write(`kiln: ${e.message}\n`);
      return EXIT_USAGE;
    }
    process.stderr.write(`kiln: the toolkit failed: ${e.stack}\n`);
    return EXIT_TOOLKIT;
  }
}

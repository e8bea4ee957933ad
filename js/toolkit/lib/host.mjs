/*
 * The host script: one file in ES5 that Duktape runs, made of the author's modules
 * and the npm packages that they use. What the runtime brings (runtime:ipc, …) stays
 * a call of require().
 */
import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { authorsPlaceIn, lower, LowerError } from './lower.mjs';
import { fromEsbuild, packageOf } from './faults.mjs';
import { joinMaps } from './maps.mjs';
import { polyfillsFor } from './polyfills.mjs';
import { toolkit } from './paths.mjs';
import { AppError } from './report.mjs';



const LOADERS = {
  '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx', '.jsx': 'jsx'
};

/* What lowered code calls is the toolkit's, whatever the app has installed. */
const OWN = /^@babel\/runtime\/helpers\//;

const MAIN = /^kiln:main$/;

/*
 * In a namespace of its own, so that neither the bundle nor its map tells where the
 * toolkit is installed.
 */
const helpers = {
  name: 'helpers',
  setup(build) {
    build.onResolve({ filter: OWN }, (args) => {
      /* An ES module gets the helper as one, so that it can be joined without a wrapper. */
      const folder = args.kind === 'require-call' ? 'helpers' : 'helpers/esm';

      return {
        path: `node_modules/@babel/runtime/${folder}/${path.basename(args.path, '.js')}.js`,
        namespace: 'kiln',
        sideEffects: false
      };
    });
    build.onResolve({ filter: /^\./, namespace: 'kiln' }, (args) => ({
      path: path.join(path.dirname(args.importer), args.path), namespace: 'kiln',
      sideEffects: false
    }));
    build.onLoad({ filter: /./, namespace: 'kiln' }, async (args) => ({
      contents: await fs.promises.readFile(path.join(toolkit, args.path), 'utf8'), loader: 'js'
    }));
  }
};

/* @decorators: the compilerOptions that change what comes out when types are taken out. */
function lowering(app, tsconfig) {
  return {
    name: 'lower',
    setup(build) {
      build.onLoad({ filter: /\.([mc]?[jt]s|[jt]sx)$/ }, async (args) => {
        const source = await fs.promises.readFile(args.path, 'utf8');
        const file = path.relative(app, args.path);

        try {
          const contents = await lower(source, file, {
            loader: LOADERS[path.extname(args.path)] ?? 'js',
            isPackage: packageOf(file) !== null,
            tsconfig
          });

          return { contents, loader: 'js' };
        } catch (e) {
          if (e instanceof LowerError)
            return { errors: [{ text: e.message, location: e.location && { file, ...e.location } }] };
          if (e.errors)
            return { errors: e.errors.map(({ text, location, notes }) => ({
              text, location: location && { ...location, file }, notes
            })) };
          throw e;
        }
      });
    }
  };
}

/* Errors that esbuild would word for people who bundle for browsers are worded here. */
function runtimeModules(project) {
  const { sdk } = project;

  return {
    name: 'runtime-modules',
    setup(build) {
      build.onResolve({ filter: /^(runtime|native):/ }, (args) => {
        if (sdk.modules.includes(args.path))
          return { path: args.path, external: true };
        return { errors: [{ text: `there is no module "${args.path}"`,
          notes: [{ text: `There are: ${sdk.modules.join(', ')}` +
            (args.path.startsWith('native:') ? '; kiln.json names native ones, in "modules"' : '') }] }] };
      });
      build.onResolve({ filter: MAIN }, () => ({
        path: path.join(project.app, project.main), sideEffects: true
      }));
      build.onResolve({ filter: /./ }, (args) => {
        const name = args.path.replace(/^node:/, '').split('/')[0];

        if (args.kind === 'entry-point' || args.pluginData === 'again' ||
            !args.path.startsWith('node:') && !builtinModules.includes(name))
          return null;
        return resolveBuiltin(build, args, name, sdk);
      });
    }
  };
}

/* Of a package that is called like a part of Node ("events", "buffer") the package counts. */
async function resolveBuiltin(build, args, name, sdk) {
  if (!args.path.startsWith('node:')) {
    const found = await build.resolve(args.path, {
      kind: args.kind, importer: args.importer, resolveDir: args.resolveDir, pluginData: 'again'
    });

    if (found.errors.length === 0)
      return found;
  }
  return { errors: [{
    text: `"${args.path}" is part of Node, and the host script does not run in Node`,
    notes: [{ text: `What the runtime brings is ${sdk.modules.join(', ')}; ` +
      'many packages have a build for browsers that does without Node.' }]
  }] };
}

/* esbuild has read what was lowered, but for what lowering itself had to say. */
function fault(message) {
  if (message.location && message.pluginName !== 'lower')
    Object.assign(message.location, authorsPlaceIn(message.location.file, message.location));
  return fromEsbuild(message);
}

/*
 * Returns { files: [{ path, contents }], inputs, warnings }: main.js, its map, and
 * what they were made of (absolute paths).
 */
export async function buildHost(project, { mode }) {
  let result;

  try {
    result = await esbuild.build({
      absWorkingDir: project.app,
      /* The script is imported and not the entry itself: nobody would ask for its exports. */
      stdin: { contents: 'import "kiln:main";', resolveDir: project.app, sourcefile: 'kiln' },
      outfile: path.join(project.app, 'main.js'),
      write: false,
      bundle: true,
      format: 'cjs',
      platform: 'neutral',
      target: 'es5',
      /* Builds for browsers do without Node; "import" is what can be shaken. */
      mainFields: ['browser', 'module', 'main'],
      conditions: ['kiln', 'browser', 'module', mode],
      define: {
        'process.env.NODE_ENV': JSON.stringify(mode),
        'import.meta.env': 'undefined'
      },
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      metafile: true,
      logLevel: 'silent',
      tsconfig: project.tsconfig ?? undefined,
      tsconfigRaw: project.tsconfig ? undefined : '{}',
      supported: { 'dynamic-import': false },
      plugins: [runtimeModules(project), helpers, lowering(project.app, project.tsconfigRaw)]
    });
  } catch (e) {
    if (!e.errors)
      throw e;
    throw new AppError(e.errors.map(fault));
  }

  const code = result.outputFiles.find((file) => file.path.endsWith('.js')).text;
  const map = result.outputFiles.find((file) => file.path.endsWith('.map')).text;
  const polyfills = await polyfillsFor(code);
  /* Modules are strict; what Node would run otherwise, old packages, is strict here too. */
  const joined = joinMaps(`'use strict';\n${polyfills}`, code, map);

  return {
    files: [
      { path: 'main.js', contents: `${joined.code}//# sourceMappingURL=main.js.map\n` },
      { path: 'main.js.map', contents: joined.map }
    ],
    inputs: Object.keys(result.metafile.inputs).filter((file) => !/^kiln(:|$)/.test(file))
      .map((file) => path.resolve(project.app, file)),
    warnings: result.warnings.map(fault)
  };
}

/**
 * Builds what is published: dist/cli (the program, with everything it needs bundled in) and dist/lib (the library, with its types).
 *
 * The program is a few files: podwright.cjs looks at Node's version and turns on the compile cache, main.cjs holds the commands and the cluster client,
 * and what few runs need lies beside, such as dashboard.mjs with Ink and React. Inside main.cjs a module still runs only when it is asked for.
 * CommonJS, because loading it takes half the time of as many ES modules. NODE_ENV is fixed at build time, as React reads it when it loads.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { templateFiles } from '../cmd/template-files.ts';
import { fieldTexts } from './field-texts.ts';
import { lazyModules } from './lazy-modules.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
  metafile: true,
} satisfies BuildOptions;

const program = {
  ...common,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', PODWRIGHT_VERSION: JSON.stringify(version) },
} satisfies BuildOptions;

const commonJs = {
  ...program,
  format: 'cjs',
  define: { ...program.define, 'import.meta.url': 'podwrightUrl' },
  banner: { js: "const podwrightUrl=require('node:url').pathToFileURL(__filename).href;" },
} satisfies BuildOptions;

const esModule = {
  ...program,
  format: 'esm',
  // CommonJS packages inside an ES module still call `require` for Node's own modules.
  banner: { js: "import{createRequire as podwrightRequire}from'node:module';const require=podwrightRequire(import.meta.url);" },
  // Ink loads React's developer tools where they are asked for by an environment variable that a production bundle does not read.
  alias: { 'react-devtools-core': join(root, 'build/no-devtools.ts'), 'string-width': join(root, 'build/string-width.ts') },
  // Ink's layout engine would read its own bytes through `fetch`, for which Node loads a whole HTTP client.
  define: { ...program.define, fetch: 'undefined' },
} satisfies BuildOptions;

/** What few runs of the program need, each a file of its own: Node reads and checks all of main.cjs at every start. By file name: what is in it. */
const parts: Readonly<Record<string, { readonly entry: string; readonly imported: RegExp }>> = {
  'dashboard.mjs': { entry: 'src/tui/screens.ts', imported: /tui\/screens\.ts$/ },
  'recordings.cjs': { entry: 'src/record/recordings.ts', imported: /\/record\/recordings\.ts$/ },
  'manifest.cjs': { entry: 'src/manifest/manifests.ts', imported: /\/manifests\.ts$/ },
  'patterns.cjs': { entry: 'cmd/pattern-runs.ts', imported: /\/pattern-runs\.ts$/ },
  'documentation.cjs': { entry: 'src/manifest/built-in-documentation.ts', imported: /\/built-in-documentation\.ts$/ },
  'pod-advice.cjs': { entry: 'src/manifest/pod-advice.ts', imported: /\/manifest\/pod-advice\.ts$/ },
  'streams.cjs': { entry: 'src/kube/pod-streams.ts', imported: /\/pod-streams\.ts$/ },
  'yaml.cjs': { entry: 'src/report/yaml-text.ts', imported: /\/yaml-text\.ts$/ },
};

async function bundleProgram(): Promise<void> {
  rmSync(join(root, 'dist/cli'), { recursive: true, force: true });
  // The entry requires what it loads: an import would start the loader of ES modules beside.
  const entry = { ...commonJs, supported: { 'dynamic-import': false } };
  await build({ ...entry, entryPoints: ['cmd/podwright.ts'], outfile: 'dist/cli/podwright.cjs', plugins: [apart('main.cjs', /\/main\.ts$/)] });
  const partsApart = Object.entries(parts).map(([file, { imported }]) => apart(file, imported));
  const files = [
    build({
      ...commonJs,
      entryPoints: ['cmd/main.ts'],
      outfile: 'dist/cli/main.cjs',
      plugins: [...partsApart, lazyModules()],
    }),
    ...Object.entries(parts).map(([file, part]) =>
      build({ ...(file.endsWith('.mjs') ? esModule : commonJs), entryPoints: [part.entry], outfile: `dist/cli/${file}`, plugins: [...partsApart, templates] }),
    ),
  ];
  copyFileSync(join(root, 'test/recorded/shop.ndjson.gz'), join(root, 'dist/cli/demo.ndjson.gz'));
  writeFileSync(join(root, 'dist/cli/field-texts.json'), JSON.stringify(fieldTexts()));
  writeFileSync(join(root, 'dist/cli/THIRD-PARTY-NOTICES'), notices((await Promise.all(files)).map(({ metafile }) => metafile)));
}

/** Puts the text of the templates in place of the module that reads them. */
const templates: Plugin = {
  name: 'templates',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/template-files\.ts$/ }, () => ({ contents: `export const templateFiles = () => (${JSON.stringify(templateFiles())});` })),
};

/** Leaves a module that is imported on demand out of a bundle. */
function apart(file: string, imported: RegExp): Plugin {
  return {
    name: 'apart',
    setup: ({ onResolve }) => onResolve({ filter: imported }, ({ kind }) => (kind === 'dynamic-import' ? { path: `./${file}`, external: true } : undefined)),
  };
}

async function bundleLibrary(): Promise<void> {
  rmSync(join(root, 'dist/lib'), { recursive: true, force: true });
  await build({ ...common, format: 'esm', entryPoints: ['src/index.ts'], outdir: 'dist/lib', packages: 'external' });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.lib.json')], { stdio: 'inherit', cwd: root });
}

/** The licences of the packages whose code is in the bundles. */
function notices(metafiles: readonly Metafile[]): string {
  const packages = new Set(
    metafiles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap((input) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[0] ?? []),
  );
  return [...packages]
    .toSorted()
    .map((folder) => {
      const at = join(root, folder);
      const { name, version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as Record<string, string>;
      const file = readdirSync(at).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? '' : readFileSync(join(at, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

await bundleProgram();
if (!process.argv.includes('--program-only')) await bundleLibrary();

/**
 * Builds what is published: dist/cli (the program, with everything it needs bundled in) and dist/lib (the library, with its types).
 *
 * The program is one bundle split at its dynamic imports: each command, the cluster client and Ink are files of their own that load only when
 * they are asked for, and Node's compile cache keeps their bytecode. NODE_ENV is fixed at build time, as React reads it when it loads.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { lazyModules } from './lazy-modules.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', PODWRIGHT_VERSION: JSON.stringify(version) },
};

/** CommonJS packages inside an ESM bundle still call `require` for Node's own modules. */
const requireBanner = "import{createRequire as podwrightRequire}from'node:module';const require=podwrightRequire(import.meta.url);";

async function bundleProgram(): Promise<void> {
  const result = await build({
    ...common,
    entryPoints: [{ in: 'cmd/podwright.ts', out: 'podwright' }],
    outdir: 'dist/cli',
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: requireBanner },
    plugins: [lazyModules()],
    // Ink loads React's developer tools where they are asked for by an environment variable that a production bundle does not read.
    alias: { 'react-devtools-core': join(root, 'build/no-devtools.ts') },
  });
  writeFileSync(join(root, 'dist/cli/THIRD-PARTY-NOTICES'), notices(result.metafile));
}

async function bundleLibrary(): Promise<void> {
  await build({ ...common, entryPoints: ['src/index.ts'], outdir: 'dist/lib', packages: 'external', minifyWhitespace: false, minifySyntax: false });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.lib.json')], { stdio: 'inherit', cwd: root });
}

/** The licences of the packages whose code is in the bundle. */
function notices(metafile: Metafile): string {
  const packages = new Set(Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[0] ?? []));
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

if (existsSync(join(root, 'dist'))) rmSync(join(root, 'dist'), { recursive: true });
await bundleProgram();
if (!process.argv.includes('--program-only')) await bundleLibrary();

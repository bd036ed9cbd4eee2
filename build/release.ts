/**
 * Makes what a release consists of, in release/, and publishes nothing: the npm package, the archive of the kubectl plugin with the manifest by which
 * krew installs it, and the checksums. The same tree gives the same bytes.
 *
 *   node build/release.ts [--url URL] [--built]
 *
 * URL: where releases will be fetched from, a folder a version; --built: dist/ is up to date.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { create } from 'tar';
import { stringify } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string; description: string };
const { url, built } = parseArgs({
  options: { url: { type: 'string', default: 'https://releases.invalid/podwright' }, built: { type: 'boolean', default: false } },
}).values;
const release = join(root, 'release');
const archive = `kubectl-podwright-v${version}.tar.gz`;

/** krew links to it, so that it has to find what lies beside it behind any number of links. */
const launcher = `#!/bin/sh
# Runs Podwright as a plugin of kubectl, on the Node that is on the PATH.
self=$0
while [ -h "$self" ]; do
  to=$(readlink "$self")
  case $to in /*) self=$to ;; *) self=$(dirname "$self")/$to ;; esac
done
if ! command -v node >/dev/null 2>&1; then
  echo 'podwright: needs Node 22 or newer on the PATH, and there is no node' >&2
  exit 2
fi
exec node "$(dirname "$self")/cli/kubectl-podwright.cjs" "$@"
`;

rmSync(release, { recursive: true, force: true });
mkdirSync(release);
if (!built) execFileSync(process.execPath, [join(root, 'build/bundle.ts')], { stdio: 'inherit' });
execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', release], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
await packPlugin();
writeFileSync(join(release, 'podwright.yaml'), krewManifest(sha256(join(release, archive))));
const files = readdirSync(release).toSorted();
writeFileSync(join(release, 'SHA256SUMS'), files.map((file) => `${sha256(join(release, file))}  ${file}\n`).join(''));
process.stdout.write(files.map((file) => `release/${file}\n`).join(''));

async function packPlugin(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-release-'));
  try {
    writeFileSync(join(folder, 'kubectl-podwright'), launcher);
    chmodSync(join(folder, 'kubectl-podwright'), 0o755);
    copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    mkdirSync(join(folder, 'cli'));
    for (const file of readdirSync(join(root, 'dist/cli'))) {
      // By its name the program knows that it is called as a plugin.
      copyFileSync(join(root, 'dist/cli', file), join(folder, 'cli', file === 'podwright.cjs' ? 'kubectl-podwright.cjs' : file));
    }
    const entries = [
      'LICENSE',
      'kubectl-podwright',
      ...readdirSync(join(folder, 'cli'))
        .toSorted()
        .map((file) => `cli/${file}`),
    ];
    await create({ cwd: folder, file: join(release, archive), gzip: { level: 9 }, portable: true, mtime: new Date(0) }, entries);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Source: krew's docs/developer-guide/plugin-manifest. One archive serves all platforms that have a POSIX shell. */
function krewManifest(sum: string): string {
  return stringify(
    {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'podwright' },
      spec: {
        version: `v${version}`,
        shortDescription: 'See what Pods do, and why one is not Ready',
        description,
        caveats: 'Needs Node 22 or newer on the PATH. `kubectl podwright completion kubectl` makes kubectl complete names of Pods.',
        platforms: [
          {
            selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
            uri: `${url}/v${version}/${archive}`,
            sha256: sum,
            bin: 'kubectl-podwright',
          },
        ],
      },
    },
    { lineWidth: 0 },
  );
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

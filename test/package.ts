/**
 * Checks what is published, not what is in the tree: packs the tarball, looks at it as registries and compilers do, installs it in an empty
 * folder and runs it there. Needs no cluster.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeApi } from './fake-api/fake-api.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'podwright-package-'));

try {
  const [packed] = JSON.parse(quiet('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root)) as [
    { filename: string; files: { path: string }[] },
  ];
  const tarball = join(folder, packed.filename);
  const stray = packed.files.filter(({ path }) => !/^(dist\/|README\.md|LICENSE|CHANGELOG\.md|package\.json|docs\/)/.test(path));
  expect(stray.length === 0, `files that do not belong in the package: ${stray.map(({ path }) => path).join(', ')}`);
  quiet('publint', ['--strict', tarball], root);
  quiet('attw', [tarball, '--profile', 'esm-only'], root);

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  quiet('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], folder);
  const program = join(folder, 'node_modules/.bin/podwright');
  // A kubeconfig that does not exist: nothing of this machine's may be reached.
  const env = { ...process.env, KUBECONFIG: join(folder, 'none'), HOME: folder };
  const run = (...args: string[]) => spawnSync(program, args, { encoding: 'utf8', env });

  const printed = run('--version');
  expect(printed.status === 0 && printed.stdout.includes(version), `--version printed ${printed.stdout}${printed.stderr}`);
  const help = run('--help');
  expect(help.status === 0 && help.stdout.includes('get') && help.stdout.includes('dash'), `--help printed ${help.stdout}${help.stderr}`);
  const plugin = spawnSync(join(folder, 'node_modules/.bin/kubectl-podwright'), ['--help'], { encoding: 'utf8', env });
  expect(plugin.stdout.includes('kubectl podwright'), `as a plugin, --help printed ${plugin.stdout}${plugin.stderr}`);
  const completed = spawnSync(join(folder, 'node_modules/.bin/kubectl_complete-podwright'), ['ver'], { encoding: 'utf8', env });
  expect(completed.stdout.startsWith('version\t'), `as what completes a plugin, it printed ${completed.stdout}${completed.stderr}`);
  const unknown = run('gett');
  expect(unknown.status === 2 && unknown.stdout === '', `an unknown command exited with ${unknown.status}`);
  const lost = run('get');
  expect(lost.status === 3 && lost.stderr.includes('kubeconfig'), `get without a kubeconfig exited with ${lost.status}: ${lost.stderr}`);

  for (const args of [
    ['--version'],
    ['--help'],
    ['get', '--help'],
    ['version', '--client'],
    ['record', '--help'],
    ['timeline', '--help'],
    ['exec', '--help'],
    ['new', '--list'],
    ['new', 'log-streamer', '--help'],
    ['__complete', 'get', '--'],
  ]) {
    const loaded = await loadedBy(args);
    expect(!loaded.recordings, `${args.join(' ')} loads the recordings`);
    expect(!loaded.client, `${args.join(' ')} loads the cluster client`);
    expect(!loaded.react, `${args.join(' ')} loads React and Ink`);
    expect(!loaded.streams, `${args.join(' ')} loads what streams with Pods`);
  }
  const manifest = join(folder, 'pod.yaml');
  writeFileSync(manifest, 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web}]}\n');
  const linted = await loadedBy(['lint', manifest]);
  expect(linted.status === 1, `lint of a Pod without an image exited with ${linted.status}`);
  expect(!linted.client && !linted.react && !linted.recordings, 'lint is to load neither the cluster client nor React nor the recordings');
  // With a server, so that they run to their end: what is loaded last counts as well.
  const api = new FakeApi();
  await api.start();
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'fake', cluster: { server: api.url.href } }],
        contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
        users: [{ name: 'fake', user: {} }],
        'current-context': 'fake',
      }),
    );
    api.apply('web');
    for (const args of [['get', '-o', 'name'], ['version']]) {
      const loaded = await loadedBy([...args, '--kubeconfig', kubeconfig]);
      expect(loaded.status === 0, `${args.join(' ')} exited with ${loaded.status}`);
      expect(loaded.client && !loaded.react, `${args.join(' ')} is to load the cluster client, and React not`);
      expect(!loaded.recordings && !loaded.streams, `${args.join(' ')} loads the recordings, or what streams with Pods`);
    }
  } finally {
    await api.stop();
  }
  const scaffold = join(folder, 'web.yaml');
  for (const args of [
    ['new', 'pod', 'web', '--image', 'registry.example/web:1', '--with', 'file-server', '-o', scaffold],
    ['add', 'log-streamer', '-f', scaffold, '-i'],
    ['remove', 'log-streamer', '-f', scaffold],
  ]) {
    const loaded = await loadedBy(args);
    expect(loaded.status === 0, `${args.join(' ')} exited with ${loaded.status}`);
    expect(!loaded.client && !loaded.react, `${args.join(' ')} is to load neither the cluster client nor React`);
  }
  const recorded = await loadedBy(['get', '--from-recording', join(folder, 'node_modules/podwright/dist/cli/demo.ndjson.gz')]);
  expect(recorded.status === 0 && recorded.recordings && !recorded.client, 'get --from-recording is to load the recordings, and the cluster client not');

  writeFileSync(
    join(folder, 'library.ts'),
    `import { check, type CheckReport, explainPod, type Finding, podFacts, podStatus, type PodStatus, PodwrightError } from 'podwright';
const status: PodStatus = podStatus(podFacts({ metadata: { name: 'web' }, status: { phase: 'Pending' } }), Date.now());
if (status.status !== 'Pending') throw new Error(status.status);
const kubeconfig = 'no-such-kubeconfig';
const worst = async (): Promise<Finding | undefined> => (await explainPod('web-0', { kubeconfig, namespace: 'shop' })).findings[0];
const gate = (): Promise<CheckReport> => check(['deploy/web', 'job/migrate'], { kubeconfig, timeoutMs: 60_000, goal: { kind: 'ready', orCompleted: true } });
for (const call of [worst, gate]) {
  const error: unknown = await call().catch((failed: unknown) => failed);
  if (!(error instanceof PodwrightError) || !error.code.endsWith('kubeconfig')) throw new Error(String(error));
}
`,
  );
  quiet(process.execPath, ['library.ts'], folder);
  quiet('tsc', ['--strict', '--noEmit', '--module', 'nodenext', '--types', 'node', '--typeRoots', join(root, 'node_modules/@types'), 'library.ts'], folder);
  console.log(`${packed.files.length} files, installed and run from ${packed.filename}`);
} finally {
  rmSync(folder, { recursive: true });
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly functionName: string; readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

interface Loaded {
  readonly status: number | null;
  readonly client: boolean;
  readonly react: boolean;
  readonly recordings: boolean;
  readonly streams: boolean;
}

/** Which of the large parts of the bundles a command line runs, told by V8's own account of the functions that were called. */
async function loadedBy(args: readonly string[]): Promise<Loaded> {
  const coverage = mkdtempSync(join(folder, 'coverage-'));
  const env = { ...process.env, KUBECONFIG: join(folder, 'none'), HOME: folder, NODE_V8_COVERAGE: coverage };
  const child = spawn(process.execPath, [join(folder, 'node_modules/podwright/dist/cli/podwright.cjs'), ...args], { env, stdio: 'ignore' });
  const [status] = (await once(child, 'close')) as [number | null];
  const scripts = readdirSync(coverage).flatMap((file) => (JSON.parse(readFileSync(join(coverage, file), 'utf8')) as Coverage).result);
  expect(
    scripts.some(({ url }) => url.endsWith('/podwright.cjs')),
    `V8 told of no scripts for ${args.join(' ')}`,
  );
  // The bundler wraps each module into a function that bears its path, and calls it when the module is asked for.
  const called = scripts.flatMap(({ functions }) => functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).map(({ functionName }) => functionName));
  return {
    status,
    client: called.some((name) => name.includes('client-node/dist/config.js')),
    react: scripts.some(({ url }) => url.endsWith('/dashboard.mjs')),
    recordings: scripts.some(({ url }) => url.endsWith('/recordings.cjs')),
    streams: scripts.some(({ url }) => url.endsWith('/streams.cjs')),
  };
}

/** The output; a failure shows it. */
function quiet(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/**
 * What `npm test` runs: every check, each with its time and a bound after which it is killed and has failed. The tests on the cluster wait much and
 * compute little, so they run beside the others as soon as the cluster and the program are there.
 * Goes on after a failure, so that one run tells all, and closes with `N passed, N failed`, counting tests where a check is made of tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
  /** Where vitest writes what became of each test, for a check that is made of tests. */
  readonly results?: string;
  /** Minutes it may take. */
  readonly bound: number;
}

interface Outcome {
  readonly code: number;
  readonly seconds: string;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const environment = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };

function vitest(name: string, bound: number, projects: readonly string[], ...more: readonly string[]): Check {
  const results = join(root, `coverage/${projects[0]}.json`);
  const argv = ['vitest', 'run', `--outputFile.json=${results}`, ...projects.flatMap((project) => ['--project', project]), ...more];
  return { name, argv, results, bound };
}

const build: Check = { name: 'build', argv: ['node', 'build/bundle.ts'], bound: 5 };
const localChecks: readonly Check[] = [
  { name: 'format', argv: ['biome', 'check', '--error-on-warnings', '.'], bound: 5 },
  { name: 'lint', argv: ['oxlint', '--type-aware', '--deny-warnings'], bound: 5 },
  { name: 'types', argv: ['tsc', '-p', 'tsconfig.json'], bound: 5 },
  { name: 'unused code', argv: ['knip'], bound: 5 },
  { name: 'package', argv: ['node', 'test/package.ts'], bound: 10 },
  vitest('unit, golden, property', 10, ['unit', 'golden', 'property'], '--coverage'),
];
/** Where everything has to be built, it takes half an hour. */
const cluster: Check = { name: 'cluster', argv: ['node', 'test/integration/cluster.ts', 'up'], bound: 60 };
const integration = vitest('integration', 25, ['integration', 'scale', 'trouble']);

const local = process.argv.includes('--local');
const running = new Set<ChildProcess>();
let passed = 0;
let failed = 0;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) end(child, 'SIGKILL');
    process.exit(1);
  });
}

const clusterIsUp = local ? undefined : run(cluster, 'cluster');
await check(build);
await Promise.all([checkLocally(), local ? undefined : checkOnCluster()]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function checkLocally(): Promise<void> {
  for (const each of localChecks) await check(each);
}

/** Runs even where the cluster did not come up: its set-up tries once more, and says why there is none. */
async function checkOnCluster(): Promise<void> {
  const up = await clusterIsUp;
  if (up) console.log(`${up.code === 0 ? '✔' : '✖'} cluster, ${up.seconds} s\n`);
  await check(integration, 'integration');
}

async function check(what: Check, label?: string): Promise<void> {
  if (what.results) rmSync(what.results, { force: true });
  const { code, seconds } = await run(what, label);
  console.log(`${code === 0 ? '✔' : '✖'} ${what.name}, ${seconds} s${code === 0 ? '' : `: exit ${code}`}\n`);
  count(what, code);
}

/** A check that is made of tests but left no results, or failed beside its tests, is a failure of its own. */
function count({ results }: Check, code: number): void {
  const tests = results && existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number }) : undefined;
  passed += tests?.numPassedTests ?? (code === 0 && !results ? 1 : 0);
  failed += tests?.numFailedTests ?? 0;
  if (code !== 0 && (tests?.numFailedTests ?? 0) === 0) failed++;
  if (code === 0 && results && (tests?.numPassedTests ?? 0) === 0) failed++;
}

/** Runs the command of a check, found in node_modules/.bin, to its end or its bound; `label` stands before each line it writes. */
async function run({ name, argv, bound }: Check, label?: string): Promise<Outcome> {
  const [command = '', ...args] = argv;
  const started = performance.now();
  // A process group of its own, so that with a check that hangs all it has started can be ended.
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', label ? 'pipe' : 'inherit', label ? 'pipe' : 'inherit'],
    env: environment,
    detached: true,
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => console.log(line === '' ? '' : `${label}: ${line}`));
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  const limit = setTimeout(() => {
    console.error(`✖ ${name} has not ended within ${bound} minutes and is killed`);
    end(child, 'SIGKILL');
    resolve(124);
  }, bound * 60_000);
  child.on('error', (error) => {
    console.error(`${command}: ${error.message}`);
    resolve(127);
  });
  child.on('close', (code) => resolve(code ?? 1));
  // Something that a check leaves behind may hold its output open: then the end of the process counts.
  child.on('exit', (code) => setTimeout(resolve, 5_000, code ?? 1).unref());
  const code = await promise;
  clearTimeout(limit);
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  running.delete(child);
  return { code, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}

function end({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

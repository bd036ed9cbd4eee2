/**
 * What `npm test` runs: every check, one after the other, each with its time. The test cluster comes up meanwhile, as that takes longest.
 * Goes on after a failure, so that one run tells all, and closes with `N passed, N failed`, counting tests where a check is made of tests.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
  /** Made of tests: its vitest results are counted one by one. */
  readonly tests?: boolean;
  /** Waits for the cluster, and fails without one. */
  readonly cluster?: boolean;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const results = join(root, 'coverage/results.json');

const checks: readonly Check[] = [
  { name: 'format', argv: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'lint', argv: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', argv: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'unused code', argv: ['knip'] },
  { name: 'build', argv: ['node', 'build/bundle.ts'] },
  { name: 'package', argv: ['node', 'test/package.ts'] },
  { name: 'unit, golden, property', argv: ['vitest', 'run', '--coverage', '--project', 'unit', '--project', 'golden', '--project', 'property'], tests: true },
  { name: 'integration', argv: ['vitest', 'run', '--project', 'integration', '--project', 'scale', '--project', 'trouble'], tests: true, cluster: true },
];

const local = process.argv.includes('--local');
let passed = 0;
let failed = 0;

const cluster = local ? undefined : run(['node', 'test/integration/cluster.ts', 'up'], 'cluster');

for (const check of checks) {
  if (local && check.cluster) continue;
  if (check.cluster) await cluster;
  rmSync(results, { force: true });
  const started = performance.now();
  const code = await run(check.argv);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✔' : '✖'} ${check.name}, ${seconds} s${code === 0 ? '' : `: exit ${code}`}\n`);
  count(check, code);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** A check that is made of tests but left no results, or failed beside its tests, is a failure of its own. */
function count(check: Check, code: number): void {
  const tests =
    check.tests && existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number }) : undefined;
  passed += tests?.numPassedTests ?? (code === 0 && !check.tests ? 1 : 0);
  failed += tests?.numFailedTests ?? 0;
  if (code !== 0 && (tests?.numFailedTests ?? 0) === 0) failed++;
  if (code === 0 && check.tests && (tests?.numPassedTests ?? 0) === 0) failed++;
}

/** The exit code. The commands are those of node_modules/.bin, which npm has put on the PATH; `label` stands before each line. */
function run(argv: readonly string[], label?: string): Promise<number> {
  const [command = '', ...args] = argv;
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', label ? 'pipe' : 'inherit', label ? 'pipe' : 'inherit'], env: environment() });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => process.stdout.write(text.replaceAll(/^(?=.)/gm, `${label}: `)));
  }
  child.on('error', (error) => {
    console.error(`${command}: ${error.message}`);
    resolve(127);
  });
  child.on('close', (code) => resolve(code ?? 1));
  return promise;
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
}

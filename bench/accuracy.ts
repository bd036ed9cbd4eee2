/**
 * Which root causes `podwright check` names, and which `kubectl wait` and `kubectl describe pod`: `node bench/accuracy.ts`, with `--write` also into
 * docs/accuracy.md. Every scenario of test/integration/scenarios runs once on the test cluster, and both are asked about the same Pod.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiServer } from '../test/integration/api-server.ts';
import { say } from '../test/integration/cluster/process.ts';
import { clusterUp, kubectlPath } from '../test/integration/cluster.ts';
import { ScenarioRegistry } from '../test/integration/scenario-registry.ts';
import { type Scenario, scenarios } from '../test/integration/scenarios.ts';
import { TableWatch } from '../test/integration/table-oracle.ts';
import { rootCauses } from './accuracy-causes.ts';

/** How long both wait: longer than any grace. */
const timeout = '100s';
/** Where what they printed is kept, to look at. */
const outputs = join(tmpdir(), 'podwright-accuracy');

interface Printed {
  readonly exitCode: number;
  readonly text: string;
}

interface Row {
  readonly name: string;
  readonly ours: Printed;
  readonly theirs: Printed;
}

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/cli/podwright.cjs');
execFileSync(process.execPath, [join(root, 'build/bundle.ts'), '--program-only'], { stdio: 'inherit' });
const { kubeconfig } = await clusterUp();
const kubectl = kubectlPath();
const env = { ...process.env, KUBECONFIG: kubeconfig, LC_ALL: 'C.UTF-8' };
/** Those that take no more than a manifest and a deletion; a kubelet pulls one image at a time, and one that does not come would hold up the others. */
const asked = scenarios.filter(({ name, file, action }) => file.plain && action !== 'evict' && name !== 'image-pulling');
const unknown = asked.filter(({ name }) => !(name in rootCauses)).map(({ name }) => name);
if (unknown.length > 0) throw new Error(`bench/accuracy-causes.ts does not say what is to be found in ${unknown.join(', ')}`);

mkdirSync(outputs, { recursive: true });
const server = await ApiServer.connect(kubeconfig);
const registry = await ScenarioRegistry.start(server);
const watch = new TableWatch(server);
const rows = await Promise.all(asked.map(looked)).finally(() => Promise.all([watch.close(), registry.stop()]));
const text = tableText(rows);
console.log(`\n${text}\nWhat was printed: ${outputs}`);
if (values.write) {
  const path = join(root, 'docs/accuracy.md');
  const document = readFileSync(path, 'utf8');
  const mark = '<!-- accuracy -->\n';
  writeFileSync(path, document.slice(0, document.indexOf(mark) + mark.length) + text);
}
process.exit();

/** Creates a scenario in a namespace of its own, asks both about it once it has come as far as it should, and deletes it. */
async function looked(scenario: Scenario): Promise<Row> {
  const { name, action, statuses, statusesAfter } = scenario;
  const namespace = `accuracy-${name}`;
  await must(['create', 'namespace', namespace]);
  try {
    await must(['wait', '--for=create', 'serviceaccount/default', '-n', namespace, '--timeout=60s']);
    const objects = registry.objects(scenario);
    await must(['apply', '-n', namespace, '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    await watch.reaches(namespace, name, statuses);
    if (action === 'delete') {
      await must(['delete', 'pod', name, '-n', namespace, '--wait=false']);
      await watch.reaches(namespace, name, [...statuses, ...statusesAfter]);
    }
    const [ours, theirs] = await Promise.all([
      printed(process.execPath, [program, 'check', `pod/${name}`, '-n', namespace, '--timeout', timeout]),
      waitedAndDescribed(name, namespace),
    ]);
    writeFileSync(join(outputs, `${name}.podwright`), ours.text);
    writeFileSync(join(outputs, `${name}.kubectl`), theirs.text);
    say(name);
    return { name, ours, theirs };
  } finally {
    await must(['delete', 'namespace', namespace, '--wait=false']);
  }
}

/** A Pod that is on its way out is described at once, as it would be gone after the wait. */
async function waitedAndDescribed(name: string, namespace: string): Promise<Printed> {
  const before = await printed(kubectl, ['describe', 'pod', name, '-n', namespace]);
  const waited = await printed(kubectl, ['wait', `pod/${name}`, '--for=condition=Ready', `--timeout=${timeout}`, '-n', namespace]);
  const after = await printed(kubectl, ['describe', 'pod', name, '-n', namespace]);
  return { exitCode: waited.exitCode, text: waited.text + (after.exitCode === 0 ? after : before).text };
}

/** stdout and stderr, and the exit code. */
function printed(command: string, args: readonly string[]): Promise<Printed> {
  return new Promise((resolve) => {
    execFile(command, args, { env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ exitCode: code, text: stdout + stderr });
    });
  });
}

async function must(args: readonly string[], input = ''): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = execFile(kubectl, args, { env }, (error, _, stderr) =>
    error === null ? resolve() : reject(new Error(`kubectl ${args.join(' ')}: ${stderr}`)),
  );
  child.stdin?.end(input);
  await promise;
}

function tableText(all: readonly Row[]): string {
  const wrong = all.flatMap((row) => {
    const cause = rootCauses[row.name];
    return cause === undefined ? [] : [{ ...row, is: cause.is, ours: cause.words.test(row.ours.text), theirs: cause.words.test(row.theirs.text) }];
  });
  const well = all.filter(({ name }) => rootCauses[name] === undefined);
  const number = (of: (row: (typeof wrong)[number]) => boolean): string => `${wrong.filter(of).length} of ${wrong.length}`;
  return [
    `| scenario | the root cause | \`podwright check\` | \`kubectl wait\`, \`describe\` |`,
    '|---|---|---|---|',
    ...wrong.map(({ name, is, ours, theirs }) => `| ${name} | ${is} | ${named(ours)} | ${named(theirs)} |`),
    `| **named** | | **${number(({ ours }) => ours)}** | **${number(({ theirs }) => theirs)}** |`,
    '',
    'Where nothing is wrong:',
    '',
    '| scenario | `podwright check` | `kubectl wait --for=condition=Ready` |',
    '|---|---|---|',
    ...well.map(({ name, ours, theirs }) => `| ${name} | ${passes(ours)} | ${passes(theirs)} |`),
    '',
  ].join('\n');
}

function named(yes: boolean): string {
  return yes ? 'named' : 'not named';
}

function passes({ exitCode }: Printed): string {
  return exitCode === 0 ? 'passes' : `fails, exit code ${exitCode}`;
}

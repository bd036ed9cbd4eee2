/**
 * How long after a Pod is doomed `podwright check` ends: `node bench/check-latency.ts`, with `--write` also into docs/performance.md.
 *
 * A Pod is created behind a scheduling gate and waited for; when `check` follows it the gate is taken away. The clock starts when the change that dooms the Pod
 * reaches a watch of our own, which the API server sends to all watchers at once, and stops when the process of `check` has ended. `kubectl wait` and
 * `kubectl rollout status` wait for the same Pod from before the gate is taken away.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { V1Pod } from '@kubernetes/client-node';
import { ApiServer } from '../test/integration/api-server.ts';
import { say } from '../test/integration/cluster/process.ts';
import { workloadImage } from '../test/integration/cluster/workload-image.ts';
import { clusterUp, kubectlPath } from '../test/integration/cluster.ts';
import { figures } from './processes.ts';
import { writeTable } from './written-table.ts';

const root = join(import.meta.dirname, '..');
/** Of each class; of all together 25. */
const rounds = 5;
/** Milliseconds, for 95 of 100. */
const limit = 1_000;
/** Seconds that kubectl is given: it has no other way to end. */
const patience = 20;

interface DoomedClass {
  readonly name: string;
  readonly container: object;
  readonly restartPolicy?: 'Never';
  /** Whether the Pod, as it is now, will not come right by itself. */
  readonly isDoomed: (pod: V1Pod) => boolean;
}

const waitsFor =
  (...reasons: readonly string[]) =>
  ({ status }: V1Pod): boolean =>
    status?.containerStatuses?.some(({ state }) => reasons.includes(state?.waiting?.reason ?? '')) ?? false;

/** It is not restarted: the container's end is the Pod's, whose phase comes a second later. */
function hasFailed({ status }: V1Pod): boolean {
  return status?.containerStatuses?.some(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0) ?? false;
}

/** Those that a check need not give any time to come right. */
const classes: readonly DoomedClass[] = [
  {
    name: 'image not on the node, and never pulled',
    container: { image: 'podwright.test/absent:1', imagePullPolicy: 'Never' },
    isDoomed: waitsFor('ErrImageNeverPull'),
  },
  { name: 'not the name of an image', container: { image: 'Shop/Checkout:9.9' }, isDoomed: waitsFor('InvalidImageName') },
  {
    name: 'image runs as root, which is forbidden',
    container: { image: workloadImage, securityContext: { runAsNonRoot: true } },
    isDoomed: waitsFor('CreateContainerConfigError'),
  },
  {
    name: 'command not found',
    container: { image: workloadImage, command: ['/bin/no-such-program'] },
    restartPolicy: 'Never',
    isDoomed: hasFailed,
  },
  {
    name: 'exits with an error, not restarted',
    container: { image: workloadImage, command: ['sh', '-c', 'exit 3'] },
    restartPolicy: 'Never',
    isDoomed: hasFailed,
  },
];

/** Runs them all, prints the table, with `write` also into docs/performance.md, and gives the limits that are not met. */
export async function measureCheckLatency(program: string, kubeconfig: string, write: boolean): Promise<readonly string[]> {
  const bench = await Bench.begin(program, kubeconfig);
  try {
    const { text, missed } = await bench.table();
    console.log(`\n${text}`);
    if (write) writeTable('check', text);
    return missed;
  } finally {
    bench.end();
  }
}

class Bench {
  readonly #program: string;
  readonly #kubectl = kubectlPath();
  readonly #env: NodeJS.ProcessEnv;
  readonly #server: ApiServer;
  readonly #namespace = `check-latency-${process.pid}`;

  private constructor(program: string, kubeconfig: string, server: ApiServer) {
    this.#program = program;
    this.#env = { ...process.env, KUBECONFIG: kubeconfig, GITHUB_ACTIONS: '' };
    this.#server = server;
  }

  static async begin(program: string, kubeconfig: string): Promise<Bench> {
    const bench = new Bench(program, kubeconfig, await ApiServer.connect(kubeconfig));
    bench.#kube('create', 'namespace', bench.#namespace);
    bench.#kube('wait', '--for=create', 'serviceaccount/default', '-n', bench.#namespace, '--timeout=60s');
    return bench;
  }

  end(): void {
    this.#kube('delete', 'namespace', this.#namespace, '--wait=false');
  }

  async table(): Promise<{ readonly text: string; readonly missed: readonly string[] }> {
    const runs: (readonly number[])[] = [];
    for (const [index, doomed] of classes.entries()) {
      const taken: number[] = [];
      // The first fills the compile cache, and is not counted.
      for (let round = 0; round <= rounds; round++) {
        const late = await this.#round(doomed, `c${index}-${round}`);
        if (round > 0) taken.push(late);
      }
      runs.push(taken);
      say(`${doomed.name}: ${taken.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    }
    const peers = await Promise.all(classes.map((doomed, index) => this.#peers(doomed, `peer${index}`)));
    const all = runs.flat();
    const lines = classes.map(({ name }, index) => {
      const { median, max } = figures(runs[index] ?? []);
      return `| ${name} | ${median.toFixed(0)} ms | ${max.toFixed(0)} ms | ${peers[index]?.wait} | ${peers[index]?.rollout} |`;
    });
    const missed = p95(all) > limit ? [`check ends ${p95(all).toFixed(0)} ms after the Pod is doomed (95 of 100), not within ${limit}`] : [];
    const text = [
      `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}: ${rounds} runs each, ${all.length} together.`,
      '',
      '| what dooms the Pod | `check`, median | most | `kubectl wait --for=condition=Ready` | `kubectl rollout status` |',
      '|---|---|---|---|---|',
      ...lines,
      `| all | ${figures(all).median.toFixed(0)} ms; 95 of 100 within **${p95(all).toFixed(0)} ms** of ${limit} | ${Math.max(...all).toFixed(0)} ms | | |`,
      '',
    ].join('\n');
    return { text, missed };
  }

  /** Milliseconds from the change that dooms the Pod to the end of `check`. */
  async #round(doomed: DoomedClass, name: string): Promise<number> {
    const until = new AbortController();
    await this.#server.request(this.#path('pods'), { method: 'POST', body: { metadata: { name }, spec: gated(doomed) } });
    const child = spawn(process.execPath, [this.#program, 'check', `pod/${name}`, '-n', this.#namespace, '--timeout', '60s'], {
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, at: performance.now() }));
    try {
      await speaks(child);
      const doomedAt = this.#doomed(doomed, name, until.signal);
      await this.#openGate(name);
      const began = await doomedAt;
      const { code, at } = await ended;
      if (code !== 1) throw new Error(`check of ${name} (${doomed.name}) exited with ${code}`);
      return at - began;
    } finally {
      until.abort();
      child.kill('SIGKILL');
      await this.#server.request(`${this.#path('pods')}/${name}`, { method: 'DELETE', body: { gracePeriodSeconds: 0 } });
    }
  }

  /** When the change that dooms it has reached a watch. */
  async #doomed(doomed: DoomedClass, name: string, signal: AbortSignal): Promise<number> {
    const path = `${this.#path('pods')}?watch=true&fieldSelector=metadata.name%3D${name}`;
    for await (const { object } of this.#server.watch<{ object: V1Pod }>(path, { signal })) if (doomed.isDoomed(object)) return performance.now();
    throw new Error(`the watch of ${name} ended before it was doomed`);
  }

  /** How kubectl fares with such Pods: a Pod for `wait`, a Deployment's for `rollout status` where its Pods can be such, as they are always restarted. */
  async #peers(doomed: DoomedClass, name: string): Promise<{ readonly wait: string; readonly rollout: string }> {
    await this.#server.request(this.#path('pods'), { method: 'POST', body: { metadata: { name }, spec: { ...gated(doomed), schedulingGates: [] } } });
    const wait = this.#ends(['wait', `pod/${name}`, '--for=condition=Ready', `--timeout=${patience}s`]);
    if (doomed.restartPolicy === 'Never') return { wait: await wait, rollout: '–' };
    const template = { metadata: { labels: { app: name } }, spec: { ...gated(doomed), schedulingGates: [] } };
    const body = { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } };
    await this.#server.request(this.#path('deployments', '/apis/apps/v1'), { method: 'POST', body });
    const rollout = await this.#ends(['rollout', 'status', `deployment/${name}`, `--timeout=${patience}s`]);
    return { wait: await wait, rollout };
  }

  async #ends(args: readonly string[]): Promise<string> {
    const began = performance.now();
    const child = spawn(this.#kubectl, [...args, '-n', this.#namespace], { env: this.#env, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    const seconds = (performance.now() - began) / 1000;
    return seconds >= patience ? `timed out after its ${patience} s` : `${code === 0 ? 'passed' : `exit code ${code}`} after ${seconds.toFixed(1)} s`;
  }

  async #openGate(name: string): Promise<void> {
    await this.#server.request(`${this.#path('pods')}/${name}`, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec: { schedulingGates: [] } },
    });
  }

  #path(resource: string, api = '/api/v1'): string {
    return `${api}/namespaces/${this.#namespace}/${resource}`;
  }

  #kube(...args: string[]): void {
    execFileSync(this.#kubectl, args, { env: this.#env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function gated({ container, restartPolicy }: DoomedClass): object {
  return {
    schedulingGates: [{ name: 'podwright.test/bench' }],
    terminationGracePeriodSeconds: 0,
    ...(restartPolicy && { restartPolicy }),
    containers: [{ name: 'app', ...container }],
  };
}

/** `check` says how far its Pod is once it follows it. */
async function speaks(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let told = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    if (told.includes('0/1')) resolve();
  });
  child.once('exit', () => reject(new Error(`check ended before it followed its Pod: ${told}`)));
  await promise;
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  execFileSync(process.execPath, [join(root, 'build/bundle.ts'), '--program-only'], { stdio: 'inherit' });
  const { kubeconfig } = await clusterUp();
  const missed = await measureCheckLatency(join(root, 'dist/cli/podwright.cjs'), kubeconfig, values.write);
  console.log(missed.join('\n'));
  process.exit(missed.length > 0 ? 1 : 0);
}

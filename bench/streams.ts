/**
 * What passes through `exec` and `port-forward`, beside kubectl: `node bench/streams.ts` (with the Node of `node_modules/.bin`, after a build). Whole processes and real
 * connections to one Pod that sends back what it gets; each transfer is compared by its digest. Ours and kubectl's run in turns.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ApiServer } from '../test/integration/api-server.ts';
import { say } from '../test/integration/cluster/process.ts';
import { workloadImage } from '../test/integration/cluster/workload-image.ts';
import { clusterUp, kubectlPath } from '../test/integration/cluster.ts';
import { megabytes } from './dashboard.ts';
import { compareRuns, figures } from './processes.ts';

const program = join(import.meta.dirname, '../dist/cli/podwright.cjs');
const rounds = 3;
const namespace = 'bench-streams';

const { kubeconfig } = await clusterUp();
const server = await ApiServer.connect(kubeconfig);
const env = { ...process.env, KUBECONFIG: kubeconfig };
const programs = { podwright: [process.execPath, program], kubectl: [kubectlPath()] };

interface Load {
  readonly seconds: number;
  readonly lost: number;
  /** MB at the most of the process that forwards. */
  readonly memory: number;
}

/** Sends bytes over a forwarded port and reads them back; false where they are not the same. */
async function echoed(port: number, bytes: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const ended = once(socket, 'close');
  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  const block = randomBytes(Math.min(bytes, 65_536));
  let left = bytes;
  socket.on('data', (chunk: Buffer) => {
    received.update(chunk);
    left -= chunk.length;
    if (left === 0) socket.end();
  });
  for (let rest = bytes; rest > 0 && !socket.destroyed; rest -= block.length) {
    const part = block.subarray(0, rest);
    sent.update(part);
    if (!socket.write(part)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
  }
  await ended;
  return left === 0 && sent.digest('hex') === received.digest('hex');
}

/** So many connections at once of so many bytes each, through one forward. */
async function forwardLoad(command: readonly string[], connections: number, bytes: number): Promise<Load> {
  const [file = '', ...args] = command;
  const child = spawn(file, [...args, 'port-forward', '-n', namespace, 'pod/echo', ':7000'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]);
    const begun = performance.now();
    const whole = await Promise.all(Array.from({ length: connections }, () => echoed(port, bytes)));
    return { seconds: (performance.now() - begun) / 1000, lost: whole.filter((each) => !each).length, memory: megabytes(child.pid ?? 0, 'VmHWM') };
  } finally {
    child.kill();
    await once(child, 'close');
  }
}

async function compareLoads(work: string, connections: number, bytes: number): Promise<void> {
  const loads: Record<keyof typeof programs, Load[]> = { podwright: [], kubectl: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of ['podwright', 'kubectl'] as const) loads[name].push(await forwardLoad(programs[name], connections, bytes));
  }
  for (const [name, runs] of Object.entries(loads)) {
    const [seconds, lost, memory] = [runs.map((run) => run.seconds), runs.map((run) => run.lost), runs.map((run) => run.memory)].map(figures);
    say(`${work}, ${name}: ${seconds?.median.toFixed(1)} s, ${lost?.max} lost at most, ${memory?.max.toFixed(0)} MB`);
  }
  if (loads.podwright.some(({ lost }) => lost > 0)) process.exitCode = 1;
}

await server.request('/api/v1/namespaces', { method: 'POST', body: { metadata: { name: namespace } } });
try {
  execFileSync(kubectlPath(), ['wait', '--for=create', 'serviceaccount/default', '-n', namespace, '--timeout=60s'], { env, stdio: 'ignore' });
  const command = ['nc', `-${'l'.repeat(128)}`, '-p', '7000', '-e', 'cat'];
  const spec = { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers: [{ name: 'echo', image: workloadImage, command }] };
  await server.request(`/api/v1/namespaces/${namespace}/pods`, { method: 'POST', body: { metadata: { name: 'echo' }, spec } });
  execFileSync(kubectlPath(), ['wait', '-n', namespace, '--for=condition=Ready', 'pod/echo', '--timeout=120s'], { env, stdio: 'ignore' });
  const exec = (name: keyof typeof programs): readonly string[] => [...programs[name], 'exec', '-n', namespace, 'echo', '--', 'true'];
  const { ours, peer } = await compareRuns(exec('podwright'), exec('kubectl'), 11, env);
  say(`exec of one command: podwright ${ours.wall.median.toFixed(0)} ms, kubectl ${peer.wall.median.toFixed(0)} ms`);
  await compareLoads('1 connection of 1 GB', 1, 1_000_000_000);
  await compareLoads('1,000 connections of 200 kB at once', 1000, 200_000);
} finally {
  await server.request(`/api/v1/namespaces/${namespace}`, { method: 'DELETE' });
}

/** The work of `debug`: adds the container or makes the copy, waits until it runs, and attaches. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import {
  containerNames,
  containersOf,
  type DebugContainer,
  debugCopy,
  ephemeralContainer,
  fixedFields,
  hostFiles,
  nodePod,
} from '../src/core/change/debug-container.ts';
import type { ObjectName } from '../src/core/change/object-name.ts';
import { exitMeaning } from '../src/core/container-summaries.ts';
import { didYouMean } from '../src/core/did-you-mean.ts';
import { type Json, list, object, text } from '../src/core/json.ts';
import { type ContainerFacts, type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterActions } from '../src/kube/cluster-actions.ts';
import { type DebugReport, debugJson } from '../src/report/debug-json.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { systemClock } from '../src/service/clock.ts';
import { type ContainerStart, containerStarted } from '../src/service/container-start.ts';
import { orNothing } from '../src/service/look-up.ts';
import type { ObjectActions } from '../src/service/object-actions.ts';
import { chosenCluster, type OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { DebugRequest } from './debug.ts';
import { readManifestFile, shownName } from './manifest-files.ts';
import { patientPods, serverPatience } from './server-patience.ts';
import { sayMissing } from './why-missing.ts';

export async function runDebugCommand(request: DebugRequest, io: CommandIo): Promise<number> {
  const cluster = chosenCluster(request.cluster);
  const actions = clusterActions(cluster.transport, serverPatience(io));
  try {
    const session = await sessionOf(request, cluster, actions, io);
    if (session === undefined) return exitCodes.failed;
    return await entered(session, request, cluster, io);
  } finally {
    cluster.transport.close();
  }
}

/** Where the debugging takes place. */
interface Session {
  readonly pod: Json;
  readonly container: string;
  /** The container whose processes it sees: when that ends, so do all processes in its namespace. */
  readonly target?: string | undefined;
}

/** undefined where there is no such Pod, which is said. */
async function sessionOf(request: DebugRequest, cluster: OpenCluster, actions: ObjectActions, io: CommandIo): Promise<Session | undefined> {
  const custom = request.custom === undefined ? {} : await customFields(request.custom, io);
  const { kind, name: wanted } = request.on;
  if (kind === 'node') return onNode({ ...newContainer(request, []), custom }, cluster.namespace, request, actions, io);
  const name: ObjectName = { apiVersion: 'v1', kind: 'Pod', namespace: cluster.namespace, name: wanted };
  const pod = await actions.object(name, io.signal);
  if (pod === undefined) {
    const error = new PodwrightError('not-found', `pods ${JSON.stringify(wanted)} not found`);
    await sayMissing([{ namespace: cluster.namespace, name: wanted, error }], cluster, io);
    return undefined;
  }
  return request.copyTo === undefined ? inPod(pod, name, custom, request, actions, io) : inCopy(pod, name, custom, request, actions, io);
}

/** Throws `input`, also for fields that are given otherwise. */
async function customFields(file: string, io: CommandIo): Promise<Json> {
  const { partOfObject } = await import('../src/manifest/manifests.ts');
  const { bytes } = await readManifestFile(file, io);
  const fields = partOfObject(bytes, shownName(file));
  const fixed = fixedFields.find((field) => field in fields);
  if (fixed === undefined) return fields;
  throw new PodwrightError('input', `${shownName(file)}: ${fixed} cannot be set there`, {
    hint:
      fixed === 'lifecycle' || fixed === 'volumeDevices'
        ? 'A debug container has none.'
        : 'There are flags for the name and the image; the command stands behind --.',
  });
}

async function onNode(container: DebugContainer, namespace: string, request: DebugRequest, actions: ObjectActions, io: CommandIo): Promise<Session> {
  const { name: node } = request.on;
  // Who may not read nodes may still know one: a Pod for a node that is not there would be taken away at once.
  const known = await orNothing(
    actions.object({ apiVersion: 'v1', kind: 'Node', namespace: undefined, name: node }, io.signal).then((found) => found ?? 'none'),
    io.signal,
  );
  if (known === 'none') throw new PodwrightError('not-found', `nodes ${JSON.stringify(node)} not found`, { hint: '`kubectl get nodes` lists them.' });
  const name: ObjectName = { apiVersion: 'v1', kind: 'Pod', namespace, name: `node-debugger-${node}-${suffix()}` };
  const made = await refusedKindly(
    actions.create(name, JSON.stringify(nodePod(container, { name: name.name, namespace, node })), { signal: io.signal }),
    request,
  );
  const files = hostFiles.has(request.profile) ? '; the files of the node are in /host' : '';
  io.stderr.write(`${plainText(`Made pod/${name.name} on ${node}${files}.`)}\n`);
  sayTakenAway(name, io);
  return { pod: made, container: container.name };
}

function sayTakenAway({ name, namespace }: ObjectName, io: CommandIo): void {
  io.stderr.write(`${plainText(`\`${io.program} delete ${name} -n ${namespace ?? ''}\` takes it away again.`)}\n`);
}

async function inPod(pod: Json, name: ObjectName, custom: Json, request: DebugRequest, actions: ObjectActions, io: CommandIo): Promise<Session> {
  const names = containerNames(pod);
  if (request.target !== undefined && request.target !== '') checkContainer(request.target, names, '--target');
  const { target, notRunning } = targetOf(pod, request.target);
  const container = { ...newContainer(request, names), custom };
  const { phase } = object(pod['status']);
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new PodwrightError('rejected', `the Pod ${name.name} has ended: nothing starts in it any more`, {
      hint: `A copy can be looked into: podwright debug ${name.name} --copy-to NAME --image IMAGE -it`,
    });
  }
  if (object(pod['metadata'])['deletionTimestamp'] !== undefined) {
    throw new PodwrightError('rejected', `the Pod ${name.name} is being deleted: nothing starts in it any more`, {
      hint: `\`podwright why ${name.name}\` says what its deletion waits for.`,
    });
  }
  const made = await refusedKindly(actions.addContainer(name, ephemeralContainer(container, target), { signal: io.signal }), request);
  const alone = notRunning === undefined ? '' : `; ${notRunning} does not run, so that there are no processes of it to be seen`;
  const sees = target === undefined ? alone : `; it sees the processes of ${target}`;
  io.stderr.write(`${plainText(`Added the debug container ${container.name} to pod/${name.name}${sees}.`)}\n${staysText}\n`);
  return { pod: made, container: container.name, target };
}

/**
 * The container whose processes are to be seen: as asked for, else the Pod's default one, unless that does not run. No runtime starts a container in the
 * processes of one that does not run. Throws `rejected` where such a one was asked for.
 */
function targetOf(pod: Json, asked: string | undefined): { readonly target: string | undefined; readonly notRunning?: string } {
  const target = asked ?? defaultContainer(pod);
  if (target === undefined || target === '') return { target: undefined };
  if (podFacts(pod).containers.some(({ name, running }) => name === target && running !== undefined)) return { target };
  if (asked === undefined) return { target: undefined, notRunning: target };
  throw new PodwrightError('rejected', `--target ${target}: it does not run, so that there are no processes of it to be seen`, {
    hint: "Leave it out, and what is asked for runs without; a copy has all its containers' processes in one: --copy-to NAME.",
  });
}

const staysText = 'The API lets an ephemeral container be added and never taken out: it ends with its process, and stays in the Pod until that is deleted.';

async function inCopy(pod: Json, { namespace }: ObjectName, custom: Json, request: DebugRequest, actions: ObjectActions, io: CommandIo): Promise<Session> {
  const names = containerNames(pod);
  for (const each of request.images.keys()) if (each !== '*') checkContainer(each, names, '--set-image');
  const [first = ''] = list(object(pod['spec'])['containers']).map((each) => text(object(each)['name']) ?? '');
  const own = request.image === undefined ? (request.container ?? defaultContainer(pod) ?? first) : undefined;
  if (own !== undefined) checkContainer(own, names, '-c');
  const added = request.image === undefined ? undefined : { ...newContainer(request, names), custom };
  const copyName: ObjectName = { apiVersion: 'v1', kind: 'Pod', namespace, name: request.copyTo ?? '' };
  const copy = debugCopy(pod, {
    name: copyName.name,
    container: added,
    command: own !== undefined && request.command.length > 0 ? { container: own, words: request.command, stdin: request.stdin, tty: request.tty } : undefined,
    images: request.images,
    shareProcesses: request.shareProcesses,
    sameNode: request.sameNode,
    keep: request.keep,
  });
  const made = await refusedKindly(actions.create(copyName, JSON.stringify(copy), { signal: io.signal }), request);
  io.stderr.write(
    `${plainText(`Made pod/${copyName.name}, a copy of ${request.on.name}${request.keep.has('labels') ? '' : ' without its labels, so that no Service sends to it'}.`)}\n`,
  );
  sayTakenAway(copyName, io);
  return { pod: made, container: added?.name ?? own ?? first };
}

function suffix(): string {
  return randomBytes(3).toString('hex').slice(0, 5);
}

function newContainer(request: DebugRequest, names: readonly string[]): Omit<DebugContainer, 'custom'> {
  const name = request.container ?? `debugger-${suffix()}`;
  if (names.includes(name)) {
    throw new PodwrightError('usage', `there is a container ${name} in ${request.on.name} already`, {
      hint: 'Give the new one another name with -c, or leave it out: one is made up.',
    });
  }
  const { image = '', pullPolicy, command, onlyArguments, env, stdin, tty, profile } = request;
  return { name, image, pullPolicy, command, onlyArguments, env, stdin, tty, profile };
}

function checkContainer(name: string, names: readonly string[], flag: string): void {
  if (names.includes(name)) return;
  const meant = didYouMean(name, names);
  throw new PodwrightError('usage', `${flag} ${name}: the Pod has no such container`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}It has ${names.join(', ')}.`,
  });
}

function defaultContainer(pod: Json): string | undefined {
  const { defaultContainer: annotated, containers } = podFacts(pod);
  return containers.find(({ name }) => name === annotated)?.name ?? containers.find(({ kind }) => kind === 'app')?.name;
}

/** What Pod Security does not let in may be let in with another profile. */
async function refusedKindly(asked: Promise<Json>, { profile }: DebugRequest): Promise<Json> {
  try {
    return await asked;
  } catch (error) {
    if (!isPodwrightError(error) || !/violates PodSecurity/.test(error.message)) throw error;
    const hint =
      profile === 'restricted'
        ? 'The image or the Pod itself asks for more than the namespace allows.'
        : `The namespace allows no more: --profile ${/restricted/.test(error.message) ? 'restricted' : 'baseline'} asks for less.`;
    throw new PodwrightError('rejected', error.message, { cause: error, hint });
  }
}

/** Waits until the container runs, tells it, and attaches where stdin is asked for. */
async function entered(session: Session, request: DebugRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { container } = session;
  const { uid, namespace, name } = podFacts(session.pod);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), request.timeoutMs);
  const attach = `${io.program} attach ${request.tty ? '-it' : '-i'} ${name} -c ${container} -n ${namespace}`;
  let start: ContainerStart;
  try {
    start = await containerStarted(
      patientPods(cluster.transport, io),
      { namespace, pod: name, uid, container },
      systemClock,
      (reason) => void io.stderr.write(`  waiting: ${plainText(reason)}\n`),
      AbortSignal.any([io.signal, limit.signal]),
    );
  } finally {
    clearTimeout(timer);
  }
  const hint = `podwright describe ${name} -n ${namespace} says more; once it runs: ${attach}`;
  const problem = io.signal.aborted ? undefined : startProblem(start, name, container, request.timeoutMs, hint);
  if (request.json) io.stdout.write(debugJson(reportOf(session, request, start, problem)));
  if (io.signal.aborted) {
    io.stderr.write(`It is there, and may still start: ${plainText(attach)}\n`);
    return exitCodes.interrupted;
  }
  if (problem !== undefined) throw problem;
  if (start.kind === 'ended') {
    const { exitCode, signal: by, message } = start.how;
    const meaning = exitMeaning(exitCode, by);
    io.stderr.write(
      `${plainText(`${container} has ended with exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}${message === undefined ? '' : `: ${message}`}`)}\n`,
    );
    // Whoever attaches has the code of the process, also of one that ended before.
    return exitCode === 0 || request.stdin ? exitCode : exitCodes.failed;
  }
  if (!request.stdin) {
    if (!request.json) io.stdout.write(`${plainText(`pod/${name} ${container} runs`)}\n`);
    return exitCodes.done;
  }
  if (request.tty) io.stderr.write('If there is no prompt, press enter.\n');
  const { runProcess } = await import('./process-run.ts');
  const choice = { cluster: request.cluster, target: { kind: 'pod', name }, container, stdin: true, tty: request.tty, quiet: true, waitMs: 0 } as const;
  const code = await runProcess(choice, [undefined], cluster, io);
  if (code === killedCode) await sayTargetEnded(session, cluster, io);
  // The kubelet ends the connection with the input, whatever the process has still to say.
  if (!request.tty)
    io.stderr.write(`All that it prints is in \`${io.program} logs ${plainText(name)} -c ${plainText(container)} -n ${plainText(namespace)}\`.\n`);
  return code;
}

/** Of a process that ended by SIGKILL. */
const killedCode = 128 + constants.signals.SIGKILL;

/** That the target has ended since, where it has: the kernel kills all that is in a process namespace when its first process ends. */
async function sayTargetEnded({ pod, target }: Session, { reader }: OpenCluster, io: CommandIo): Promise<void> {
  const before = podFacts(pod);
  const now = await orNothing(reader.pod(before, { signal: io.signal }), io.signal);
  if (now === undefined || target === undefined) return;
  const of = (facts: PodFacts): ContainerFacts | undefined => facts.containers.find(({ name }) => name === target);
  const [then, since] = [of(before), of(podFacts(now))];
  if (since === undefined || (since.terminated === undefined && since.restarts === then?.restarts)) return;
  io.stderr.write(
    `${plainText(`${target} has ended, and with it all that ran in its process namespace. \`${io.program} why ${before.name} -n ${before.namespace}\` says why it ended;`)}\n`,
  );
  io.stderr.write("with --target '' a debug container stays out of that namespace, and goes on.\n");
}

/** Why it does not run; undefined where it does, or has. */
function startProblem(start: ContainerStart, pod: string, container: string, timeoutMs: number, hint: string): PodwrightError | undefined {
  if (start.kind === 'gone') return new PodwrightError('not-found', `the Pod ${pod} was deleted meanwhile: ${container} did not run yet`);
  if (start.kind !== 'stuck') return undefined;
  const why = start.finding?.cause ?? (start.reason === undefined ? 'its node says nothing of it' : `it waits (${start.reason})`);
  return start.certain
    ? new PodwrightError('rejected', `${container} does not run: ${why}`, { hint })
    : new PodwrightError('timeout', `${container} does not run after ${timeoutMs / 1000} s: ${why}`, { hint });
}

function reportOf({ pod, container, target }: Session, request: DebugRequest, start: ContainerStart, problem: PodwrightError | undefined): DebugReport {
  const { namespace, name, uid } = podFacts(pod);
  const { image } = containersOf(pod).find((each) => each['name'] === container) ?? {};
  const outcome = start.kind === 'stuck' ? (start.certain ? 'failed' : 'waiting') : start.kind;
  return {
    pod: { namespace, name, uid },
    copyOf: request.copyTo === undefined ? undefined : request.on.name,
    node: request.on.kind === 'node' ? request.on.name : undefined,
    container,
    image: text(image) ?? '',
    target,
    profile: request.image === undefined ? undefined : request.profile,
    outcome,
    end: start.kind === 'ended' ? start.how : undefined,
    problem,
  };
}

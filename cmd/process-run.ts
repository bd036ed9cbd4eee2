/** The work of `exec`, `attach` and `shell`: finds the Pod and the container, connects, and ends as the process has ended. */
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { containersOf } from '../src/core/change/debug-container.ts';
import type { ContainerFacts, PodFacts } from '../src/core/pod-facts.ts';
import { podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { orNothing } from '../src/service/look-up.ts';
import type { ProcessEnd, ProcessRequest, ProcessStreams } from '../src/service/remote-process.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { ProcessChoice } from './process-flags.ts';
import { RawTerminal } from './raw-terminal.ts';
import { runningContainer } from './running-container.ts';
import { servingText } from './serving-target.ts';
import { targetPods } from './target-pods.ts';
import { sayMissing } from './why-missing.ts';

/** A command, or undefined for the container's own process. */
type Command = readonly string[] | undefined;

/** Runs the first of the commands that the container has, or attaches, and gives the exit code of the process. Throws PodwrightError where none can be run. */
export async function runProcess(choice: ProcessChoice, commands: readonly Command[], cluster: OpenCluster, io: CommandIo): Promise<number> {
  const say = (line: string): void => {
    if (!choice.quiet) io.stderr.write(`podwright: ${plainText(line)}\n`);
  };
  const pods = await chosenPods(choice, cluster, io);
  if (pods === undefined) return exitCodes.failed;
  const { pod, container, outOf } = await runningContainer(choice, pods, cluster, io, say);
  if (choice.target.kind !== 'pod') say(`${servingText(choice.target)}: Pod ${pod.name}`);
  if (outOf !== undefined && pod.defaultContainer !== container.name) say(`container ${container.name}, out of: ${outOf.join(', ')} (-c chooses)`);
  const there = commands.includes(undefined) ? await ownProcess(pod, container.name, cluster, io) : { stdin: true, stdinOnce: false, tty: choice.tty };
  if (choice.stdin && !there.stdin) say(`container ${container.name} reads no input: it was made without stdin`);
  if (choice.tty && !there.tty) say(`container ${container.name} has no terminal: it was made without tty`);
  if (choice.tty && !io.stdin.isTTY) say('no terminal at the other end: stdin is none here');
  // A process that has a terminal is attached to with one, whatever there is here.
  const tty = commands.includes(undefined) ? there.tty : choice.tty && io.stdin.isTTY;
  const interactive = tty && choice.tty && io.stdin.isTTY;
  const { podProcesses } = await import('../src/kube/pod-streams.ts');
  const processes = podProcesses(cluster.transport);
  const terminal = new RawTerminal(io);
  const streams: ProcessStreams = {
    stdin: choice.stdin && there.stdin ? io.stdin : undefined,
    stdout: interactive ? watched(io.stdout, (chunk) => terminal.watch(chunk)) : io.stdout,
    stderr: io.stderr,
    opened: () => {
      if (interactive && choice.stdin) terminal.take();
      if (commands.includes(undefined)) say(`attached to container ${container.name}; what it has printed before is in its logs`);
    },
    sizes: interactive && io.stdout.isTTY ? (tell) => terminal.sizes(tell) : undefined,
  };
  let end: ProcessEnd | undefined;
  try {
    for (const command of commands) {
      const request: ProcessRequest = { pod, container: container.name, command, tty };
      end = await processes.run(request, streams, io.signal);
      await written(streams.stdout);
      if (end.problem === undefined || !lacksProgram(end.problem)) break;
    }
  } catch (error) {
    terminal.giveBack();
    throw await explained(error, pod, container, cluster, io);
  }
  terminal.giveBack();
  if (end === undefined || end.problem !== undefined) throw await unrun(end?.problem ?? '', pod, container, commands, cluster, io);
  if (!commands.includes(undefined)) {
    const fate = killed.has(end.exitCode) ? await fateOf(pod, container, cluster, io) : undefined;
    tellNews(fate, io);
    return end.exitCode;
  }
  // Without a terminal the connection ends with our input, whatever the process has still to do; one whose own input ended with it will end as well.
  const over = interactive || streams.stdin === undefined || there.stdinOnce;
  const fate = await ownFate(pod, container, over, cluster, io);
  tellNews(fate, io);
  if (over && fate === undefined) say(`container ${container.name} has not ended, or its node has not said so yet: its exit code is not known`);
  return fate?.exitCode ?? exitCodes.done;
}

function tellNews(fate: Fate | undefined, { stderr }: CommandIo): void {
  if (fate?.news === true) stderr.write(`podwright: ${plainText(fate.text)}\n`);
}

/** How long a kubelet may take to report the end of a container. */
const reportMs = 30_000;
/** So long nothing is said. */
const quietMs = 2000;

/** What became of a container whose own process was attached to: the connection does not tell its exit code. Undefined where it runs on. */
async function ownFate(pod: PodFacts, container: ContainerFacts, over: boolean, cluster: OpenCluster, io: CommandIo): Promise<Fate | undefined> {
  const begun = performance.now();
  for (let told = false; ; ) {
    const fate = await orNothing(fateOf(pod, container, cluster, io), io.signal);
    const passed = performance.now() - begun;
    if (fate !== undefined || passed > (over ? reportMs : 0)) return fate;
    if (passed > quietMs && !told) io.stderr.write(`podwright: waiting until its node says how container ${plainText(container.name)} has ended\n`);
    told ||= passed > quietMs;
    await pause(200, undefined, { signal: io.signal });
  }
}

/** Undefined where there is no such Pod, which is said with what may have been meant. */
async function chosenPods({ target }: ProcessChoice, cluster: OpenCluster, io: CommandIo): Promise<readonly PodFacts[] | undefined> {
  try {
    return await targetPods(target, cluster, io.signal);
  } catch (error) {
    if (target.kind !== 'pod' || !isPodwrightError(error) || error.code !== 'not-found') throw error;
    await sayMissing([{ namespace: cluster.namespace, name: target.name, error }], cluster, io);
    return undefined;
  }
}

/** What the container's own process was made with. Source: GetContainerAttachFunc in k8s.io/kubectl/pkg/cmd/attach. */
async function ownProcess(
  pod: PodFacts,
  container: string,
  { reader }: OpenCluster,
  { signal }: CommandIo,
): Promise<{ readonly stdin: boolean; readonly stdinOnce: boolean; readonly tty: boolean }> {
  const made = containersOf(await reader.pod(pod, { signal })).find(({ name }) => name === container);
  return { stdin: made?.['stdin'] === true, stdinOnce: made?.['stdinOnce'] === true, tty: made?.['tty'] === true };
}

/** What a runtime says of a command that the container's image does not have: runc, crun and runsc in their words. */
function lacksProgram(problem: string): boolean {
  return /executable file .*not found|no such file or directory|not found in \$PATH/i.test(problem);
}

async function unrun(
  problem: string,
  pod: PodFacts,
  container: ContainerFacts,
  commands: readonly Command[],
  cluster: OpenCluster,
  io: CommandIo,
): Promise<PodwrightError> {
  const where = `container ${container.name} of ${pod.namespace}/${pod.name}`;
  const [command] = commands;
  if (lacksProgram(problem)) {
    return commands.length > 1
      ? new PodwrightError('rejected', `${where} has no shell: neither sh, bash nor ash`, {
          hint: `\`podwright debug ${pod.name} -n ${pod.namespace}\` puts a container with one beside it.`,
        })
      : new PodwrightError('rejected', `${where} has no program "${command?.[0] ?? ''}"`, {
          hint: `A pipe or a variable takes a shell: -- sh -c '…'. \`podwright shell ${pod.name} -n ${pod.namespace}\` opens one.`,
        });
  }
  const became = await fateOf(pod, container, cluster, io);
  return new PodwrightError('rejected', became?.text ?? `${where}: ${problem}`);
}

/** A process that was killed, by SIGKILL, SIGTERM or SIGHUP, may have gone with its container. */
const killed: ReadonlySet<number> = new Set([129, 137, 143]);

/** What has happened to a Pod or a container since a process in it was connected with. */
interface Fate {
  readonly text: string;
  /** That of the container, unless its Pod was taken away. */
  readonly exitCode: number;
  /** More than a container that ended by itself. */
  readonly news: boolean;
}

/** Undefined where nothing has that explains the end of a process. */
async function fateOf(before: PodFacts, { name, restarts }: ContainerFacts, { reader }: OpenCluster, { signal }: CommandIo): Promise<Fate | undefined> {
  const pod = `the Pod ${before.namespace}/${before.name}`;
  let now: PodFacts;
  try {
    now = podFacts(await reader.pod(before, { signal }));
  } catch (error) {
    if (!isPodwrightError(error) || error.code !== 'not-found') return undefined;
    return { text: `${pod} was deleted meanwhile`, exitCode: exitCodes.failed, news: true };
  }
  if (now.uid !== before.uid) return { text: `${pod} was replaced by another of that name meanwhile`, exitCode: exitCodes.failed, news: true };
  if (now.deletionRequestedAt !== undefined) return { text: `${pod} is being deleted`, exitCode: exitCodes.failed, news: true };
  const container = now.containers.find((each) => each.name === name);
  const ended = container?.terminated ?? (container !== undefined && container.restarts > restarts ? container.lastTermination : undefined);
  if (ended === undefined) return undefined;
  const { exitCode, reason } = ended;
  const again = container?.running ? ' and was started again' : '';
  return {
    text: `container ${name} has ended (${reason ?? `exit code ${exitCode}`})${again}`,
    exitCode,
    news: killed.has(exitCode) || again !== '',
  };
}

/** A connection that broke, with what became of the Pod where that is why. */
async function explained(error: unknown, pod: PodFacts, container: ContainerFacts, cluster: OpenCluster, io: CommandIo): Promise<unknown> {
  if (!isPodwrightError(error) || io.signal.aborted || !['unreachable', 'server'].includes(error.code)) return error;
  // Nothing was begun there.
  if (error.message.includes('error dialing backend')) return error;
  const became = await orNothing(fateOf(pod, container, cluster, io), io.signal);
  if (became !== undefined) return new PodwrightError('rejected', became.text, { cause: error });
  return new PodwrightError(error.code, `${error.message}, and with it that to the process in ${pod.namespace}/${pod.name}`, {
    cause: error,
    hint: 'The process may still run there. The server may be restarting: try again.',
  });
}

/** Waits until what was written has been passed on. */
function written(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (to.destroyed) resolve();
    else to.write('', () => resolve());
  });
}

/** A stream that lets somebody see what passes. */
function watched(to: NodeJS.WriteStream, look: (chunk: Uint8Array) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      look(chunk);
      if (to.write(chunk) || to.destroyed) done();
      else to.once('drain', () => done());
    },
  });
}

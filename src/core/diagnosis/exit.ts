/** Containers that ended and should not have, or keep ending: how, with what code, and what the code means. */
import { exitMeaning } from '../container-summaries.ts';
import type { ContainerFacts, TerminationFacts } from '../pod-facts.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import { conditionOf, grace } from './grace.ts';
import { sidecarStopped } from './sidecar.ts';
import { startFailure } from './start-failure.ts';
import { failedHook, isKilledForHook } from './start-hook.ts';
import { containerEvidence, containerSubject, containerTitle, endingEvidence, eventEvidence, kubectl, logEvidence, sentence, times } from './wording.ts';

/** Containers that cannot stay up: in a crash loop, or ended with an error and not running again yet. */
export function exitFindings(pod: PodCase): readonly Finding[] {
  let found: Finding[] | undefined;
  for (const container of pod.facts.containers) {
    if (container.kind === 'ephemeral') continue;
    const one = looping(pod, container) ?? ended(pod, container);
    if (one !== undefined) (found ??= []).push(one);
  }
  return found ?? nothing;
}

/**
 * A container that keeps ending runs for a moment now and then, is even ready in it, and is as doomed as while it waits: its row is not to jump up and
 * down with each round. When the first round was, the status does not tell.
 */
function looping(pod: PodCase, container: ContainerFacts): Finding | undefined {
  const { restarts, running, terminated, waiting, lastTermination } = container;
  const backsOff = waiting?.reason === 'CrashLoopBackOff';
  if (restarts < 2 && !backsOff) return undefined;
  const recovering = running !== undefined && pod.now - (running.startedAt ?? pod.now) < grace.recovery && (lastTermination?.exitCode ?? 0) !== 0;
  const failed = terminated !== undefined && terminated.exitCode !== 0;
  if (!recovering && !failed && !backsOff) return undefined;
  const since = restarts < 2 ? (lastTermination?.finishedAt ?? conditionOf(pod.facts, 'ContainersReady')?.since ?? pod.facts.createdAt) : undefined;
  return endingFinding(pod, container, 'doomed', since);
}

/** An ending matters where the container is not started again, and, until it is, where it ended with an error. */
function ended(pod: PodCase, container: ContainerFacts): Finding | undefined {
  const { terminated } = container;
  if (terminated === undefined || terminated.exitCode === 0) return undefined;
  const stopped = sidecarStopped(pod, container);
  if (stopped !== undefined) return stopped;
  const { restartPolicy, phase } = pod.facts;
  const final = phase === 'Failed' || (restartPolicy === 'Never' && container.kind !== 'sidecar' && container.restartPolicy === undefined);
  return endingFinding(pod, container, final ? 'doomed' : 'stuck', terminated.finishedAt);
}

/** As `exitFindings`, in a failed Pod: the containers of one that was ended from outside were killed for that, which says nothing of its own. */
export function failedExits(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  const all = exitFindings(pod);
  return found.length === 0 ? all : all.filter(({ code }) => code !== 'killed-by-signal' && code !== 'ending-unknown');
}

/** A Pod of phase Failed without a reason of its own. */
export function failedFindings(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  const { facts } = pod;
  if (found.some(({ verdict }) => verdict === 'doomed')) return nothing;
  const cause = facts.reason === undefined ? (facts.message ?? 'The Pod failed.') : sentence(facts.reason, facts.message);
  return [finding('pod-failed', 'doomed', { subject: 'Pod', cause, about: facts.reason, since: conditionOf(facts, 'Ready')?.since })];
}

/** A container that ended with an error a short while ago and runs well again. */
export function restartedLately(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  let lately: Finding[] | undefined;
  for (const container of pod.facts.containers) {
    const { lastTermination: last, running, restarts } = container;
    if (last === undefined || running === undefined || restarts === 0 || last.exitCode === 0 || container.kind === 'ephemeral') continue;
    if (last.finishedAt === undefined || pod.now - last.finishedAt > grace.lately) continue;
    const subject = containerSubject(container);
    if (found.some((finding) => finding.subject === subject)) continue;
    const cause = `${containerTitle(container)} runs again, but ${endingOf(pod, container, last).words}; it was restarted ${times(restarts)}.`;
    (lately ??= []).push(finding('restarted-lately', 'degraded', { subject, cause, since: last.finishedAt, evidence: endingEvidence(container) }));
  }
  return lately ?? nothing;
}

function endingFinding(pod: PodCase, container: ContainerFacts, verdict: 'doomed' | 'stuck', since: number | undefined): Finding {
  const { facts, context } = pod;
  const last = container.terminated ?? container.lastTermination;
  const { code, words, about } = endingOf(pod, container, last);
  const log = context.logs?.get(container.name);
  const again = container.restarts > 0 ? `; it was restarted ${times(container.restarts)}` : '';
  const previous = container.terminated === undefined && container.lastTermination !== undefined ? ['--previous'] : [];
  return finding(code, verdict, {
    subject: containerSubject(container),
    cause: `${containerTitle(container)} ${words}${again}.`,
    about,
    since,
    evidence: [
      ...(container.waiting === undefined ? [] : [containerEvidence(container, 'state.waiting', [container.waiting.reason, container.waiting.message])]),
      ...endingEvidence(container),
      ...eventEvidence(latestEvent(pod, code === 'start-hook' ? ['FailedPostStartHook'] : ['Killing', 'BackOff'], container.name)),
      ...logEvidence(container.name, log),
    ],
    next: kubectl(facts.namespace, 'logs', facts.name, '-c', container.name, ...previous),
  });
}

interface Ending {
  readonly code: FindingCode;
  /** A predicate, without a full stop: `exited with 3: no schema`. */
  readonly words: string;
  readonly about: string | undefined;
}

/** What ended the container, the nearest cause first: the kernel, the runtime, the kubelet's probes, then the program. */
function endingOf(pod: PodCase, container: ContainerFacts, last: TerminationFacts | undefined): Ending {
  if (last === undefined) return { code: 'ending-unknown', words: 'ended', about: undefined };
  const said = last.message?.trim().replace(/\.$/, '');
  const log = pod.context.logs?.get(container.name) ?? '';
  if (last.reason === 'OOMKilled') return outOfMemory(container);
  if (last.reason === 'StartError' || last.reason === 'ContainerCannotRun') {
    const failure = startFailure(said ?? '');
    const detail = failure?.words ?? said;
    return { code: failure?.code ?? 'start-failed', words: `could not be started${detail ? `: ${detail}` : ''}`, about: failure?.about };
  }
  if (isKilledForHook(pod, container)) return { code: 'start-hook', words: failedHook(container), about: container.startHook };
  if (last.exitCode === 0) return { code: 'keeps-completing', words: 'ends without an error, but is meant to keep running', about: undefined };
  return probeKill(pod, container) ?? portInUse(pod, container, `${said ?? ''}\n${log}`) ?? programEnding(last, said, log);
}

function outOfMemory({ memoryLimit }: ContainerFacts): Ending {
  // A container without a limit of its own is killed for its Pod's, or because its node ran out.
  const limit =
    memoryLimit === undefined
      ? 'was killed because its Pod or its node ran out of memory'
      : `was killed for using more memory than its limit of ${memoryLimit}`;
  return { code: 'out-of-memory', words: `${limit} (OOMKilled)`, about: memoryLimit };
}

/** The kubelet kills a container whose liveness or startup probe fails; the exit code alone looks like any other SIGTERM or SIGKILL. */
function probeKill(pod: PodCase, container: ContainerFacts): Ending | undefined {
  const killing = latestEvent(pod, ['Killing'], container.name);
  const kind = /failed (liveness|startup) probe/.exec(killing?.message ?? '')?.[1];
  if (kind !== 'liveness' && kind !== 'startup') return undefined;
  const probe = container.probes[kind];
  const handler = probe === undefined ? '' : ` (${probe.handler})`;
  return { code: `${kind}-probe`, words: `was killed because its ${kind} probe${handler} failed`, about: probe?.handler };
}

/** Containers of a Pod share one network: the port that one cannot bind, another one of them has. */
function portInUse({ facts }: PodCase, container: ContainerFacts, said: string): Ending | undefined {
  const line = said.split('\n').find((text) => /address already in use|EADDRINUSE|address in use/i.test(text));
  if (line === undefined) return undefined;
  const port = Number(/:(\d{1,5})\b(?!.*:\d{2,5}\b)/.exec(line)?.[1] ?? /\bport (\d{1,5})\b/i.exec(line)?.[1] ?? container.ports[0]);
  const known = Number.isFinite(port) && port > 0 ? port : undefined;
  const others = facts.containers.filter((other) => other !== container && other.kind !== 'init' && other.running !== undefined);
  const holder = others.find((other) => known !== undefined && other.ports.includes(known)) ?? (others.length === 1 ? others[0] : undefined);
  const has = holder === undefined ? 'another container of the Pod has it' : `${holder.kind === 'sidecar' ? 'sidecar' : 'container'} ${holder.name} has it`;
  return {
    code: 'port-in-use',
    words: `cannot listen on ${known === undefined ? 'its port' : `port ${known}`}: ${has}`,
    about: known === undefined ? undefined : String(known),
  };
}

function programEnding(last: TerminationFacts, said: string | undefined, log: string): Ending {
  const { exitCode, signal, reason } = last;
  const meaning = exitMeaning(exitCode, signal);
  const unusual = reason !== undefined && reason !== 'Error' && reason !== 'Completed' ? `${reason}, ` : '';
  const words = `${unusual}exited with ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
  const detailed = said ? `${words}: ${said}` : words;
  // The first is the kubelet's word, the second containerd's for what has ended while it did not run itself.
  if (reason === 'ContainerStatusUnknown' || (reason === 'Unknown' && exitCode === 255)) {
    const unknown = `ended, and nobody knows how (${reason}, exit code ${exitCode})`;
    return { code: 'ending-unknown', words: said ? `${unknown}: ${said}` : unknown, about: undefined };
  }
  if (/exec format error/i.test(`${said ?? ''}\n${log}`)) return { code: 'wrong-architecture', words: `${words}: exec format error`, about: undefined };
  if (exitCode === 126 || exitCode === 127) {
    const command = commandOf(`${said ?? ''}\n${log}`);
    const code = exitCode === 127 ? 'command-not-found' : 'command-not-executable';
    return { code, words: command === undefined ? detailed : `${words}: ${command}`, about: command };
  }
  if (signal > 0 || meaning?.startsWith('killed by') === true) return { code: 'killed-by-signal', words: detailed, about: meaning };
  return { code: 'exited-with-error', words: detailed, about: `exit code ${exitCode}` };
}

/** The command that a shell could not run, from what it says: `sh: migrate: not found`, `bash: line 1: ./run: Permission denied`. */
function commandOf(said: string): string | undefined {
  return /(?:^|\n)[^\n]*?:\s*(?:line \d+:\s*)?([^:\s]+): (?:command )?(?:not found|permission denied|no such file or directory)/i.exec(said)?.[1];
}

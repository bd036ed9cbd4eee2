/** Between scheduled and started: the sandbox, its network and the volumes. */
import type { EventFacts } from '../event-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { type MissingObject, missingFinding, missingObject } from './config.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Finding, finding } from './finding.ts';
import { conditionOf, grace, overdue } from './grace.ts';
import { conditionEvidence, containerSubject, containerTitle, eventEvidence, kubectl, sentence } from './wording.ts';

const reasons = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox', 'NetworkNotReady', 'FailedSync'];

/** What the kubelet says of the sandbox and the volumes while no container has started; where it is silent, what a look-up shows to be missing. */
export function volumeFindings(pod: PodCase): readonly Finding[] {
  const { facts, context } = pod;
  if (facts.containers.some(({ running, terminated }) => running !== undefined || terminated !== undefined)) return nothing;
  if (conditionOf(facts, 'PodReadyToStartContainers')?.status === 'True') return nothing;
  const event = latestEvent(pod, reasons);
  if (event !== undefined) return [eventFinding(pod, event)];
  const missing = (context.references ?? []).find(({ use, state, optional }) => use === 'volume' && state === 'missing' && !optional);
  if (missing === undefined || (missing.kind !== 'ConfigMap' && missing.kind !== 'Secret')) return nothing;
  const { kind, name, user } = missing;
  return [missingFinding(pod, { kind, name, key: undefined }, { subject: `volume ${user}`, waits: `The volume ${user}`, since: sinceOf(facts), evidence: [] })];
}

/** When the kubelet could begin. */
function sinceOf(facts: PodFacts): number | undefined {
  return conditionOf(facts, 'PodScheduled')?.since ?? facts.createdAt;
}

function eventFinding(pod: PodCase, event: EventFacts): Finding {
  const { facts, now } = pod;
  const { reason, message } = event;
  const since = firstAt(pod, event) ?? sinceOf(facts);
  const evidence = [...eventEvidence(event), ...conditionEvidence(facts, 'PodReadyToStartContainers')];
  const next = kubectl(facts.namespace, 'describe', 'pod', facts.name);
  if (reason === 'FailedCreatePodSandBox' || reason === 'NetworkNotReady' || reason === 'FailedSync') {
    const network = reason === 'NetworkNotReady' || /network is not ready|cni plugin not initialized/i.test(message);
    return finding(network ? 'network-not-ready' : 'sandbox-failed', overdue(since, now, grace.creating), {
      subject: 'condition PodReadyToStartContainers',
      cause: sentence(network ? `The network of its node ${facts.nodeName ?? ''} is not ready` : 'Its sandbox cannot be created', shortened(message)),
      about: facts.nodeName,
      since,
      evidence,
      next: network && facts.nodeName !== undefined ? kubectl('', 'describe', 'node', facts.nodeName) : next,
    });
  }
  const volume = /volume "([^"]+)"/.exec(message)?.[1] ?? /unmounted volumes=\[([^\],]+)/.exec(message)?.[1] ?? '';
  const subject = `volume ${volume}`;
  const missing = missingObject(message, facts.namespace, volumeObject(facts, volume));
  if (missing !== undefined) return missingFinding(pod, missing, { subject, waits: `The volume ${volume}`, since, evidence });
  const attach = reason === 'FailedAttachVolume';
  return finding(attach ? 'volume-attach' : 'volume-mount', overdue(since, now, grace.creating), {
    subject,
    cause: sentence(`${volume === '' ? 'A volume' : `The volume ${volume}`} cannot be ${attach ? 'attached' : 'mounted'}`, shortened(message)),
    about: facts.volumes.find(({ name }) => name === volume)?.target,
    since,
    evidence,
    next,
  });
}

/** When that was said first: of each sandbox that fails there is an Event of its own, as it has the sandbox's ID. */
function firstAt({ context }: PodCase, { reason, message }: EventFacts): number | undefined {
  const words = shortened(message);
  const same = (context.events ?? []).filter((event) => event.reason === reason && shortened(event.message) === words);
  const times = same.map((event) => event.firstAt).filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The ConfigMap or Secret behind a volume. */
function volumeObject(facts: PodFacts, name: string): MissingObject | undefined {
  const volume = facts.volumes.find((each) => each.name === name);
  if (volume?.target === undefined || (volume.source !== 'configMap' && volume.source !== 'secret')) return undefined;
  return { kind: volume.source === 'secret' ? 'Secret' : 'ConfigMap', name: volume.target, key: undefined };
}

/** What the kubelet and the runtime put before what happened: the kubelet's of many Events, of a volume, of a sandbox; then containerd's and runc's. */
const wrappers = [
  String.raw`\(combined from similar events\): `,
  String.raw`MountVolume\.\S+ failed for volume "[^"]+"(?: \(UniqueName: "[^"]+"\))? ?: `,
  String.raw`Failed to create pod sandbox: `,
  String.raw`rpc error: code = \w+ desc = `,
  String.raw`failed to (?:start|create|setup) (?:network for |pod )?sandbox(?: container)?(?: "[^"]*")?: `,
  String.raw`failed to create (?:containerd|shim) task: `,
  String.raw`OCI runtime create failed: `,
  String.raw`runc create failed: `,
  String.raw`unable to start container process: `,
  String.raw`error during container init: `,
];
const wrapped = new RegExp(`^(?:${wrappers.join('|')})+`);

/** A message is a chain of wrapped errors; the last ones say what happened. */
function shortened(message: string): string {
  const plain = message.replace(wrapped, '');
  return plain.length <= 240 ? plain : `… ${plain.slice(-240)}`;
}

/** The first container that has not been created, where nothing else says why. */
export function containerCreating({ facts, now }: PodCase, found: readonly Finding[]): readonly Finding[] {
  const waiting = facts.containers.find((container) => container.kind === 'app' && (container.waiting || container.statusIndex === undefined));
  if (waiting === undefined || explains(found) || conditionOf(facts, 'Ready')?.status === 'True') return nothing;
  const since = conditionOf(facts, 'Initialized')?.since ?? conditionOf(facts, 'PodScheduled')?.since ?? facts.createdAt;
  const sandbox = conditionOf(facts, 'PodReadyToStartContainers')?.status === 'False';
  return [
    finding('container-creating', overdue(since, now, grace.creating), {
      subject: containerSubject(waiting),
      cause: `${containerTitle(waiting)} has not been created${sandbox ? ': its sandbox or its volumes are not ready' : ''}.`,
      about: facts.nodeName,
      since,
      evidence: conditionEvidence(facts, sandbox ? 'PodReadyToStartContainers' : 'Initialized'),
      next: kubectl(facts.namespace, 'describe', 'pod', facts.name),
    }),
  ];
}

/** Whether something has been found that holds the Pod up: what is behind it in the start-up then only waits for that. */
export function explains(found: readonly Finding[]): boolean {
  return found.some(({ verdict }) => verdict === 'doomed' || verdict === 'stuck' || verdict === 'waiting');
}

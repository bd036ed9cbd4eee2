/** A Pod that no node has yet: gated, not looked at, waiting for room, or fitting nowhere, which is split into causes with their numbers of nodes. */
import type { EventFacts } from '../event-facts.ts';
import { ownerTarget } from '../owner.ts';
import type { PodFacts } from '../pod-facts.ts';
import { latestEvent, type PodCase } from './diagnosis-context.ts';
import { type Evidence, type Finding, type FindingCode, finding, type Verdict } from './finding.ts';
import { conditionOf, grace, overdue } from './grace.ts';
import { labelDifference, nodeSelectorText, taintBehindSelector } from './selected-nodes.ts';
import { readUnschedulable, type SchedulingCause, type Unschedulable } from './unschedulable.ts';
import { conditionEvidence, eventEvidence, kubectl, sentence } from './wording.ts';

/** Of a Pod that names no other. */
const usualScheduler = 'default-scheduler';

export function schedulingFindings(pod: PodCase): readonly Finding[] {
  const { facts, now } = pod;
  const condition = conditionOf(facts, 'PodScheduled');
  const since = condition?.since ?? facts.createdAt;
  const evidence = conditionEvidence(facts, 'PodScheduled');
  const subject = 'condition PodScheduled';
  if (condition?.reason === 'SchedulingGated') {
    const gates = facts.schedulingGates.join(', ');
    const gate = facts.schedulingGates.map((name) => `spec.schedulingGates ${name}`);
    const about = gates === '' ? undefined : gates;
    const shown: readonly Evidence[] = [...evidence, ...gate.map((text): Evidence => ({ source: 'spec', path: 'spec.schedulingGates', text }))];
    return [finding('scheduling-gated', 'waiting', { subject, cause: `Held back by the scheduling gate ${gates}.`, about, since, evidence: shown })];
  }
  if (facts.nominatedNodeName !== undefined) {
    const cause = `Waits for room on ${facts.nominatedNodeName}, which was nominated.`;
    return [finding('node-nominated', 'waiting', { subject, cause, about: facts.nominatedNodeName, since, evidence })];
  }
  const failed = latestEvent(pod, ['FailedScheduling']);
  const message = condition?.message ?? failed?.message;
  const verdict = overdue(since, now, grace.scheduling);
  if (message === undefined) {
    const next = kubectl(facts.namespace, 'describe', 'pod', facts.name);
    const { schedulerName = usualScheduler } = facts;
    const cause = schedulerName === usualScheduler ? 'No scheduler has placed it yet.' : `The scheduler ${schedulerName} has not placed it yet.`;
    return [finding('not-scheduled', verdict, { subject, cause, about: facts.schedulerName, since, evidence, next })];
  }
  const shown = [...evidence, ...eventEvidence(failed)];
  const scaling = latestEvent(pod, ['TriggeredScaleUp']);
  if (scaling?.lastAt !== undefined && (latestEvent(pod, ['NotTriggerScaleUp'])?.lastAt ?? 0) < scaling.lastAt) return [scaleUp(pod, scaling, shown)];
  if (condition?.reason === 'SchedulerError') {
    return [finding('scheduler-error', verdict, { subject, cause: sentence('The scheduler failed', message), since, evidence: shown })];
  }
  const read = readUnschedulable(message);
  const causes = read === undefined ? [] : taintBehindSelector(read.causes, facts, pod.context.nodes ?? []);
  const [first] = causes;
  if (read === undefined || first === undefined) {
    return [finding('no-node-fits', verdict, { subject, cause: sentence('No node takes it', message), since, evidence: shown })];
  }
  return [nowhere(pod, { ...read, causes }, first, { subject, verdict, since, evidence: shown })];
}

function scaleUp({ now }: PodCase, event: EventFacts, evidence: readonly Evidence[]): Finding {
  const cause = 'No node has room; the cluster autoscaler is adding one.';
  const verdict = overdue(event.lastAt, now, grace.scaleUp);
  return finding('scale-up-triggered', verdict, {
    subject: 'condition PodScheduled',
    cause,
    since: event.lastAt,
    evidence: [...evidence, ...eventEvidence(event)],
  });
}

interface Known {
  readonly subject: string;
  readonly verdict: Verdict;
  readonly since: number | undefined;
  readonly evidence: readonly Evidence[];
}

function nowhere(pod: PodCase, { nodes, causes }: Unschedulable, first: SchedulingCause, known: Known): Finding {
  const { facts, context } = pod;
  const claims = (context.references ?? []).filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const unbound = first.code === 'claim-unbound' ? claims.filter(({ state, phase }) => state === 'found' && phase !== 'Bound') : [];
  const about = first.code === 'claim-unbound' ? (unbound[0]?.name ?? first.about) : first.code === 'node-selector' ? nodeSelectorText(facts) : first.about;
  const differs = first.code === 'node-selector' ? labelDifference(facts, context.nodes ?? []) : undefined;
  const counts = causes.map((cause) => causeWords(cause, facts, unbound[0]?.name));
  const of = `of ${nodes} ${nodes === 1 ? 'node' : 'nodes'}, `;
  const numbered = causes.some((cause) => cause.nodes !== undefined);
  return finding(first.code, known.verdict, {
    subject: known.subject,
    cause: `No node takes it: ${numbered ? of : ''}${counts.join(', ')}${differs === undefined ? '' : `; ${differs}`}.`,
    about,
    since: known.since,
    evidence: [
      ...known.evidence,
      ...unbound.map(
        ({ namespace, name, phase }): Evidence => ({ source: 'reference', object: `PersistentVolumeClaim ${namespace}/${name}`, text: `is ${phase}` }),
      ),
    ],
    next: nextStep(first.code, facts, about),
  });
}

/** `2 lack cpu`, `1 has a taint that it does not tolerate (a=b)`. */
function causeWords({ code, nodes, about, among, text }: SchedulingCause, facts: PodFacts, claim: string | undefined): string {
  const count = nodes === undefined ? '' : `${nodes} `;
  const has = nodes === 1 ? 'has' : 'have';
  switch (code) {
    case 'insufficient-resources':
      return about === 'Too many pods'
        ? `${count}${has} as many Pods as ${nodes === 1 ? 'it' : 'they'} may`
        : `${count}${nodes === 1 ? 'lacks' : 'lack'} ${about}`;
    case 'taint-not-tolerated':
      if (about === 'unschedulable') return `${count}${nodes === 1 ? 'is' : 'are'} cordoned`;
      return `${count}${has} a taint that it does not tolerate${among === undefined ? '' : `, among them ${among} that it selects`}${about ? ` (${about.replace(/: /, '=')})` : ''}`;
    case 'node-selector':
      return `${count}${nodes === 1 ? 'does' : 'do'} not match its ${nodeSelectorText(facts) === undefined ? 'node selector or affinity' : `node selector ${nodeSelectorText(facts)}`}`;
    case 'claim-missing':
      return `the PersistentVolumeClaim ${about} does not exist`;
    case 'claim-unbound':
      if (about !== undefined) return `its PersistentVolumeClaim ${about} is bound to the PersistentVolume ${lostVolume(text)}, which does not exist`;
      return nodes === undefined
        ? `its PersistentVolumeClaim ${claim === undefined ? '' : `${claim} `}is not bound`
        : `${count}${has} no volume for its PersistentVolumeClaim`;
    case 'volume-node-conflict':
      return `${count}cannot reach the volume that it is bound to`;
    case 'host-port-taken':
      return `${count}${has} its host port taken`;
    default:
      return `${count}${text}`;
  }
}

function lostVolume(text: string): string {
  return /persistentvolume "([^"]+)"/.exec(text)?.[1] ?? '';
}

function nextStep(code: FindingCode, facts: PodFacts, about: string | undefined): string {
  if (code === 'node-selector') return kubectl('', 'get', 'nodes', '--show-labels');
  if (code === 'volume-node-conflict') return kubectl(facts.namespace, 'get', 'pvc');
  if (code === 'claim-missing' || code === 'claim-unbound') {
    return kubectl(facts.namespace, ...(about === undefined || code === 'claim-missing' ? ['get', 'pvc'] : ['describe', 'pvc', about]));
  }
  if (code === 'insufficient-resources' || code === 'taint-not-tolerated') return kubectl('', 'describe', 'nodes');
  const owner = ownerTarget(facts);
  return kubectl(facts.namespace, 'get', owner ?? `pod/${facts.name}`, '-o', 'yaml');
}

/**
 * A whole Pod described: why it is as it is, then all that `kubectl describe pod` says, under the same labels and in the same order, and what that leaves
 * out. docs/describe.md lists the differences. Total: anything at all is described.
 */
import { ageText, humanDuration } from '../core/age.ts';
import type { DescribedPod } from '../core/described-pod.ts';
import type { Evidence, Verdict } from '../core/diagnosis/finding.ts';
import { conditionOf } from '../core/diagnosis/grace.ts';
import { foldEvents } from '../core/event-facts.ts';
import { count, type Json, list, object, text } from '../core/json.ts';
import { ownerChain, ownerText } from '../core/owner.ts';
import type { ConditionFacts, ContainerFacts, ContainerKind } from '../core/pod-facts.ts';
import { podHealth } from '../core/pod-health.ts';
import { podStatus } from '../core/pod-status.ts';
import { redacted, redactedText } from '../core/secret-text.ts';
import { annotationLines } from './describe-annotations.ts';
import { actualResourceParts, containerPart, messageParts, resourceParts, seccompParts, securityParts } from './describe-container.ts';
import { placementParts, policyParts } from './describe-placement.ts';
import { referenceParts, volumeNote } from './describe-references.ts';
import { volumeParts } from './describe-volumes.ts';
import { sortedPairs, timeText, unknownText } from './describe-words.ts';
import { field, fieldOf, gap, type Line, type Part, section, type Tone, words } from './description.ts';
import { type DescriptionStyle, descriptionLines } from './description-layout.ts';
import { healthGlyph } from './glyphs.ts';
import { evidenceTexts, lastingText, verdictHealth } from './why-text.ts';

/** The description as lines, fit for a terminal. */
export function describePodLines(pod: DescribedPod, style: DescriptionStyle & { readonly unicode: boolean }): readonly string[] {
  return descriptionLines(podDescription(pod, style.unicode), style);
}

/** The description as data. `unicode` is for the marks of verdicts and conditions. */
function podDescription(pod: DescribedPod, unicode: boolean): readonly Part[] {
  const { spec, status } = object(pod.object);
  const parts: readonly Part[] = [
    titlePart(pod, unicode),
    ...whyParts(pod, unicode),
    gap,
    ...identityParts(pod, object(spec), object(status)),
    ...containerParts(pod, object(spec), object(status)),
    ...gateParts(pod),
    ...conditionParts(pod),
    ...volumeParts(pod.object, (_volume, kind, name) => volumeNote(pod, kind, name)),
    ...referenceParts(pod),
    ...field('QoS Class', pod.facts.qosClass ?? '<unknown>'),
    ...placementParts(object(spec)),
    ...policyParts(object(spec)),
    ...adviceParts(pod),
    eventPart(pod),
  ];
  return [...parts, ...maskPart(pod, parts)];
}

function titlePart({ facts, now }: DescribedPod, unicode: boolean): Part {
  const { health } = podHealth(facts, now);
  const status = podStatus(facts, now);
  const tone: Tone | undefined = { doomed: 'bad', stuck: 'warn', starting: undefined, ready: 'good', done: 'dim', terminating: 'dim' }[health] as
    | Tone
    | undefined;
  const more = [`ready ${status.ready}`, ...(status.restarts > 0 ? [`restarts ${status.restartsText}`] : []), `age ${status.age}`];
  return {
    kind: 'text',
    hanging: 2,
    lines: [
      [
        words(`${healthGlyph(health, unicode)} ${facts.namespace}/${facts.name}`, tone),
        '   ',
        words(status.status, 'bold'),
        `   ${more.join(unicode ? ' · ' : ', ')}`,
      ],
    ],
  };
}

/** What could be better about how it is written, as `lint` says it. */
function adviceParts({ advice = [] }: DescribedPod): readonly Part[] {
  const lines = advice.map(
    ({ rule, severity, message, path }): Line => [
      words(severity, severity === 'warning' ? 'warn' : undefined),
      `  ${message}  `,
      words(`${path}  ${rule}`.trim(), 'dim'),
    ],
  );
  return section('Lint', lines.length === 0 ? [] : [{ kind: 'text', lines, hanging: 2 }]);
}

const verdictTones: Readonly<Record<Verdict, Tone | undefined>> = { doomed: 'bad', stuck: 'warn', waiting: undefined, degraded: 'warn', info: undefined };

/** The findings that `why` prints, in its words. */
function whyParts({ findings, now }: DescribedPod, unicode: boolean): readonly Part[] {
  if (findings.length === 0) return field('Why', 'nothing is wrong with it');
  return section(
    'Why',
    findings.flatMap(({ verdict, since, code, cause, evidence, next }): readonly Part[] => {
      const shown = evidence.flatMap((each) => evidenceParts(each, now));
      return [
        {
          kind: 'text',
          hanging: 2,
          lines: [[words(`${healthGlyph(verdictHealth[verdict], unicode)} `, verdictTones[verdict]), words(cause, verdictTones[verdict])]],
        },
        {
          kind: 'inset',
          parts: [
            ...field('Verdict', lastingText(verdict, since, now), words(code, 'dim')),
            ...(shown.length === 0 ? [] : [fieldOf('Evidence', shown)]),
            ...field('Try', next),
          ],
        },
      ];
    }),
  );
}

/** What a log says may be a secret. */
function evidenceParts(evidence: Evidence, now: number): readonly Line[] {
  return evidenceTexts(evidence.source === 'log' ? { ...evidence, text: redactedText(evidence.text) } : evidence, now).map((text): Line => [text]);
}

function identityParts(pod: DescribedPod, spec: Json, status: Json): readonly Part[] {
  const { facts, now } = pod;
  const { metadata } = object(pod.object);
  const { finalizers } = object(metadata);
  const priority = count(spec['priority']);
  const ips = facts.podIPs;
  const owners = ownerChain(facts);
  const secrets = list(spec['imagePullSecrets']).map((secret) => text(object(secret)['name']) ?? '');
  return [
    ...field('Name', facts.name),
    ...field('Namespace', facts.namespace),
    ...field('UID', facts.uid === '' ? undefined : facts.uid),
    ...field('Priority', priority === undefined ? undefined : String(priority)),
    ...field('Priority Class Name', facts.priorityClassName),
    ...field('Runtime Class Name', text(spec['runtimeClassName'])),
    ...field('Service Account', facts.serviceAccountName),
    ...(secrets.length === 0 ? [] : [fieldOf('Image Pull Secrets', secrets)]),
    ...field('Node', facts.nodeName === undefined ? '<none>' : `${facts.nodeName}/${facts.hostIP ?? ''}`),
    ...field('Created', timeText(facts.createdAt, now)),
    ...field('Start Time', timeText(facts.startedAt, now)),
    fieldOf('Labels', sortedPairs(facts.labels)),
    fieldOf('Annotations', annotationLines(object(metadata)['annotations'])),
    ...(list(finalizers).length === 0 ? [] : [fieldOf('Finalizers', list(finalizers).map(String))]),
    ...statusParts(pod),
    ...field('Reason', facts.reason),
    ...messageParts(facts.message),
    ...seccompParts(object(spec['securityContext'])),
    ...securityParts(object(spec['securityContext'])),
    ...field('IP', ips[0] ?? '<none>'),
    ...(ips.length === 0
      ? field('IPs', '<none>')
      : section(
          'IPs',
          ips.flatMap((ip) => field('IP', ip)),
        )),
    ...field(
      'Controlled By',
      facts.owner === undefined ? undefined : `${facts.owner.kind}/${facts.owner.name}`,
      owners.length > 1 && owners[0] !== undefined ? words(`(of ${ownerText(owners[0])})`, 'dim') : undefined,
    ),
    ...field('NominatedNodeName', facts.nominatedNodeName),
    ...generationParts(pod, status),
    ...section('Resources', [...resourceParts(object(spec['resources'])), ...actualResourceParts(spec, status)]),
  ];
}

/** kubectl's words, and when a deletion was asked for and will be forced, which it does not say. */
function statusParts({ facts, now }: DescribedPod): readonly Part[] {
  const { deletionDueAt, deletionRequestedAt, phase, mirror } = facts;
  if (deletionDueAt === undefined || phase === 'Failed' || phase === 'Succeeded') {
    return [...field('Status', phase, mirror ? words('static Pod: made by its node from a file', 'dim') : undefined)];
  }
  const asked = deletionRequestedAt === undefined ? '' : `deletion asked for ${humanDuration(now - deletionRequestedAt)} ago, `;
  const due = deletionDueAt >= now ? `at most ${humanDuration(deletionDueAt - now)} left` : `overdue for ${humanDuration(now - deletionDueAt)}`;
  const grace = deletionRequestedAt === undefined ? undefined : `${Math.round((deletionDueAt - deletionRequestedAt) / 1000)}s`;
  return [...field('Status', 'Terminating', words(`(${asked}${due})`, deletionDueAt >= now ? undefined : 'warn')), ...field('Termination Grace Period', grace)];
}

/** That the node has not seen the last change of the spec yet; nothing where it has. */
function generationParts({ facts }: DescribedPod, status: Json): readonly Part[] {
  const observed = count(status['observedGeneration']);
  if (facts.generation === undefined || observed === undefined || observed >= facts.generation) return [];
  return field('Generation', words(`${facts.generation}, of which the node has seen ${observed}`, 'warn'));
}

const lists: readonly (readonly [label: string, spec: string, status: string, kinds: readonly ContainerKind[]])[] = [
  ['Init Containers', 'initContainers', 'initContainerStatuses', ['init', 'sidecar']],
  ['Containers', 'containers', 'containerStatuses', ['app']],
  ['Ephemeral Containers', 'ephemeralContainers', 'ephemeralContainerStatuses', ['ephemeral']],
];

function containerParts(pod: DescribedPod, spec: Json, status: Json): readonly Part[] {
  return lists.flatMap(([label, specs, statuses, kinds]) => {
    const parts = pod.facts.containers
      .filter(({ kind }) => kinds.includes(kind))
      .map((container) => containerPart(pod, container, at(spec[specs], container.specIndex), at(status[statuses], container.statusIndex)));
    return parts.length === 0 && label === 'Containers' ? field(label, '<none>') : section(label, parts);
  });
}

function at(values: unknown, index: ContainerFacts['specIndex']): Json {
  return index === undefined ? {} : object(list(values)[index]);
}

function gateParts({ facts }: DescribedPod): readonly Part[] {
  const rows = facts.readinessGates.map((gate): readonly Line[] => {
    const condition = conditionOf(facts, gate);
    return [[gate], [condition?.status ?? '<none>']];
  });
  return section('Readiness Gates', rows.length === 0 ? [] : [{ kind: 'table', header: ['Type', 'Status'], rows }]);
}

function conditionParts({ facts, now }: DescribedPod): readonly Part[] {
  const rows = facts.conditions.map((condition): readonly Line[] => {
    const { type, status, since, reason, message, observedGeneration } = condition;
    const outdated = observedGeneration !== undefined && facts.generation !== undefined && observedGeneration < facts.generation;
    const said = [reason, message].filter((part) => part !== undefined).join(': ');
    const tone = conditionTone(condition);
    return [
      [words(type, tone)],
      [words(status, tone)],
      [ageText(since, now)],
      [said, ...(outdated ? [words(`${said === '' ? '' : ' '}(of an older generation)`, 'dim')] : [])],
    ];
  });
  return section('Conditions', rows.length === 0 ? [] : [{ kind: 'table', header: ['Type', 'Status', 'Since', 'Reason and message'], rows }]);
}

/** Most conditions are to be True; those that announce harm are not. */
function conditionTone({ type, status, reason }: ConditionFacts): Tone | undefined {
  if (type === 'DisruptionTarget' || type.startsWith('PodResize')) return status === 'True' ? 'warn' : undefined;
  if (status === 'True') return undefined;
  return status === 'Unknown' || reason === 'Unschedulable' || reason === 'PodFailed' ? 'bad' : 'warn';
}

function eventPart({ events, now }: DescribedPod): Part {
  if (events.state !== 'known') return fieldOf('Events', [words(unknownText(events.state === 'missing' ? 'there are none' : events.problem), 'warn')]);
  const rows = foldEvents(events.value).map(({ event, count: times, firstAt }): readonly Line[] => {
    const { type, reason, lastAt, source, container, message } = event;
    const over = firstAt === undefined || lastAt === undefined || times < 2 ? '' : ` (x${times} over ${humanDuration(now - firstAt)})`;
    const about = container === undefined ? '' : `${container}: `;
    return [
      [words(type, type === 'Warning' ? 'warn' : undefined)],
      [words(reason, type === 'Warning' ? 'warn' : undefined)],
      [`${ageText(lastAt, now)}${over}`],
      [source],
      [`${about}${message.trim()}`],
    ];
  });
  if (rows.length === 0) return fieldOf('Events', [['<none>', words('  a cluster keeps them for about an hour', 'dim')]]);
  return { kind: 'field', label: 'Events', lines: [], parts: [{ kind: 'table', header: ['Type', 'Reason', 'Age', 'From', 'Message'], rows }] };
}

/** Says how what is masked can be seen by who may see it. A recording holds nothing but the mask. */
function maskPart({ facts, object: pod }: DescribedPod, parts: readonly Part[]): readonly Part[] {
  if (JSON.stringify(pod)?.includes(redacted) === true || !parts.some(holdsMask)) return [];
  return [gap, { kind: 'text', lines: [[words(`Masked values: kubectl get pod ${facts.name} -n ${facts.namespace} -o yaml`, 'dim')]] }];
}

function holdsMask(part: Part): boolean {
  const inLine = (line: Line): boolean => line.some((each) => /\[redacted\]|<masked/.test(typeof each === 'string' ? each : each.text));
  switch (part.kind) {
    case 'gap':
    case 'table':
      return false;
    case 'text':
      return part.lines.some(inLine);
    case 'inset':
      return part.parts.some(holdsMask);
    case 'field':
      return part.lines.some(inLine) || part.parts.some(holdsMask);
  }
}

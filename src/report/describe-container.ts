/** One container in full: what it is, how it stands and how it ended, what it may use, how it is probed, its environment and its mounts. */
import { humanDuration } from '../core/age.ts';
import { exitMeaning } from '../core/container-summaries.ts';
import type { DescribedPod, LastWords } from '../core/described-pod.ts';
import { type Json, list, object, text, texts } from '../core/json.ts';
import type { ContainerFacts, TerminationFacts } from '../core/pod-facts.ts';
import { redactedText, redactedWords } from '../core/secret-text.ts';
import { environmentParts } from './describe-environment.ts';
import { probeParts } from './describe-probe.ts';
import { referenceProblem } from './describe-references.ts';
import { scalar, settings, sortedPairs, timeText, unknownText } from './describe-words.ts';
import { field, fieldOf, type Line, type Part, section, type Tone, textLines, words } from './description.ts';

/** How many of the last lines of a container that ended are shown. */
const lastLines = 10;

/** `spec` is empty where only the status knows the container. */
export function containerPart(pod: DescribedPod, facts: ContainerFacts, spec: Json, status: Json): Part {
  const parts: readonly Part[] = [
    ...roleParts(pod, facts, spec),
    ...(facts.statusIndex === undefined ? [] : field('Container ID', text(status['containerID']) ?? '')),
    ...field('Image', facts.image),
    ...(facts.statusIndex === undefined ? [] : field('Image ID', text(status['imageID']) ?? '')),
    ...field('Pull Policy', text(spec['imagePullPolicy'])),
    ...portParts(list(spec['ports']).map(object)),
    ...seccompParts(object(spec['securityContext'])),
    ...commandParts('Command', spec['command']),
    ...commandParts('Args', spec['args']),
    ...field('Working Dir', text(spec['workingDir'])),
    ...stateParts(pod, facts),
    ...lastWordsParts(pod, facts),
    ...resourceParts(object(spec['resources'])),
    ...actualResourceParts(spec, status),
    ...probeParts(spec, facts, pod.now),
    ...section('Lifecycle', lifecycleParts(object(spec['lifecycle']))),
    ...securityParts(object(spec['securityContext'])),
    ...environmentParts(pod.object, spec, (kind, name, key) => referenceProblem(pod, kind, name, key)),
    fieldOf('Mounts', mountTexts(spec)),
    ...(list(spec['volumeDevices']).length === 0 ? [] : [fieldOf('Devices', deviceTexts(spec))]),
  ];
  return { kind: 'field', label: facts.name, lines: [], parts };
}

/** What kubectl does not say: which step an init container is, and how a container is restarted where that is its own affair. */
function roleParts({ facts: pod }: DescribedPod, { kind, name, restartPolicy }: ContainerFacts, spec: Json): readonly Part[] {
  const steps = pod.containers.filter((each) => each.kind === 'init' && each.specIndex !== undefined);
  const at = steps.findIndex((each) => each.name === name);
  const role = {
    init: at < 0 ? undefined : `init step ${at + 1} of ${steps.length}`,
    sidecar: 'sidecar: starts among the init steps and keeps running',
    app: undefined,
    ephemeral: 'debug container, added to the running Pod',
  }[kind];
  const rules = list(spec['restartPolicyRules'])
    .map(object)
    .map((rule) => settings(rule).join(' '));
  return [
    ...field('Role', role),
    ...field('Target', text(spec['targetContainerName'])),
    ...(kind === 'sidecar' ? [] : field('Restart Policy', restartPolicy)),
    ...(rules.length === 0 ? [] : [fieldOf('Restart Rules', rules)]),
  ];
}

function portParts(ports: readonly Json[]): readonly Part[] {
  const texts = (number: string): readonly string[] =>
    ports.map((port) => {
      const named = text(port['name']);
      const on = number === 'hostPort' ? text(port['hostIP']) : undefined;
      return `${on === undefined ? '' : `${on}:`}${scalar(port[number]) ?? '0'}/${text(port['protocol']) ?? 'TCP'}${named === undefined ? '' : ` (${named})`}`;
    });
  const plural = ports.length > 1 ? 's' : '';
  return [...field(`Port${plural}`, texts('containerPort').join(', ') || '<none>'), ...field(`Host Port${plural}`, texts('hostPort').join(', ') || '<none>')];
}

/** Of the Pod's security context or a container's. */
export function seccompParts({ seccompProfile }: Json): readonly Part[] {
  const { type, localhostProfile } = object(seccompProfile);
  return [...field('SeccompProfile', text(type)), ...field('LocalhostProfile', text(localhostProfile))];
}

/** All other settings of a security context. */
export function securityParts({ seccompProfile: _shown, ...rest }: Json): readonly Part[] {
  const pairs = settings(rest);
  return pairs.length === 0 ? [] : [fieldOf('Security', [pairs.join(' ')])];
}

/** A word a line, as a word may hold spaces; one of several lines takes as many. */
function commandParts(label: string, command: unknown): readonly Part[] {
  const lines = texts(redactedWords(list(command)))
    .map(redactedText)
    .flatMap((word) => textLines(word));
  return lines.length === 0 ? [] : [{ kind: 'field', label, lines: [], parts: [{ kind: 'text', lines }] }];
}

function stateParts(pod: DescribedPod, facts: ContainerFacts): readonly Part[] {
  const { waiting, running, terminated, lastTermination, ready, restarts } = facts;
  if (facts.statusIndex === undefined)
    return field('State', pod.facts.nodeName === undefined ? 'Not reported: the Pod has no node yet' : 'Not reported by its node yet');
  const { now } = pod;
  const state = (): Part => {
    if (running) return stateField('State', 'Running', undefined, field('Started', timeText(running.startedAt, now)));
    if (terminated) return terminationPart('State', terminated, now);
    const tone = waiting?.reason === undefined || waiting.reason === 'PodInitializing' || waiting.reason === 'ContainerCreating' ? undefined : 'warn';
    return stateField('State', 'Waiting', tone, [...field('Reason', waiting?.reason), ...messageParts(waiting?.message)]);
  };
  return [
    state(),
    ...(lastTermination === undefined ? [] : [terminationPart('Last State', lastTermination, now)]),
    ...field('Ready', ready ? 'True' : 'False'),
    ...field('Restart Count', String(restarts)),
  ];
}

function stateField(label: string, state: string, tone: Tone | undefined, parts: readonly Part[]): Part {
  return { kind: 'field', label, lines: [[words(state, tone)]], parts };
}

function terminationPart(label: string, { exitCode, signal, reason, message, startedAt, finishedAt }: TerminationFacts, now: number): Part {
  const meaning = exitMeaning(exitCode, signal);
  const bad = exitCode !== 0 || signal > 0;
  const ran = startedAt === undefined || finishedAt === undefined ? undefined : words(`(ran ${humanDuration(finishedAt - startedAt)})`, 'dim');
  return stateField(label, 'Terminated', bad ? 'bad' : undefined, [
    ...field('Reason', reason),
    ...messageParts(message),
    ...field('Exit Code', words(String(exitCode), bad ? 'bad' : undefined), meaning === undefined ? undefined : `(${meaning})`),
    ...field('Signal', signal > 0 ? String(signal) : undefined),
    ...field('Started', timeText(startedAt, now) ?? '<unknown>'),
    ...field('Finished', timeText(finishedAt, now) ?? '<unknown>', ran),
  ]);
}

export function messageParts(message: string | undefined): readonly Part[] {
  return message === undefined ? [] : [{ kind: 'field', label: 'Message', lines: textLines(message), parts: [] }];
}

function lastWordsParts(pod: DescribedPod, { name }: ContainerFacts): readonly Part[] {
  return pod.lastWords.filter(({ container }) => container === name).map(lastWordsPart);
}

function lastWordsPart({ previous, log }: LastWords): Part {
  const run: readonly Line[] = previous ? [[words('of the run before', 'dim')]] : [];
  const all = log.state === 'known' ? redactedText(log.value).replace(/\n+$/, '').split('\n') : [];
  const lines = all.slice(-lastLines);
  if (log.state !== 'known') return fieldOf('Last Words', [words(log.state === 'missing' ? 'no log is left' : unknownText(log.problem), 'dim')]);
  if (lines.every((line) => line.trim() === '')) return fieldOf('Last Words', [words('it said nothing', 'dim')]);
  return { kind: 'field', label: 'Last Words', lines: run, parts: [{ kind: 'text', hanging: 2, lines: lines.map((line): Line => ['| ', line]) }] };
}

/** Limits, requests and claims, of a container or of the whole Pod. */
export function resourceParts({ limits, requests, claims }: Json): readonly Part[] {
  const amounts = (of: unknown): readonly Part[] =>
    Object.entries(object(of))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, amount]) => field(name, scalar(amount) ?? ''));
  const claimed = list(claims).map((claim) => settings(claim).join(' '));
  return [...section('Limits', amounts(limits)), ...section('Requests', amounts(requests)), ...(claimed.length === 0 ? [] : [fieldOf('Claims', claimed)])];
}

/** What is in effect on the node, where that differs from what is asked for: a resize has not been made. */
export function actualResourceParts({ resources: asked }: Json, { resources: actual, allocatedResources }: Json): readonly Part[] {
  const lines = (['limits', 'requests'] as const).flatMap((name) => {
    const [wanted, real] = [object(object(asked)[name]), object(object(actual)[name])];
    return Object.entries(real).flatMap(([resource, amount]) => {
      const differs = wanted[resource] !== undefined && scalar(amount) !== scalar(wanted[resource]);
      return differs ? [`${name.replace(/s$/, '')} ${resource}=${scalar(amount) ?? ''}`] : [];
    });
  });
  if (lines.length === 0) return [];
  const allocated = sortedPairs(allocatedResources);
  return [
    fieldOf(
      'In Effect',
      lines.map((line) => words(line, 'warn')),
    ),
    ...(allocated.length === 0 ? [] : field('Allocated', allocated.join(', '))),
  ];
}

function lifecycleParts(lifecycle: Json): readonly Part[] {
  return Object.entries(lifecycle).flatMap(([name, action]) => {
    const { exec, ...others } = object(action);
    const command = texts(redactedWords(list(object(exec)['command']))).map(redactedText);
    const httpGet = object(others['httpGet']);
    // A header may hold a password.
    const shown = httpGet['httpHeaders'] === undefined ? others : { ...others, httpGet: { ...httpGet, httpHeaders: undefined } };
    const what = exec === undefined ? settings(typeof action === 'string' ? action : shown).join(' ') : `exec [${command.join(' ')}]`;
    return field(name, what);
  });
}

function mountTexts(spec: Json): readonly string[] {
  return list(spec['volumeMounts'])
    .map(object)
    .sort((a, b) => ((text(a['mountPath']) ?? '') < (text(b['mountPath']) ?? '') ? -1 : 1))
    .map(({ mountPath, name, readOnly, subPath, subPathExpr, mountPropagation, recursiveReadOnly }) => {
      const flags = [
        readOnly === true ? 'ro' : 'rw',
        ...(text(subPath) === undefined ? [] : [`path=${JSON.stringify(subPath)}`]),
        ...(text(subPathExpr) === undefined ? [] : [`pathExpr=${JSON.stringify(subPathExpr)}`]),
      ];
      const more = [
        ...(text(mountPropagation) === undefined || mountPropagation === 'None' ? [] : [`propagation ${text(mountPropagation)}`]),
        ...(text(recursiveReadOnly) === undefined || recursiveReadOnly === 'Disabled' ? [] : [`recursively read only: ${text(recursiveReadOnly)}`]),
      ];
      return `${text(mountPath) ?? ''} from ${text(name) ?? ''} (${flags.join(',')})${more.length === 0 ? '' : `  ${more.join(', ')}`}`;
    });
}

function deviceTexts(spec: Json): readonly string[] {
  return list(spec['volumeDevices'])
    .map(object)
    .sort((a, b) => ((text(a['devicePath']) ?? '') < (text(b['devicePath']) ?? '') ? -1 : 1))
    .map(({ devicePath, name }) => `${text(devicePath) ?? ''} from ${text(name) ?? ''}`);
}

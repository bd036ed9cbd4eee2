/** The Pod pane's content as lines, longer than the screen where there is much to say: why, lanes of containers, conditions, Events, the rest. */
import { ageText, humanDuration } from '../core/age.ts';
import { type ChainLink, conditionChain, otherConditions } from '../core/conditions.ts';
import { type ContainerSummary, containerSummaries, type TerminationSummary } from '../core/container-summaries.ts';
import { type EventFacts, sortEvents } from '../core/event-facts.ts';
import { ownerChain, ownerText } from '../core/owner.ts';
import type { ContainerKind, PodFacts, ProbeFacts } from '../core/pod-facts.ts';
import { podHealth } from '../core/pod-health.ts';
import { podStatus } from '../core/pod-status.ts';
import { healthGlyph } from '../report/glyphs.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import type { Model, PodView } from './model.ts';
import { healthTone, type Signs, signsOf } from './signs.ts';
import { type Style, styleOf } from './style.ts';
import { cutEnd, cutMiddle, fit, wrapWords } from './text-fit.ts';
import { axisOf, type TimeAxis } from './time-axis.ts';

interface Pane {
  readonly facts: PodFacts;
  readonly view: PodView;
  readonly now: number;
  readonly width: number;
  readonly style: Style;
  readonly signs: Signs;
  readonly unicode: boolean;
}

/** Every line of the pane below its title. None is wider than the terminal. */
export function podPane(model: Model, view: PodView): readonly string[] {
  const { facts } = view.row;
  if (facts === undefined) return [];
  const { columns, colour, unicode } = model.terminal;
  const pane: Pane = { facts, view, now: model.now, width: columns, style: styleOf(colour), signs: signsOf(unicode), unicode };
  return [...identity(pane), ...why(pane), '', ...lanes(pane), '', ...conditions(pane), '', ...events(pane), '', ...rest(pane)];
}

/** The Pod's own line, always on screen: where, who, how it is. */
export function podTitle(model: Model, view: PodView): string {
  const { columns, colour, unicode } = model.terminal;
  const style = styleOf(colour);
  const { row, gone } = view;
  const glyph = healthGlyph(row.health, unicode);
  const state = gone ? 'deleted' : row.status;
  const right = `${glyph} ${cutEnd(state, 28, signsOf(unicode).cut)}`;
  const name = cutMiddle(`${row.namespace}/${row.name}`, Math.max(8, columns - textWidth(right) - 5), signsOf(unicode).cut);
  const space = ' '.repeat(Math.max(2, columns - 2 - textWidth(name) - textWidth(right)));
  return ` ${style.bold(name)}${space}${gone ? style.dim(right) : healthTone(style, row.health)(right)}`;
}

/** Age, node, QoS and owner, in as many lines as they need. */
function identity({ facts, now, width, signs, style, view }: Pane): readonly string[] {
  const status = podStatus(facts, now);
  const owner = ownerChain(facts).map(ownerText).join(` ${signs.arrow} `);
  const parts = [
    `age ${status.age}`,
    `ready ${status.ready}`,
    ...(status.restarts > 0 ? [`restarts ${status.restartsText}`] : []),
    facts.nodeName ?? 'no node yet',
    ...(facts.qosClass === undefined ? [] : [facts.qosClass]),
    owner === '' ? 'no owner' : owner,
    ...(facts.mirror ? ['static Pod'] : []),
  ];
  const lines = flow(parts.map(plainText), ` ${signs.dot} `, width - 2).map((line) => ` ${style.dim(line)}`);
  if (!view.gone) return lines;
  return [...lines, ` ${style.bold('GONE')}  ${cutEnd('This Pod was deleted. This is how it was last seen.', width - 8, signs.cut)}`];
}

function why(pane: Pane): readonly string[] {
  const { health, cause } = podHealth(pane.facts, pane.now);
  if (cause === undefined) return [];
  const tone = health === 'doomed' || health === 'stuck' ? healthTone(pane.style, health) : pane.style.bold;
  return labelled(pane, 'WHY', wrapWords(plainText(cause), pane.width - 13), tone);
}

/** A block with its label in the margin: `LABEL      first line`, the rest under it. */
function labelled({ style }: Pane, label: string, lines: readonly string[], tone: (text: string) => string = (text) => text): readonly string[] {
  return lines.map((line, at) => ` ${at === 0 ? style.bold(fit(label, 10, '')) : ' '.repeat(10)}  ${line === '' ? '' : tone(line)}`);
}

/** Words set in lines, never broken inside one unless it is longer than a line. */
function flow(parts: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const joined = line === '' ? part : line + separator + part;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const broken = wrapWords(part, width);
    lines.push(...broken.slice(0, -1));
    line = broken.at(-1) ?? '';
  }
  return line === '' ? lines : [...lines, line];
}

// Lanes

const laneIndent = 3;

function lanes(pane: Pane): readonly string[] {
  const { facts, style, signs, width } = pane;
  const containers = containerSummaries(facts);
  let step = 0;
  const labels = containers.map(({ kind, name }) => `${laneMark(kind, signs, () => ++step)} ${plainText(name)}`);
  const label = Math.min(26, Math.max(12, ...labels.map(textWidth)));
  const axis = width < 96 ? undefined : axisOf(facts, pane.now, Math.min(60, Math.floor((width - label) / 2.4)));
  const bars = axis === undefined ? 0 : axis.cells + 2;
  const lines: string[] = [` ${style.bold(fit('CONTAINERS', label + laneIndent, ''))}${axis === undefined ? '' : ` ${style.dim(axis.ticks)}`}`.trimEnd()];
  if (axis !== undefined) lines.push(...marks(pane, axis, label));
  containers.forEach((container, at) => {
    const name = fit(cutMiddle(labels[at] ?? '', label, signs.cut), label);
    const bar = axis === undefined ? '' : ` ${laneBar(pane, axis, container)} `;
    const room = width - laneIndent - label - bars - 2;
    const { sign, text, tone } = laneState(pane, container);
    const [first = '', ...more] = wrapWords(text, Math.max(10, room - 2));
    lines.push(`${' '.repeat(laneIndent)}${name} ${bar}${tone(`${sign} ${first}`)}`);
    const indent = ' '.repeat(laneIndent + label + 1 + bars + 2);
    for (const line of more) lines.push(indent + tone(line));
    for (const line of laneDetails(pane, container)) {
      for (const part of wrapWords(line, Math.max(10, width - laneIndent - label - 4))) {
        lines.push(`${' '.repeat(laneIndent + label + 3)}${style.dim(part)}`);
      }
    }
  });
  return lines;
}

/** Init steps are numbered in their order; a sidecar starts among them and stays. */
function laneMark(kind: ContainerKind, signs: Signs, next: () => number): string {
  switch (kind) {
    case 'init':
      return String(next());
    case 'sidecar':
      return signs.sidecar;
    case 'ephemeral':
      return signs.ephemeral;
    case 'app':
      return ' ';
  }
}

/** When the Pod got its node and its sandbox, on the same axis as the containers. */
function marks({ facts, style, signs }: Pane, axis: TimeAxis, label: number): readonly string[] {
  const line = (name: string, type: string): readonly string[] => {
    const link = conditionChain(facts).find((each) => each.type === type);
    if (link?.mark !== 'true' || link.since === undefined || facts.createdAt === undefined) return [];
    const after = humanDuration(Math.max(0, link.since - facts.createdAt));
    return [`${' '.repeat(laneIndent)}${fit(`  ${name}`, label)}  ${axis.mark(link.since, signs.caret)}   ${style.dim(`after ${after}`)}`];
  };
  return [...line('scheduled', 'PodScheduled'), ...line('sandbox', 'PodReadyToStartContainers')];
}

function laneBar({ signs, style }: Pane, axis: TimeAxis, container: ContainerSummary): string {
  const last = container.lastTermination;
  if (container.state === 'waiting' && last?.startedAt !== undefined) return style.red(axis.bar(last.startedAt, last.finishedAt, signs.bar));
  if (container.since === undefined) return axis.mark(undefined, '');
  const bar = axis.bar(container.since, container.state === 'running' ? undefined : container.finishedAt, signs.bar);
  if (container.state === 'terminated') return container.exitCode === 0 ? style.dim(bar) : style.red(bar);
  return container.kind === 'init' ? style.blue(bar) : style.green(bar);
}

interface LaneState {
  readonly sign: string;
  readonly text: string;
  readonly tone: (text: string) => string;
}

function laneState({ now, signs, style }: Pane, container: ContainerSummary): LaneState {
  const same = (text: string): string => text;
  switch (container.state) {
    case 'running': {
      const age = container.since === undefined ? '' : ` for ${humanDuration(now - container.since)}`;
      const stays = container.kind === 'app' || container.kind === 'sidecar';
      const ready = stays ? (container.ready ? ', ready' : container.started === false ? ', not started' : ', not ready') : '';
      return { sign: stays && container.ready ? signs.good : signs.running, text: `running${age}${ready}`, tone: same };
    }
    case 'terminated': {
      const text = endedText(
        {
          exitCode: container.exitCode ?? 0,
          meaning: container.exitMeaning,
          reason: container.reason,
          startedAt: container.since,
          finishedAt: container.finishedAt,
        },
        now,
      );
      const message = container.message === undefined ? '' : `: ${plainText(container.message).trim()}`;
      return container.exitCode === 0 ? { sign: signs.good, text, tone: same } : { sign: signs.bad, text: text + message, tone: style.red };
    }
    case 'waiting': {
      const calm = container.reason === undefined || container.reason === 'PodInitializing' || container.reason === 'ContainerCreating';
      const message = container.message === undefined ? '' : `: ${plainText(container.message).trim()}`;
      const text = plainText(container.reason ?? 'waiting') + message;
      return { sign: calm ? signs.pending : signs.bad, text, tone: calm ? style.dim : style.red };
    }
    case 'unknown':
      return { sign: signs.pending, text: 'not reported yet', tone: style.dim };
  }
}

/** `exited with 137 (killed by SIGKILL), OOMKilled, after 4s, 12s ago`. */
function endedText(ended: Pick<TerminationSummary, 'exitCode' | 'meaning' | 'reason' | 'startedAt' | 'finishedAt'>, now: number): string {
  const { exitCode, meaning, reason, startedAt, finishedAt } = ended;
  const parts = [`exit ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`];
  if (reason !== undefined && reason !== 'Completed' && reason !== 'Error') parts.push(plainText(reason));
  // Times have whole seconds.
  if (startedAt !== undefined && finishedAt !== undefined) parts.push(finishedAt > startedAt ? `ran ${humanDuration(finishedAt - startedAt)}` : 'ran under 1s');
  if (finishedAt !== undefined) parts.push(`${humanDuration(now - finishedAt)} ago`);
  return parts.join(', ');
}

function laneDetails({ now, signs }: Pane, container: ContainerSummary): readonly string[] {
  // A step that is done or whose turn has not come, and a container that no kubelet has seen yet, have no more to say.
  const before = container.kind === 'init' || container.kind === 'sidecar';
  const done = container.kind === 'init' && container.state === 'terminated' && container.exitCode === 0;
  const quiet = done || (before && container.state === 'waiting' && container.reason === 'PodInitializing');
  if (container.state === 'unknown' || (quiet && container.restarts === 0)) return [];
  const { lastTermination, restarts } = container;
  const lines: string[] = [];
  if (lastTermination !== undefined) {
    const message = lastTermination.message === undefined ? '' : `: ${plainText(lastTermination.message).trim()}`;
    lines.push(`restarted ${restarts}${signs.times}, last run: ${endedText(lastTermination, now)}${message}`);
  } else if (restarts > 0) {
    lines.push(`restarted ${restarts}${signs.times}`);
  }
  const probes = Object.entries(container.probes).map(([kind, probe]) => probeText(kind, probe));
  lines.push([plainText(container.image), ...probes].join(` ${signs.dot} `));
  return lines;
}

function probeText(kind: string, { handler, periodSeconds, failureThreshold, initialDelaySeconds }: ProbeFacts): string {
  const delay = initialDelaySeconds > 0 ? ` from ${initialDelaySeconds}s` : '';
  return `${kind} ${plainText(handler)}${delay} every ${periodSeconds}s, ${failureThreshold} tries`;
}

// Conditions

function conditions(pane: Pane): readonly string[] {
  const { facts, now, signs, style, width } = pane;
  const chain = conditionChain(facts);
  const held = chain.filter((link) => link.mark === 'true').map((link) => `${signs.good} ${link.type}${since(link.since, now)}`);
  const unwritten = chain.filter((link) => link.mark === 'pending' && link.since === undefined && link.reason === undefined);
  const lines = [...flow(held, '  ', width - 14)];
  for (const links of alike(chain.filter((link) => link.mark !== 'true' && !unwritten.includes(link)))) lines.push(...unmet(pane, links));
  lines.push(
    ...flow(
      unwritten.map((link) => `${signs.pending} ${link.type}`),
      '  ',
      width - 14,
    ),
  );
  for (const condition of otherConditions(facts)) {
    const text = `${plainText(condition.type)} ${plainText(condition.status)}${said(condition.reason, condition.message)}${since(condition.since, now)}`;
    lines.push(...wrapWords(`${condition.status === 'True' ? signs.good : signs.pending} ${text}`, width - 14));
  }
  const coloured = lines.map((line) => (line.startsWith(signs.bad) ? style.red(line) : line));
  return labelled(pane, 'CONDITIONS', coloured);
}

/** ContainersReady and Ready mostly say the same in the same words: neighbours that do are said once. */
function alike(links: readonly ChainLink[]): readonly (readonly ChainLink[])[] {
  const groups: ChainLink[][] = [];
  for (const link of links) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const same = first?.mark === link.mark && first.reason === link.reason && first.message === link.message && first.since === link.since;
    if (group !== undefined && same) group.push(link);
    else groups.push([link]);
  }
  return groups;
}

function unmet({ now, signs, width }: Pane, links: readonly ChainLink[]): readonly string[] {
  const [first] = links;
  if (first === undefined) return [];
  const sign = first.mark === 'trouble' ? signs.bad : signs.pending;
  const types = links.map(({ type }) => type).join(', ');
  const old = links.some(({ outdated }) => outdated) ? ' (of an older generation)' : '';
  return wrapWords(`${sign} ${types}${since(first.since, now)}${said(first.reason, first.message)}${old}`, width - 14);
}

function since(at: number | undefined, now: number): string {
  return at === undefined ? '' : ` ${ageText(at, now)}`;
}

function said(reason: string | undefined, message: string | undefined): string {
  const words = [reason, message].filter((word) => word !== undefined).map((word) => plainText(word).trim());
  return words.length === 0 ? '' : ` ${words.join(': ')}`;
}

// Events

interface FoldedEvent {
  readonly event: EventFacts;
  readonly count: number;
}

/** Events that say the same of the same container are one, seen as often as all of them and as late as the last. */
function foldEvents(events: Iterable<EventFacts>): readonly FoldedEvent[] {
  const folded = new Map<string, FoldedEvent>();
  for (const event of sortEvents(events)) {
    const key = `${event.type}\u0000${event.reason}\u0000${event.container ?? ''}\u0000${event.message}`;
    const count = (folded.get(key)?.count ?? 0) + event.count;
    folded.delete(key);
    folded.set(key, { event, count });
  }
  return [...folded.values()];
}

function events(pane: Pane): readonly string[] {
  const { view, style, width } = pane;
  const folded = foldEvents(view.events.values());
  if (view.eventsProblem !== undefined) {
    const text = `${folded.length === 0 ? 'They cannot be read' : 'No newer ones'}: ${plainText(view.eventsProblem.message)}`;
    const problem = wrapWords(text, width - 14).map(style.yellow);
    return labelled(pane, 'EVENTS', [...eventLines(pane, folded), ...problem]);
  }
  if (folded.length === 0) return labelled(pane, 'EVENTS', [view.eventsSynced ? 'None. A cluster keeps them for about an hour.' : 'Reading them.'], style.dim);
  return labelled(pane, 'EVENTS', eventLines(pane, folded));
}

function eventLines({ now, style, signs, width }: Pane, folded: readonly FoldedEvent[]): readonly string[] {
  const reasons = Math.min(22, Math.max(0, ...folded.map(({ event }) => textWidth(plainText(event.reason)))));
  return folded.flatMap(({ event, count }) => {
    const at = fit(ageText(event.lastAt, now), 6);
    const reason = fit(plainText(event.reason), reasons, signs.cut);
    const times = count > 1 ? `${signs.times}${count} ` : '';
    const about = event.container === undefined ? '' : `${plainText(event.container)}: `;
    const indent = 8 + reasons + 2;
    const [first = '', ...more] = wrapWords(`${times}${about}${plainText(event.message).trim()}`, Math.max(10, width - 14 - indent));
    const tone = event.type === 'Warning' ? style.yellow : (text: string): string => text;
    return [`${style.dim(at)}  ${tone(reason)}  ${first}`, ...more.map((line) => ' '.repeat(indent) + line)];
  });
}

// The rest

function rest(pane: Pane): readonly string[] {
  const { facts, width } = pane;
  const room = width - 14;
  const labels = Object.entries(facts.labels).map(([key, value]) => plainText(`${key}=${value}`));
  const volumes = facts.volumes.map(({ name, source, target }) => plainText(`${name} (${source}${target === undefined ? '' : ` ${target}`})`));
  const addresses = [...facts.podIPs.map((ip) => `Pod ${ip}`), ...(facts.hostIP === undefined ? [] : [`node ${facts.hostIP}`])].map(plainText);
  const policy = [
    ...(facts.restartPolicy === undefined ? [] : [`restart ${facts.restartPolicy}`]),
    ...(facts.serviceAccountName === undefined ? [] : [`account ${facts.serviceAccountName}`]),
    ...(facts.priorityClassName === undefined ? [] : [`priority ${facts.priorityClassName}`]),
    ...(facts.terminationGracePeriodSeconds === undefined ? [] : [`grace ${facts.terminationGracePeriodSeconds}s`]),
  ].map(plainText);
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ['ADDRESSES', addresses],
    ['LABELS', labels],
    ['VOLUMES', volumes],
    ['POLICY', policy],
  ];
  return blocks.flatMap(([label, parts]) => (parts.length === 0 ? [] : labelled(pane, label, flow(parts, '  ', room))));
}

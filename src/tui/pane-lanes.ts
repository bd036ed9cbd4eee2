/** The lanes of the Pod pane: every container in start order with its state, its last end and its probes, on a time axis where there is room. */
import { humanDuration } from '../core/age.ts';
import { type ContainerSummary, containerSummaries, type TerminationSummary } from '../core/container-summaries.ts';
import type { ContainerKind, ProbeFacts } from '../core/pod-facts.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { axisOf, type TimeAxis } from '../report/time-axis.ts';
import type { Pane } from './pane-block.ts';
import type { Signs } from './signs.ts';
import { cutMiddle, fit } from './text-fit.ts';

const laneIndent = 3;

export function laneLines(pane: Pane): readonly string[] {
  const { facts, style, signs, width, timeline } = pane;
  const containers = containerSummaries(facts);
  let step = 0;
  const labels = containers.map(({ kind, name }) => `${laneMark(kind, signs, () => ++step)} ${plainText(name)}`);
  const label = Math.min(26, Math.max(12, ...labels.map(textWidth)));
  const axis = width < 96 ? undefined : axisOf(timeline, Math.min(60, Math.floor((width - label) / 2.4)));
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
function marks({ timeline, style, signs }: Pane, axis: TimeAxis, label: number): readonly string[] {
  return timeline.stages.flatMap(({ kind, to }) => {
    if ((kind !== 'scheduled' && kind !== 'sandbox') || to === undefined || timeline.start === undefined) return [];
    const after = humanDuration(to - timeline.start);
    return [`${' '.repeat(laneIndent)}${fit(`  ${kind}`, label)}  ${axis.mark(to, signs.caret)}   ${style.dim(`after ${after}`)}`];
  });
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

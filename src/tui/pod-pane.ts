/** The Pod pane as lines, more than the screen has where there is much to say: its title, why, then block after block. */
import { humanDuration } from '../core/age.ts';
import { ownerChain, ownerText } from '../core/owner.ts';
import { podStatus } from '../core/pod-status.ts';
import { healthGlyph } from '../report/glyphs.ts';
import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { cutEnd, wrapWords } from '../report/text-wrap.ts';
import { timelineLines } from '../report/timeline-text.ts';
import { outcomeText } from '../report/timeline-words.ts';
import type { Model, PodView } from './model.ts';
import { flow, labelled, type Pane, paneOf } from './pane-block.ts';
import { conditionLines } from './pane-conditions.ts';
import { eventBlock } from './pane-events.ts';
import { laneLines } from './pane-lanes.ts';
import { nodeLines, nodeWarning } from './pane-node.ts';
import { specLines } from './pane-spec.ts';
import { healthTone, signsOf } from './signs.ts';
import { cutMiddle } from './text-fit.ts';
import { healthOf } from './update-look.ts';

/** Every line of the pane below its title. */
export function podPane(model: Model, view: PodView): readonly string[] {
  const { facts } = view.row;
  if (facts === undefined) return [];
  const pane = paneOf(model, view, facts);
  const blocks = view.timeline
    ? [startUpLines(pane)]
    : [laneLines(pane), conditionLines(pane), eventBlock(pane), nodeLines(pane), specLines(pane), adviceLines(pane)];
  return [
    ...identity(pane),
    ...gone(pane, model),
    ...why(pane, model),
    ...nodeWarning(pane),
    ...blocks.flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines])),
  ];
}

/** The start-up as a waterfall, in place of the blocks. */
function startUpLines(pane: Pane): readonly string[] {
  const { timeline, width, unicode, style } = pane;
  const shown = timelineLines(timeline, { width: width - 2, unicode, paint: style });
  return [` ${style.bold('START-UP')}  ${plainText(outcomeText(timeline, pane.facts))}`, ...shown.map((line) => (line === '' ? '' : ` ${line}`))];
}

/** What lint warns of; what is only worth knowing is left to the description. */
function adviceLines(pane: Pane): readonly string[] {
  const warnings = pane.view.advice.filter(({ severity }) => severity === 'warning');
  const more = pane.view.advice.length - warnings.length;
  const lines = warnings.flatMap(({ rule, message }) => wrapWords(plainText(`${message} (${rule})`), pane.room));
  const rest = more === 0 ? [] : [pane.style.dim(cutEnd(`${more} more worth knowing: d describe`, pane.room, pane.signs.cut))];
  return labelled(pane, 'LINT', [...lines, ...rest]);
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
function identity({ facts, now, width, signs, style }: Pane): readonly string[] {
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
  return flow(parts.map(plainText), ` ${signs.dot} `, width - 2).map((line) => ` ${style.dim(line)}`);
}

/** A Pod that was deleted while it is open stays as it was last seen; one that took its name is offered. */
function gone(pane: Pane, { rows, now }: Model): readonly string[] {
  if (!pane.view.gone) return [];
  const successor = pane.view.successor === undefined ? undefined : rows.get(pane.view.successor);
  const made = successor?.facts?.createdAt;
  const another =
    successor === undefined ? '' : ` Another of this name was made${made === undefined ? '' : ` ${humanDuration(now - made)} ago`}: enter opens it.`;
  return labelled(pane, 'GONE', wrapWords(`This Pod was deleted. This is how it was last seen.${another}`, pane.room));
}

function why(pane: Pane, model: Model): readonly string[] {
  const { health, cause } = healthOf(model, { ...pane.view.row, facts: pane.facts });
  if (cause === undefined) return [];
  const tone = health === 'doomed' || health === 'stuck' ? healthTone(pane.style, health) : pane.style.bold;
  return labelled(pane, 'WHY', wrapWords(plainText(cause), pane.room), tone);
}

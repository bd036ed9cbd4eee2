/** The conditions of the Pod pane: those of the chain that hold, those that do not and why, then all others. */
import { ageText } from '../core/age.ts';
import { type ChainLink, conditionChain, otherConditions } from '../core/conditions.ts';
import type { ConditionFacts, PodFacts } from '../core/pod-facts.ts';
import { plainText } from '../report/terminal-text.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { flow, labelled, type Pane } from './pane-block.ts';

export function conditionLines(pane: Pane): readonly string[] {
  const { facts, now, signs, style, room } = pane;
  const chain = conditionChain(facts);
  const held = chain.filter((link) => link.mark === 'true').map((link) => `${signs.good} ${link.type}${since(link.since, now)}`);
  const unwritten = chain.filter((link) => link.mark === 'pending' && link.since === undefined && link.reason === undefined);
  const lines = [...flow(held, '  ', room)];
  for (const links of alike(chain.filter((link) => link.mark !== 'true' && !unwritten.includes(link)))) lines.push(...unmet(pane, links));
  lines.push(
    ...flow(
      unwritten.map((link) => `${signs.pending} ${link.type}`),
      '  ',
      room,
    ),
  );
  for (const condition of otherConditions(facts)) {
    const text = `${plainText(condition.type)} ${plainText(condition.status)}${said(condition.reason, condition.message)}${since(condition.since, now)}`;
    lines.push(...wrapWords(`${signs[otherSign(facts, condition)]} ${text}`, room));
  }
  const coloured = lines.map((line) => (line.startsWith(signs.bad) ? style.red(line) : line));
  return labelled(pane, 'CONDITIONS', coloured);
}

/** A readiness gate is to be True; of the others, what announces that the Pod will be disturbed or cannot get what it asks for is trouble. */
function otherSign({ readinessGates }: PodFacts, { type, status, reason }: ConditionFacts): 'good' | 'bad' | 'pending' {
  if (status !== 'True') return 'pending';
  if (readinessGates.includes(type)) return 'good';
  return type === 'DisruptionTarget' || reason === 'Infeasible' ? 'bad' : 'pending';
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

function unmet({ now, signs, room }: Pane, links: readonly ChainLink[]): readonly string[] {
  const [first] = links;
  if (first === undefined) return [];
  const sign = first.mark === 'trouble' ? signs.bad : signs.pending;
  const types = links.map(({ type }) => type).join(', ');
  const old = links.some(({ outdated }) => outdated) ? ' (of an older generation)' : '';
  return wrapWords(`${sign} ${types}${since(first.since, now)}${said(first.reason, first.message)}${old}`, room);
}

function since(at: number | undefined, now: number): string {
  return at === undefined ? '' : ` ${ageText(at, now)}`;
}

function said(reason: string | undefined, message: string | undefined): string {
  const words = [reason, message].filter((word) => word !== undefined).map((word) => plainText(word).trim());
  return words.length === 0 ? '' : ` ${words.join(': ')}`;
}

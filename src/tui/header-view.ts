/** The first line of the screen: which cluster and scope, how fresh what is shown is, and how many Pods are how well. */
import { humanDuration } from '../core/age.ts';
import { healthGlyph } from '../report/glyphs.ts';
import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import type { Link } from '../service/pod-source.ts';
import type { Model, Terminal } from './model.ts';
import type { Row } from './pod-row.ts';
import { healthCounts } from './row-groups.ts';
import { healthTone, signsOf } from './signs.ts';
import { cutMiddle } from './text-fit.ts';

/** Whether what is shown may be out of date: every cluster but the live ones. */
export function worstLink(model: Model): Link | undefined {
  const links = [...model.links.values()];
  return links.find((link) => link.state === 'stale') ?? links.find((link) => link.state === 'connecting') ?? links.find(isListed) ?? links[0];
}

/** Not watched, for want of the right. */
function isListed(link: Link): boolean {
  return link.state === 'live' && link.listedEvery !== undefined;
}

/** Context and scope, how fresh, and how many of each health. The counts add up to the Pods of the scope, whatever the filter shows. */
export function headerLine(model: Model): string {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const width = model.terminal.columns;
  const link = linkText(model);
  const context = model.clusters.map(plainText).join(', ');
  const scope = scopeText(model);
  for (const form of headerForms) {
    const [total, ...parts] = countTexts(model.sorted, model.terminal, form.calm) as readonly [CountText, ...CountText[]];
    const counts = [form.calm ? { ...total, text: `  ${total.text}` } : total, ...parts];
    const right = [link.text, ...counts.map(({ text }) => text)].join(form.space);
    const room = width - 4 - textWidth(right);
    const brand = form.brand ? 'podwright  ' : '';
    const spare = room - brand.length - textWidth(` ${signs.dot} ${scope}`);
    if (spare < Math.min(form.context, textWidth(context))) continue;
    const left = ` ${form.brand ? `${style.bold('podwright')}  ` : ''}${cutMiddle(context, spare, signs.cut)} ${signs.dot} ${scope}`;
    const painted = [link.tone(link.text), ...counts.map(({ text, tone }) => tone(text))].join(form.space);
    return left + ' '.repeat(Math.max(1, width - 1 - textWidth(left) - textWidth(right))) + painted;
  }
  const counts = countTexts(model.sorted, model.terminal, false);
  let line = ` ${link.tone(link.text)}`;
  let used = 1 + textWidth(link.text);
  for (const { text, tone } of counts) {
    if (used + 1 + textWidth(text) > width) break;
    line += ` ${tone(text)}`;
    used += 1 + textWidth(text);
  }
  return line;
}

/** How the header is written, the most ample first: with the program's name, how far apart, with the counts of what is over, and cells for the context. */
const headerForms = [
  { brand: true, space: '  ', calm: true, context: 32 },
  { brand: false, space: '  ', calm: true, context: 24 },
  { brand: false, space: '  ', calm: false, context: 16 },
  { brand: false, space: ' ', calm: false, context: 12 },
] as const;

export interface CountText {
  readonly text: string;
  readonly tone: (text: string) => string;
}

/** How many Pods, and how many of each health; `calm` counts those that are over too, so that the parts add up. */
export function countTexts(rows: readonly Row[], { colour, unicode }: Terminal, calm: boolean): readonly CountText[] {
  const style = styleOf(colour);
  const counts = healthCounts(rows);
  const shown = ['ready', 'starting', 'stuck', 'doomed', ...(calm ? (['done', 'terminating'] as const) : [])] as const;
  const total: CountText = { text: `${rows.length} ${rows.length === 1 ? 'Pod' : 'Pods'}`, tone: (text) => text };
  const parts = shown.flatMap((health): readonly CountText[] => {
    const count = counts.get(health);
    return count === undefined ? [] : [{ text: `${healthGlyph(health, unicode)} ${count}`, tone: healthTone(style, health) }];
  });
  return [total, ...parts];
}

export function scopeText({ scope }: Model): string {
  const where = scope.namespaces === 'all' ? 'all namespaces' : scope.namespaces.join(', ');
  return [where, ...(scope.labelSelector ? [scope.labelSelector] : []), ...(scope.fieldSelector ? [scope.fieldSelector] : [])].map(plainText).join(' ');
}

/** `● live`, `◌ stale 12 s · reconnecting (3)`, `◌ connecting`. */
export function linkText(model: Model): { readonly state: Link['state']; readonly text: string; readonly tone: (text: string) => string } {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const link = worstLink(model);
  if (link === undefined || link.state === 'live') {
    if (model.playback !== undefined) return { state: 'live', text: `${signs.live} recorded`, tone: style.blue };
    const freshness = link?.listedEvery === undefined ? 'live' : `listed every ${link.listedEvery} s`;
    return { state: 'live', text: `${signs.live} ${freshness}`, tone: style.green };
  }
  if (link.state === 'connecting') {
    return { state: 'connecting', text: `${signs.stale} connecting${link.attempt > 1 ? ` (${link.attempt})` : ''}`, tone: style.yellow };
  }
  const for_ = model.now - link.since;
  const age = for_ < 120_000 ? `${Math.max(0, Math.floor(for_ / 1000))} s` : humanDuration(for_);
  if (model.playback !== undefined) return { state: 'stale', text: `${signs.stale} recorded ${signs.dot} stale ${age}`, tone: style.yellow };
  return { state: 'stale', text: `${signs.stale} stale ${age} ${signs.dot} reconnecting (${link.attempt})`, tone: style.yellow };
}

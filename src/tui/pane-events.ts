/** The Events of the Pod pane: newest last, those that say the same folded into one. */
import { ageText, humanDuration } from '../core/age.ts';
import { type EventFacts, sortEvents } from '../core/event-facts.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { labelled, type Pane } from './pane-block.ts';
import { fit, wrapWords } from './text-fit.ts';

interface FoldedEvent {
  /** The last of them. */
  readonly event: EventFacts;
  readonly count: number;
  readonly firstAt: number | undefined;
}

/** Events that say the same of the same container are one, seen as often as all of them and as late as the last. */
function foldEvents(events: Iterable<EventFacts>): readonly FoldedEvent[] {
  const folded = new Map<string, FoldedEvent>();
  for (const event of sortEvents(events)) {
    const key = `${event.type}\u0000${event.reason}\u0000${event.container ?? ''}\u0000${event.message}`;
    const before = folded.get(key);
    folded.delete(key);
    folded.set(key, { event, count: (before?.count ?? 0) + event.count, firstAt: earliest(before?.firstAt, event.firstAt) });
  }
  return [...folded.values()];
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

export function eventBlock(pane: Pane): readonly string[] {
  const { view, style, room } = pane;
  const folded = foldEvents(view.events.values());
  if (view.eventsProblem !== undefined) {
    const text = `${folded.length === 0 ? 'They cannot be read' : 'No newer ones'}: ${plainText(view.eventsProblem.message)}`;
    const problem = wrapWords(text, room).map(style.yellow);
    return labelled(pane, 'EVENTS', [...eventLines(pane, folded), ...problem]);
  }
  if (folded.length === 0) return labelled(pane, 'EVENTS', [view.eventsSynced ? 'None. A cluster keeps them for about an hour.' : 'Reading them.'], style.dim);
  return labelled(pane, 'EVENTS', eventLines(pane, folded));
}

function eventLines({ now, style, signs, room }: Pane, folded: readonly FoldedEvent[]): readonly string[] {
  const reasons = Math.min(22, Math.max(0, ...folded.map(({ event }) => textWidth(plainText(event.reason)))));
  return folded.flatMap(({ event, count, firstAt }) => {
    const at = fit(ageText(event.lastAt, now), 6);
    const reason = fit(plainText(event.reason), reasons, signs.cut);
    const over = firstAt === undefined || event.lastAt === undefined || event.lastAt <= firstAt ? '' : ` in ${humanDuration(event.lastAt - firstAt)}`;
    const times = count > 1 ? `${signs.times}${count}${over} ` : '';
    const about = event.container === undefined ? '' : `${plainText(event.container)}: `;
    const indent = 8 + reasons + 2;
    const [first = '', ...more] = wrapWords(`${times}${about}${plainText(event.message).trim()}`, Math.max(10, room - indent));
    const tone = event.type === 'Warning' ? style.yellow : (text: string): string => text;
    return [`${style.dim(at)}  ${tone(reason)}  ${first}`, ...more.map((line) => ' '.repeat(indent) + line)];
  });
}

/** The Events of the Pod pane: newest last, those that say the same folded into one. */
import { ageText, humanDuration } from '../core/age.ts';
import { type FoldedEvent, foldEvents } from '../core/event-facts.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { labelled, type Pane } from './pane-block.ts';
import { fit } from './text-fit.ts';

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

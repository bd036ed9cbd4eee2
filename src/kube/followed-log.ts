/** The log of one container as text that grows, for whoever shows it. */
import { setTimeout as pause } from 'node:timers/promises';
import { logNoticeText } from '../core/log-notice.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { LoggedContainer } from '../service/container-log.ts';
import { decodedLine } from '../service/log-block.ts';
import { LogFollower } from '../service/log-follower.ts';
import type { LogItem } from '../service/log-merge.ts';
import type { FollowedLog } from '../service/pod-details.ts';
import { logSource } from './log-stream.ts';
import type { Transport } from './transport.ts';

/** How long the first lines may take before it is shown that there are none yet. */
const firstLinesMs = 200;

/** From so many lines before its end on. Who shows it says what becomes of the Pod. */
export function followedLog(
  transport: Transport,
  facts: PodFacts,
  { container, lines }: { readonly container: string; readonly lines: number },
  signal: AbortSignal,
): FollowedLog {
  const begun = Promise.withResolvers<void>();
  const follower = new LogFollower({
    source: logSource(transport),
    range: { follow: true, previous: false, timestamps: false, tailLines: lines },
    selection: { names: [container], all: false, states: [] },
    most: 1,
    // Why a container has no log stands in the pane.
    diagnose: async () => [],
    over: async () => true,
    begun: () => begun.resolve(),
    signal,
  });
  follower.upsert(facts);
  follower.known();
  return {
    changed: (now) => follower.upsert(now),
    gone: () => follower.remove(facts),
    batches: texts(follower.batches(), begun.promise),
  };
}

async function* texts(batches: AsyncGenerator<readonly LogItem<LoggedContainer>[]>, begun: Promise<void>): AsyncGenerator<string> {
  try {
    let next = batches.next();
    await Promise.race([begun, next]);
    if (await Promise.race([next.then(() => false), pause(firstLinesMs, true)])) yield '';
    for (let each = await next; each.done !== true; each = await next) {
      yield each.value.map(itemText).join('');
      next = batches.next();
    }
  } finally {
    await batches.return(undefined);
  }
}

function itemText(item: LogItem<LoggedContainer>): string {
  if ('kind' in item) return `-- ${logNoticeText(item)} --\n`;
  return Array.from({ length: item.to - item.from }, (_, index) => `${decodedLine(item.block, item.from + index).text}\n`).join('');
}

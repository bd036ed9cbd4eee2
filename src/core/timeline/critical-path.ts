/** The critical path of a start-up: the stages of which a shorter one would have made the Pod Ready, or end, sooner. */
import { inTurn, type StageDraft } from './start-up-walk.ts';
import type { StartUpOutcome } from './timeline.ts';

/** For each stage whether it is on the path. Of several probes that had all passed by the same time, any may have been the last: all are on it. */
export function criticalPath(drafts: readonly StageDraft[], outcome: StartUpOutcome): readonly boolean[] {
  const decisive = decisiveStages(drafts, outcome);
  const names = new Set(decisive.filter(({ kind }) => kind !== 'gate').map(({ subject }) => subject));
  const lastInTurn = drafts.findLastIndex((draft) => inTurn.has(draft.kind) && (names.has(draft.subject) || decisive.includes(draft)));
  return drafts.map((draft, at) => {
    if (draft.state === 'waiting') return false;
    if (draft.kind === 'ready') return draft.state === 'done';
    return inTurn.has(draft.kind) ? at <= lastInTurn : decisive.includes(draft);
  });
}

/** What was last, or is still going on: the ends of the path. */
function decisiveStages(drafts: readonly StageDraft[], outcome: StartUpOutcome): readonly StageDraft[] {
  const ongoing = drafts.filter(({ kind, state }) => kind !== 'ready' && kind !== 'gap' && (state === 'running' || state === 'failed'));
  if (outcome === 'completed' || outcome === 'failed')
    return lastOf(drafts, ({ kind, to }) => (kind === 'run' || kind === 'init') && to !== undefined, ongoing);
  if (outcome !== 'ready' && ongoing.some(({ kind }) => kind !== 'gate')) return ongoing;
  // What is left are gates, which come after the last of the containers.
  const gates = outcome === 'ready' ? lastOf(drafts, ({ kind, from, to }) => kind === 'gate' && from !== undefined && to !== undefined && to > from) : ongoing;
  const probes = lastOf(drafts, ({ kind, to }) => kind === 'probes' && to !== undefined);
  return [...gates, ...(probes.length > 0 ? probes : lastOf(drafts, ({ kind, state }) => kind === 'container' && state === 'done').slice(-1))];
}

/** Those that ended last of the ones asked for; `otherwise` where there is none. */
function lastOf(drafts: readonly StageDraft[], wanted: (draft: StageDraft) => boolean, otherwise: readonly StageDraft[] = []): readonly StageDraft[] {
  const found = drafts.filter(wanted);
  const last = Math.max(...found.map(({ to }) => to ?? 0));
  return found.length === 0 ? otherwise : found.filter(({ to }) => (to ?? 0) === last);
}

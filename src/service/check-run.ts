/** Runs a check: watches, looks whenever something has changed or time alone may change something, and explains the end. */
import { setImmediate } from 'node:timers/promises';
import type { CheckPlan } from '../core/check/check-plan.ts';
import { type CheckLook, CheckState } from '../core/check/check-state.ts';
import type { CheckReport } from '../core/check-report.ts';
import type { PodwrightError } from '../core/podwright-error.ts';
import { checkReport } from './check-explanation.ts';
import type { CheckSource } from './check-source.ts';
import { CheckWatches } from './check-watches.ts';
import type { Clock } from './clock.ts';
import type { DiagnosisSource } from './diagnosis-source.ts';
import type { PodObjectReader } from './pod-reader.ts';

export interface CheckParts {
  readonly plan: CheckPlan;
  readonly source: CheckSource;
  readonly diagnosis: DiagnosisSource;
  readonly reader: Pick<PodObjectReader, 'pod'>;
  readonly clock: Clock;
  /** Ends the check, undecided. */
  readonly signal: AbortSignal;
  /** Called after every look. `trouble` is what is wrong with the connection, `eventsProblem` why Events cannot be read. */
  progress(look: CheckLook, trouble: PodwrightError | undefined, eventsProblem: PodwrightError | undefined): void;
}

/** Resolves with how it ended. Throws PodwrightError where the cluster cannot be reached or refuses at the start. */
export async function runCheck(parts: CheckParts): Promise<CheckReport> {
  const { plan, source, clock } = parts;
  const startedAt = clock.now();
  const left = new AbortController();
  let wake = new AbortController();
  const changed = (): void => wake.abort();
  parts.signal.addEventListener('abort', changed);
  const watches = new CheckWatches(plan, source, left.signal, changed);
  const state = new CheckState(plan, watches.objects, startedAt);
  try {
    for (;;) {
      wake = new AbortController();
      const look = state.look(clock.now(), watches.known());
      parts.progress(look, watches.trouble, watches.eventsProblem);
      if (look.outcome !== undefined || parts.signal.aborted) {
        const report = await checkReport({ ...parts, look, startedAt, objects: watches.objects, eventsRead: watches.eventsRead });
        // The refusal of Events may have come after the decision.
        parts.progress(look, watches.trouble, watches.eventsProblem);
        return report;
      }
      await clock.wait(Math.max(0, look.lookAgainAt - look.now), wake.signal);
      // The server flushes each event by itself: those that have arrived together are looked at together.
      await setImmediate();
    }
  } finally {
    parts.signal.removeEventListener('abort', changed);
    left.abort();
    await watches.ended();
  }
}

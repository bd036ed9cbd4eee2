/** What Pods use, beside what else the table shows of them: asked for now and then, where there is room to show it. */
import { totalUsage, type Usage } from '../core/pod-usage.ts';
import type { Message, Model, Step } from './model.ts';
import type { Row } from './pod-row.ts';

/** metrics-server measures as often. */
export const usageEveryMs = 15_000;
/** Where nothing measures, that may change. */
const unmeasuredEveryMs = 120_000;
/** A narrower table has no room for it. */
const leastColumns = 100;

/** Asks for what the Pods of the table use where that is due. A recording knows nothing of it. */
export function usagesAsked([model, effects]: Step): Step {
  const { synced, playback, pod, now, usages, usagesAt, scope, terminal } = model;
  const due = now - usagesAt >= (usages === undefined ? unmeasuredEveryMs : usageEveryMs);
  if (!due || !synced || playback !== undefined || pod !== undefined || terminal.columns < leastColumns) return [model, effects];
  return [{ ...model, usagesAt: now }, [...effects, { type: 'read-usages', scope }]];
}

export function usagesSeen(model: Model, { scope, usages }: Extract<Message, { type: 'usages' }>): Model {
  return scope === model.scope ? { ...model, usages } : model;
}

/** Undefined where it was not measured. */
export function rowUsage({ usages }: Model, { namespace, name }: Row): Usage | undefined {
  const usage = usages?.get(`${namespace}/${name}`);
  return usage && totalUsage(usage);
}

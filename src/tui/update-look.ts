/**
 * What is looked up about the one Pod that is spoken of, the open one or else the selected one, while it is not well: its Events and what its findings make
 * worth a look, so that its cause reads as `why` tells it. Every other row goes by its facts alone.
 */
import type { DiagnosisContext } from '../core/diagnosis/diagnosis-context.ts';
import { podHealth } from '../core/pod-health.ts';
import type { LookedInto, Model, Step } from './model.ts';
import type { Row } from './pod-row.ts';
import { spokenOf } from './row-groups.ts';
import { identityOf } from './update-text.ts';

/** How long what was looked up counts, and how soon a Pod that has changed since is looked into again. */
const lastsMs = 15_000;
const changedMs = 2000;
/** Of how many Pods it is kept. */
const mostKept = 32;

/** Asks for a look where one is due. */
export function lookedInto([model, effects]: Step): Step {
  const row = model.pod?.row ?? spokenOf(model.lines[model.cursor]);
  if (row?.facts === undefined || model.pod?.gone === true || row.health === 'ready' || row.health === 'done') return [model, effects];
  const { key, facts } = row;
  const asked = model.look?.key === key ? model.look : undefined;
  const at = asked?.at ?? model.looks.get(key)?.at ?? Number.NEGATIVE_INFINITY;
  const changed = asked !== undefined && asked.version !== facts.resourceVersion;
  const age = model.now - at;
  // A recording that goes back makes what is known the future; it is asked at every moment, which costs no cluster anything.
  const lasts = model.playback !== undefined ? 1 : changed ? changedMs : lastsMs;
  if (age >= 0 && age < lasts) return [model, effects];
  const look = { key, at: model.now, version: facts.resourceVersion };
  return [{ ...model, look }, [...effects, { type: 'look-into', key, pod: identityOf(row), facts, now: model.now }]];
}

export function looked(model: Model, key: string, seen: LookedInto): Model {
  const looks = new Map(model.looks);
  looks.delete(key);
  looks.set(key, seen);
  for (const oldest of looks.keys()) {
    if (looks.size <= mostKept) break;
    looks.delete(oldest);
  }
  return { ...model, looks };
}

/** How the Pod is and why, with all that is known of it: what the line under the table and the pane say. */
export function healthOf(model: Model, { key, facts }: Row & { readonly facts: NonNullable<Row['facts']> }): ReturnType<typeof podHealth> {
  return podHealth(facts, model.now, contextOf(model, key));
}

/** The open Pod's Events are followed, and newer than those of a look. */
function contextOf({ looks, now, pod }: Model, key: string): DiagnosisContext | undefined {
  const seen = looks.get(key);
  const known = seen !== undefined && seen.at <= now ? seen.context : undefined;
  const followed = pod?.key === key && pod.eventsSynced && pod.eventsProblem === undefined;
  return followed ? { ...known, events: [...pod.events.values()] } : known;
}

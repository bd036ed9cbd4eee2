/** What keys and Events do in the Pod pane. */
import type { EventBatch } from '../service/pod-source.ts';
import type { Key } from './keyboard.ts';
import { paneHeight } from './layout.ts';
import type { Model, PodView, Step } from './model.ts';
import { motion } from './motion.ts';
import { podPane } from './pod-pane.ts';
import { clamp, selectionKept } from './selection.ts';

export function podKey(model: Model, view: PodView, key: Key): Step {
  if ('name' in key && (key.name === 'escape' || key.name === 'left' || key.name === 'backspace')) {
    return [selectionKept({ ...model, pod: undefined }), [{ type: 'stop-events' }]];
  }
  const by = motion(key, Math.max(1, paneHeight(model.terminal) - 1));
  return [by === undefined ? model : scrolled({ ...model, pod: { ...view } }, by), []];
}

export function scrolled(model: Model, by: number): Model {
  if (model.pod === undefined) return model;
  const last = podPane(model, model.pod).length - paneHeight(model.terminal);
  return { ...model, pod: { ...model.pod, scroll: clamp(model.pod.scroll + by, last) } };
}

export function eventsChanged(model: Model, key: string, batch: EventBatch): Model {
  if (model.pod?.key !== key) return model;
  const events = new Map(model.pod.events);
  for (const event of batch.events) events.set(event.uid, event);
  return { ...model, pod: { ...model.pod, events, eventsSynced: batch.synced, eventsProblem: batch.problem } };
}

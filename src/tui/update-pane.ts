/** What keys, Events, answers and time do in the Pod pane. */
import { podDemands } from '../core/pod-demands.ts';
import type { PodObject } from '../service/pod-reader.ts';
import type { EventBatch } from '../service/pod-source.ts';
import { forwardsOpened } from './forwards.ts';
import type { Key } from './keyboard.ts';
import { paneHeight } from './layout.ts';
import type { Effect, Message, Model, PodView, Reading, Step } from './model.ts';
import { motion } from './motion.ts';
import { podPane } from './pod-pane.ts';
import type { Row } from './pod-row.ts';
import { clamp, selectionKept } from './selection.ts';
import { type ActionName, intended } from './update-actions.ts';
import { identityOf, openedDescription, openedLog, openedYaml, textFollowed, textKey } from './update-text.ts';
import { usageEveryMs } from './update-usage.ts';

/** How often the node of the open Pod is read again. */
const nodeEveryMs = 15_000;

/** Opens the pane on a Pod whose facts are known, and selects it in the table. */
export function openedPod(model: Model, row: Row): Step {
  const pod: PodView = {
    key: row.key,
    row,
    gone: false,
    successor: undefined,
    scroll: 0,
    events: new Map(),
    eventsSynced: false,
    eventsProblem: undefined,
    node: undefined,
    nodeAt: 0,
    demands: { state: 'reading' },
    usage: undefined,
    usageAt: model.now,
    advice: [],
    timeline: false,
    text: undefined,
  };
  const [next, node] = nodeAsked({ ...model, pod, selected: row.key }, pod);
  const watched = identityOf(row);
  return [
    next,
    [
      { type: 'watch-events', key: row.key, pod: watched },
      { type: 'read-object', key: row.key, pod: watched },
      { type: 'read-usage', key: row.key, pod: watched },
      ...node,
    ],
  ];
}

/** What is done to the open Pod. */
const actionKeys: Readonly<Record<string, ActionName>> = { x: 'delete', e: 'edit', s: 'shell', D: 'debug', p: 'forward' };

export function podKey(model: Model, view: PodView, key: Key): Step {
  if (view.text !== undefined) return textKey(model, view, view.text, key);
  const name = 'name' in key ? key.name : key.text;
  if (name === 'y') return openedYaml(model, view);
  if (name === 'd') return openedDescription(model, view);
  if (name === 'l') return openedLog(model, view);
  if (name === 'P') return forwardsOpened(model);
  const action = actionKeys[name];
  if (action !== undefined) return intended(model, action);
  if (name === 't') return [{ ...model, pod: { ...view, timeline: !view.timeline, scroll: 0 } }, []];
  if (view.timeline && (name === 'escape' || name === 'backspace')) return [{ ...model, pod: { ...view, timeline: false, scroll: 0 } }, []];
  if (name === 'escape' || name === 'left' || name === 'backspace') return [selectionKept({ ...model, pod: undefined }), [{ type: 'leave-pod' }]];
  if (name === 'enter' && view.gone) {
    const successor = view.successor === undefined ? undefined : model.rows.get(view.successor);
    return successor?.facts === undefined ? [model, []] : openedPod(model, successor);
  }
  const by = motion(key, Math.max(1, paneHeight(model.terminal) - 1));
  return [by === undefined ? model : scrolled(model, by), []];
}

export function scrolled(model: Model, by: number): Model {
  if (model.pod === undefined) return model;
  const last = podPane(model, model.pod).length - paneHeight(model.terminal);
  return { ...model, pod: { ...model.pod, scroll: clamp(model.pod.scroll + by, last) } };
}

export function eventsChanged(model: Model, key: string, batch: EventBatch): Model {
  if (model.pod?.key !== key) return model;
  const events = new Map(batch.anew === true ? [] : model.pod.events);
  for (const event of batch.events) events.set(event.uid, event);
  return { ...model, pod: { ...model.pod, events, eventsSynced: batch.synced, eventsProblem: batch.problem } };
}

/** An answer that could not be had again does not take away what is known. */
export function nodeSeen(model: Model, key: string, node: Extract<Message, { type: 'node' }>['node']): Model {
  if (model.pod?.key !== key || (node.state === 'failed' && model.pod.node?.state === 'read')) return model;
  return { ...model, pod: { ...model.pod, node } };
}

export function objectSeen(model: Model, key: string, object: Reading<PodObject>): Model {
  if (model.pod?.key !== key || (object.state === 'failed' && model.pod.demands.state === 'read')) return model;
  return { ...model, pod: { ...model.pod, demands: object.state === 'read' ? { state: 'read', value: podDemands(object.value) } : object } };
}

export function usageSeen(model: Model, key: string, usage: PodView['usage']): Model {
  return model.pod?.key === key ? { ...model, pod: { ...model.pod, usage } } : model;
}

export function adviceSeen(model: Model, key: string, advice: PodView['advice']): Model {
  return model.pod?.key === key ? { ...model, pod: { ...model.pod, advice } } : model;
}

/** What the open Pod's change, and time, ask for: its object when its spec has changed; its node when it has got one, and now and then. */
export function followed(before: Model, model: Model): Step {
  const { pod } = model;
  if (pod === undefined || pod.gone || pod.key !== before.pod?.key) return [model, []];
  const changed = pod.row.facts?.generation !== before.pod.row.facts?.generation;
  const object: readonly Effect[] = changed ? [{ type: 'read-object', key: pod.key, pod: identityOf(pod.row) }] : [];
  const [next, node] = nodeAsked(model, pod);
  const [last, usage] = usageAsked(next);
  return [last, [...object, ...node, ...usage, ...textFollowed(before.pod, pod)]];
}

function usageAsked(model: Model): Step {
  const { pod, now } = model;
  if (pod === undefined || now - pod.usageAt < usageEveryMs) return [model, []];
  return [{ ...model, pod: { ...pod, usageAt: now } }, [{ type: 'read-usage', key: pod.key, pod: identityOf(pod.row) }]];
}

/** A node that may not be read is not asked for again. */
function nodeAsked(model: Model, pod: PodView): Step {
  const name = pod.row.facts?.nodeName;
  const lasting = pod.node?.state === 'failed' && (pod.node.error.code === 'forbidden' || pod.node.error.code === 'not-found');
  if (name === undefined || lasting || model.now - pod.nodeAt < nodeEveryMs) return [model, []];
  const asked: PodView = { ...pod, node: pod.node ?? { state: 'reading' }, nodeAt: model.now };
  return [{ ...model, pod: asked }, [{ type: 'read-node', key: pod.key, cluster: pod.row.cluster, name }]];
}

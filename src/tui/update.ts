/** The reducer: what a message makes of the model, and what the outside is asked to do. Pure: the same messages give the same screens. */

import { plainText } from '../report/terminal-text.ts';
import { forwardEnded, forwardSeen, forwardsKey } from './forwards.ts';
import { helpKey, helpScrolled } from './help-view.ts';
import type { Key } from './keyboard.ts';
import { type Message, type Model, type Step, withoutPlayback } from './model.ts';
import { narrowed } from './picker.ts';
import { playbackCommand } from './playback-line.ts';
import { previewKey } from './pod-row.ts';
import { selectionKept, withinView } from './selection.ts';
import { answerKey, answerPasted, rightSeen } from './update-actions.ts';
import { looked, lookedInto } from './update-look.ts';
import { adviceSeen, eventsChanged, followed, nodeSeen, objectSeen, openedPod, podKey, scrolled, usageSeen } from './update-pane.ts';
import { podsChanged, ticked } from './update-pods.ts';
import { choicesListed, contextOpened, contextRefused, pickKey, refused } from './update-scope.ts';
import { filterKey, filterPasted, tableKey } from './update-table.ts';
import { textGrown, textResized, textSeen } from './update-text.ts';
import { usagesAsked, usagesSeen } from './update-usage.ts';

/** The next model and the effects to run, in order. */
export function update(model: Model, message: Message): Step {
  return lookedInto(updated(model, message));
}

function updated(model: Model, message: Message): Step {
  switch (message.type) {
    case 'key':
      return pressed(model, message.key);
    case 'paste':
      return [pasted(model, message.text), []];
    case 'resize': {
      const terminal = withoutPlayback({ ...model.terminal, columns: message.columns, rows: message.rows, above: 0 }, model.playback, model.banner);
      return [helpScrolled(textResized(scrolled(withinView({ ...model, terminal }), 0)), 0), []];
    }
    case 'playback':
      return notYetThere(followed(model, { ...ticked(model, message.playback.at), playback: message.playback }));
    case 'clock':
      return usagesAsked(followed(model, ticked(model, message.now)));
    case 'pods':
      return message.scope === model.scope ? openedAtLast(notYetThere(followed(model, accepted(podsChanged(model, message.batch, message.now))))) : [model, []];
    case 'choices':
      return [choicesListed(model, message), []];
    case 'context-opened':
      return contextOpened(model, message.clusters, message.namespace);
    case 'context-refused':
      return [contextRefused(model, message.name, message.error), []];
    case 'refused':
      return refused(model, message.scope, message.error);
    case 'right':
      return rightSeen(model, message);
    case 'notice':
      return [{ ...model, notice: message.text }, []];
    case 'forward':
      return [forwardSeen(model, message), []];
    case 'forward-ended':
      return [forwardEnded(model, message), []];
    case 'looked':
      return [looked(model, message.key, message.looked), []];
    case 'events':
      return [eventsChanged(model, message.key, message.batch), []];
    case 'node':
      return [nodeSeen(model, message.key, message.node), []];
    case 'text':
      return [textSeen(model, message), []];
    case 'text-more':
      return [textGrown(model, message), []];
    case 'advice':
      return [adviceSeen(model, message.key, message.advice), []];
    case 'usage':
      return [usageSeen(model, message.key, message.usage), []];
    case 'usages':
      return [usagesSeen(model, message), []];
    case 'object':
      return [objectSeen(model, message.key, message.object), []];
  }
}

/** A recording that has gone back before the open Pod was made leaves its pane: the Pod is not gone, it is still to come. */
function notYetThere([model, effects]: Step): Step {
  const { pod, playback, now } = model;
  const createdAt = pod?.row.facts?.createdAt;
  if (pod === undefined || !pod.gone || playback === undefined || createdAt === undefined || createdAt <= now) return [model, effects];
  return [selectionKept({ ...model, pod: undefined, notice: `${plainText(pod.row.name)} does not exist yet at this moment` }), [{ type: 'leave-pod' }]];
}

/** What was to be opened while it was but a row of the preview. It was selected, and its Pod has taken that over. */
function openedAtLast([model, effects]: Step): Step {
  if (model.opening === undefined) return [model, effects];
  const row = model.rows.get(model.selected ?? '');
  const isIt = row !== undefined && row.facts !== undefined && previewKey(row) === model.opening;
  if (!isIt && !model.synced) return [model, effects];
  const settled = { ...model, opening: undefined, notice: undefined };
  if (!isIt) return [settled, effects];
  const [opened, more] = openedPod(settled, row);
  return [opened, [...effects, ...more]];
}

function pressed(model: Model, key: Key): Step {
  if ('name' in key && key.name === 'ctrl-c') return [model, [{ type: 'quit', exitCode: 130 }]];
  if ('name' in key && key.name === 'ctrl-z') return [model, [{ type: 'suspend' }]];
  if (model.question !== undefined) return answerKey(model, model.question, key);
  return keyPressed(
    model.notice === undefined && model.intent === undefined ? model : { ...model, notice: undefined, opening: undefined, intent: undefined },
    key,
  );
}

function keyPressed(model: Model, key: Key): Step {
  if (model.help) return [helpKey(model, key), []];
  if (model.forwardCursor !== undefined) return forwardsKey(model, model.forwardCursor, key);
  if (model.picker !== undefined) return pickKey(model, model.picker, key);
  if (model.filter.editing) return [filterKey(model, key), []];
  if (model.pod?.text?.window.typing !== undefined) return podKey(model, model.pod, key);
  if ('text' in key && key.text === 'q') return [model, [{ type: 'quit', exitCode: 0 }]];
  if ('text' in key && key.text === '?') return [{ ...model, help: true }, []];
  const command = model.playback === undefined ? undefined : playbackCommand(key, model);
  if (command !== undefined) return [model, [{ type: 'playback', command }]];
  return model.pod === undefined ? tableKey(model, key) : podKey(model, model.pod, key);
}

/** A cluster that has told all Pods of a scope does not refuse it. */
function accepted(model: Model): Model {
  return model.synced && model.accepted !== model.scope ? { ...model, accepted: model.scope } : model;
}

/** A paste is text to be written, never keys that do something. */
function pasted(model: Model, text: string): Model {
  if (model.help) return model;
  if (model.question !== undefined) return answerPasted(model, model.question, text);
  if (model.picker !== undefined) return { ...model, picker: narrowed(model.picker, model.picker.text + plainText(text).trim()) };
  return model.filter.editing ? filterPasted(model, text) : model;
}

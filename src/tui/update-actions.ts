/**
 * What is done to Pods from the dashboard: to those that are marked, else to the open or the selected one. First it is asked whether the person may; what
 * destroys is then confirmed by the person; then it is done.
 */
import { ownerTarget } from '../core/owner.ts';
import { plainText } from '../report/terminal-text.ts';
import type { ActionName } from '../service/pod-actions.ts';
import type { PodIdentity } from '../service/pod-source.ts';
import type { Key } from './keyboard.ts';
import { markedRows } from './marks.ts';
import type { Message, Model, Step } from './model.ts';
import type { Row } from './pod-row.ts';
import { isGroup } from './row-groups.ts';
import { identityOf } from './update-text.ts';

/** An action and what it is done to, from the key that asked for it until it is done. */
export interface Intent {
  readonly action: ActionName;
  readonly rows: readonly Row[];
}

/** How long an answer to what a person may do counts. */
const rightsLastMs = 60_000;

/** The action for which the key stands, on whatever is marked, open or selected. */
export function intended(model: Model, action: ActionName): Step {
  if (model.playback !== undefined) return [{ ...model, notice: 'This is a recording: there is nothing here to act on.' }, []];
  const rows = subjects(model);
  if (rows.length === 0) return [{ ...model, notice: 'Select a Pod first, or mark some with space.' }, []];
  if (rows.some(({ facts }) => facts === undefined)) return [{ ...model, notice: `${rows[0]?.name ?? ''} has not been read yet.` }, []];
  return permitted({ ...model, intent: { action, rows } });
}

function subjects(model: Model): readonly Row[] {
  if (model.pod !== undefined) return model.pod.gone ? [] : [model.pod.row];
  const marked = markedRows(model);
  const line = model.lines[model.cursor];
  return marked.length > 0 ? marked : line === undefined || isGroup(line) ? [] : [line];
}

/** Goes on with the intent as far as what is known of the person's rights leads. */
function permitted(model: Model): Step {
  const { intent } = model;
  if (intent === undefined) return [model, []];
  const { action } = intent;
  const namespaces = [...new Set(intent.rows.map(({ namespace }) => namespace))];
  const rights = namespaces.map((namespace) => model.rights.get(rightKey(action, namespace)));
  const fresh = rights.map((right) => (right !== undefined && model.now - right.at < rightsLastMs ? right : undefined));
  const missing = fresh.find((right) => right?.missing !== undefined)?.missing;
  if (missing !== undefined) return [{ ...model, intent: undefined, notice: plainText(`This cannot be done: ${missing}.`) }, []];
  const unknown = namespaces.filter((_, at) => fresh[at] === undefined);
  if (unknown.length > 0) return [model, unknown.map((namespace) => ({ type: 'ask-right', action, namespace }))];
  return [{ ...model, question: questionOf(intent) }, []];
}

function rightKey(action: ActionName, namespace: string): string {
  return `${action} ${namespace}`;
}

export function rightSeen(model: Model, { action, namespace, missing }: Extract<Message, { type: 'right' }>): Step {
  const rights = new Map(model.rights).set(rightKey(action, namespace), { at: model.now, missing });
  const next = { ...model, rights };
  return model.intent?.action === action && model.question === undefined ? permitted(next) : [next, []];
}

/** In one or two sentences, what would be done. */
function questionOf({ rows }: Intent): string {
  const [first, ...others] = rows.map(({ namespace, name }) => `${namespace}/${name}`);
  const owners = [...new Set(rows.flatMap(({ facts }) => (facts === undefined ? [] : (ownerTarget(facts) ?? []))))];
  const naked = rows.filter(({ owner }) => owner === '').map(({ name }) => name);
  const anew =
    owners.length === 0
      ? ''
      : ` ${listed(owners)} will make ${rows.length - naked.length === 1 ? 'another' : 'others'} in ${rows.length === 1 ? 'its' : 'their'} place.`;
  const gone = naked.length === 0 ? '' : ` Nothing will make ${rows.length === 1 ? 'it' : listed(naked)} anew.`;
  return plainText(`Delete ${first}${others.length === 0 ? '' : ` and ${others.length} more`}?${anew}${gone}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  return names.length > 3 ? `${shown.join(', ')} and ${names.length - 3} more` : shown.join(' and ');
}

/** y does it; every other key leaves things as they are. */
export function answerKey(model: Model, key: Key): Step {
  const { intent } = model;
  const settled = { ...model, intent: undefined, question: undefined };
  if (intent === undefined || !('text' in key) || key.text !== 'y') return [{ ...settled, notice: 'Nothing was deleted.' }, []];
  const pods: readonly PodIdentity[] = intent.rows.map(identityOf);
  return [
    { ...settled, marked: new Set(), notice: `Deleting ${pods.length === 1 ? (intent.rows[0]?.name ?? '') : `${pods.length} Pods`}` },
    [{ type: 'act', action: intent.action, pods }],
  ];
}

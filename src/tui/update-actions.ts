/**
 * What is done to Pods from the dashboard: to those that are marked, else to the open or the selected one. First it is asked whether the person may; then
 * the person, where something is destroyed or still to be said; then it is done.
 */
import { ownerChain, ownerTarget, ownerText } from '../core/owner.ts';
import { plainText } from '../report/terminal-text.ts';
import type { Right } from '../service/pod-actions.ts';
import { forwardBegun, recordingNotice } from './forwards.ts';
import type { Key } from './keyboard.ts';
import { markedRows } from './marks.ts';
import type { Effect, Message, Model, Step } from './model.ts';
import type { Row } from './pod-row.ts';
import { isGroup } from './row-groups.ts';
import { withoutLast, withoutLastWord } from './typing.ts';
import { identityOf } from './update-text.ts';

export type ActionName = 'delete' | 'edit' | 'shell' | 'debug' | 'forward' | 'logs';

/** An action and what it is done to, from the key that asked for it until it is done. */
export interface Intent {
  readonly action: ActionName;
  readonly rows: readonly Row[];
}

/** What the person is asked: to be confirmed with y, or where there is `typed`, to be answered with text. */
export interface Question {
  readonly text: string;
  readonly typed?: string;
  /** What happens then, in a word. */
  readonly does: string;
}

interface Action {
  /** Done to what is marked together; else to one Pod, whatever is marked. */
  readonly several?: boolean;
  right(row: Row): Right;
  question?(rows: readonly Row[], model: Model): Question;
  /** What is done: an effect, or a step of the model. */
  effect(rows: readonly Row[], answer: string): Effect | ((model: Model) => Step);
}

const pods = (verb: string, subresource = ''): Right => ({ verb, group: '', resource: `pods${subresource}` });

const actions: Readonly<Record<ActionName, Action>> = {
  delete: {
    several: true,
    right: () => pods('delete'),
    question: (rows) => ({ text: deletionText(rows), does: 'delete' }),
    effect: (rows) => ({ type: 'delete', pods: rows.map(identityOf) }),
  },
  logs: {
    several: true,
    right: () => pods('get', '/log'),
    effect: (rows) => (model) => {
      if (new Set(rows.map(({ namespace }) => namespace)).size > 1)
        return [{ ...model, notice: 'One stream of logs is of one namespace: unmark the others.' }, []];
      return [model, [program(['logs', ...rows.map(podName), '-f', '--tail', '20'], rows[0])]];
    },
  },
  edit: {
    right: (row) => ({ verb: 'patch', ...maker(row).kind }),
    effect: ([row]) => program(['edit', row === undefined ? '' : maker(row).target], row),
  },
  shell: {
    right: () => pods('create', '/exec'),
    // What a Pod waits for is on the screen already.
    effect: ([row]) => program(['shell', podName(row), '--pod-running-timeout=0'], row),
  },
  debug: {
    right: () => pods('patch', '/ephemeralcontainers'),
    question: (_, { debugImage }) => ({ text: 'Image of the container to debug with, as in busybox:1.37', typed: debugImage, does: 'debug' }),
    effect: ([row], image) => program(['debug', podName(row), '-it', '--image', image], row),
  },
  forward: {
    right: () => pods('create', '/portforward'),
    question: ([row]) => ({
      text: `Ports of ${row === undefined ? '' : maker(row).target} to reach from here, as in 8080:80; :80 takes any that is free`,
      typed: firstPort(row),
      does: 'forward',
    }),
    effect:
      ([row], ports) =>
      (model) =>
        row === undefined ? [model, []] : forwardBegun(model, { target: maker(row).target, namespace: row.namespace, ports }),
  },
};

/** The first port that its containers name, on any local one. */
function firstPort(row: Row | undefined): string {
  const port = row?.facts?.containers.flatMap(({ ports }) => ports)[0];
  return port === undefined ? ':' : `:${port}`;
}

function podName(row: Row | undefined): string {
  return row?.facts?.name ?? '';
}

function program(args: readonly string[], row: Row | undefined): Effect {
  return { type: 'run-program', args: [...args, '-n', row?.facts?.namespace ?? ''] };
}

const workloads: Readonly<Record<string, Omit<Right, 'verb'>>> = {
  Deployment: { group: 'apps', resource: 'deployments' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', resource: 'daemonsets' },
  ReplicaSet: { group: 'apps', resource: 'replicasets' },
  Job: { group: 'batch', resource: 'jobs' },
};

/** What makes the Pod and stays when it is replaced, where that is a workload; else the Pod itself. */
function maker(row: Row): { readonly target: string; readonly kind: Omit<Right, 'verb'> } {
  const [outermost] = row.facts === undefined ? [] : ownerChain(row.facts);
  const workload = outermost && workloads[outermost.kind];
  return outermost === undefined || workload === undefined
    ? { target: `pod/${podName(row)}`, kind: { group: '', resource: 'pods' } }
    : { target: ownerText(outermost), kind: workload };
}

/** How long an answer to what a person may do counts. */
const rightsLastMs = 60_000;

/** The action for which the key stands. */
export function intended(model: Model, action: ActionName): Step {
  if (model.playback !== undefined) return [{ ...model, notice: recordingNotice }, []];
  const rows = subjects(model, action);
  if (rows.length === 0) return [{ ...model, notice: 'Select a Pod first, or mark some with space.' }, []];
  if (rows.some(({ facts }) => facts === undefined)) return [{ ...model, notice: `${rows[0]?.name ?? ''} has not been read yet.` }, []];
  return permitted({ ...model, intent: { action, rows } });
}

function subjects(model: Model, action: ActionName): readonly Row[] {
  if (model.pod !== undefined) return model.pod.gone ? [] : [model.pod.row];
  const marked = actions[action].several === true ? markedRows(model) : [];
  const line = model.lines[model.cursor];
  return marked.length > 0 ? marked : line === undefined || isGroup(line) ? [] : [line];
}

/** Goes on with the intent as far as what is known of the person's rights leads. */
function permitted(model: Model): Step {
  const { intent } = model;
  if (intent === undefined) return [model, []];
  const action = actions[intent.action];
  const needed = new Map(intent.rows.map((row) => [rightKey(action.right(row), row.namespace), { right: action.right(row), namespace: row.namespace }]));
  const fresh = [...needed].map(([key, need]) => {
    const known = model.rights.get(key);
    return { need, known: known !== undefined && model.now - known.at < rightsLastMs ? known : undefined };
  });
  const missing = fresh.find(({ known }) => known?.missing !== undefined)?.known?.missing;
  if (missing !== undefined) return [{ ...model, intent: undefined, notice: plainText(`This cannot be done: ${missing}.`) }, []];
  const unknown = fresh.filter(({ known }) => known === undefined);
  if (unknown.length > 0) return [model, unknown.map(({ need }) => ({ type: 'ask-right', ...need }))];
  const question = action.question?.(intent.rows, model);
  return question === undefined ? done(model, intent, '') : [{ ...model, question }, []];
}

function rightKey({ verb, group, resource }: Right, namespace: string): string {
  return `${verb} ${group} ${resource} ${namespace}`;
}

export function rightSeen(model: Model, { right, namespace, missing }: Extract<Message, { type: 'right' }>): Step {
  const next = { ...model, rights: new Map(model.rights).set(rightKey(right, namespace), { at: model.now, missing }) };
  return model.intent !== undefined && model.question === undefined ? permitted(next) : [next, []];
}

/** In one or two sentences, what would be deleted and what would be made anew. */
function deletionText(rows: readonly Row[]): string {
  const [first, ...others] = rows.map(({ namespace, name }) => `${namespace}/${name}`);
  const owners = [...new Set(rows.flatMap(({ facts }) => (facts === undefined ? [] : (ownerTarget(facts) ?? []))))];
  const naked = rows.filter(({ owner }) => owner === '').map(({ name }) => name);
  const another = rows.length - naked.length === 1 ? 'another' : 'others';
  const anew = owners.length === 0 ? '' : ` ${listed(owners)} will make ${another} in ${rows.length === 1 ? 'its' : 'their'} place.`;
  const gone = naked.length === 0 ? '' : ` Nothing will make ${rows.length === 1 ? 'it' : listed(naked)} anew.`;
  return plainText(`Delete ${first}${others.length === 0 ? '' : ` and ${others.length} more`}?${anew}${gone}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  return names.length > 3 ? `${shown.join(', ')} and ${names.length - 3} more` : shown.join(' and ');
}

function done(model: Model, { action, rows }: Intent, answer: string): Step {
  const marked = action === 'delete' ? new Set<string>() : model.marked;
  const settled = { ...model, marked, intent: undefined, question: undefined };
  const effect = actions[action].effect(rows, answer);
  return typeof effect === 'function' ? effect(settled) : [settled, [effect]];
}

/** What is asked is answered with y, or with text and enter; esc, and to a question for y every other key, leaves things as they are. */
export function answerKey(model: Model, question: Question, key: Key): Step {
  const { intent } = model;
  const left: Model = { ...model, intent: undefined, question: undefined };
  if (intent === undefined) return [left, []];
  if (question.typed === undefined) {
    return 'text' in key && key.text === 'y' ? done(model, intent, '') : [{ ...left, notice: `Nothing was done: y would have been to ${question.does}.` }, []];
  }
  if ('text' in key) return [answered(model, question, question.typed + key.text), []];
  if (key.name === 'backspace') return [answered(model, question, withoutLast(question.typed)), []];
  if (key.name === 'ctrl-w') return [answered(model, question, withoutLastWord(question.typed)), []];
  if (key.name === 'ctrl-u') return [answered(model, question, ''), []];
  if (key.name === 'escape') return [left, []];
  const answer = question.typed.trim();
  return key.name === 'enter' && answer !== '' ? done(intent.action === 'debug' ? { ...model, debugImage: answer } : model, intent, answer) : [model, []];
}

/** Text that is pasted into a question. */
export function answerPasted(model: Model, question: Question, text: string): Model {
  return question.typed === undefined ? model : answered(model, question, question.typed + plainText(text).trim());
}

function answered(model: Model, question: Question, typed: string): Model {
  return { ...model, question: { ...question, typed } };
}

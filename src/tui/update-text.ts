/** What keys and answers do in a text over the Pod pane: the Pod's YAML, its description, or a container's log. */
import { explainingLog, type LogChoice, missingLog } from '../core/explaining-log.ts';
import { plainText } from '../report/terminal-text.ts';
import type { PodIdentity } from '../service/pod-source.ts';
import type { Key } from './keyboard.ts';
import { textSize } from './layout.ts';
import type { Effect, Message, Model, PodView, Step, TextPane, TextSubject } from './model.ts';
import { motion } from './motion.ts';
import type { Row } from './pod-row.ts';
import { atEnd, keptLines, moved, newWindow, searched, shifted, textLines, wrapChanged } from './text-window.ts';

export function identityOf(row: Row): PodIdentity {
  return { cluster: row.cluster, namespace: row.facts?.namespace ?? row.namespace, name: row.facts?.name ?? row.name, uid: row.facts?.uid ?? '' };
}

/** Opens the Pod's YAML. */
export function openedYaml(model: Model, view: PodView): Step {
  return opened(model, view, { kind: 'yaml' });
}

/** Opens all there is to say of the Pod. */
export function openedDescription(model: Model, view: PodView): Step {
  return opened(model, view, { kind: 'description' });
}

/** Opens the log that explains the Pod's state. */
export function openedLog(model: Model, view: PodView): Step {
  const choice = view.row.facts === undefined ? undefined : explainingLog(view.row.facts);
  return choice === undefined ? [{ ...model, notice: 'This Pod has no containers.' }, []] : opened(model, view, { kind: 'log', ...choice });
}

function opened(model: Model, view: PodView, of: TextSubject, wrap = true): Step {
  const text: TextPane = {
    of,
    lines: { state: 'reading' },
    readAt: model.now,
    hidden: [],
    follow: 'no',
    filter: '',
    filtering: false,
    window: { ...newWindow, wrap },
  };
  return [{ ...model, pod: { ...view, text } }, asked(view, of)];
}

/** Nothing is asked where it is known that there is nothing: the name may by now be another Pod's, and a container that has not started has no log. */
function asked(view: PodView, of: TextSubject): readonly Effect[] {
  const { facts } = view.row;
  if (view.gone || (of.kind === 'log' && facts !== undefined && missingLog(facts, of) !== undefined)) return [];
  return [{ type: 'read-text', key: view.key, pod: identityOf(view.row), of }];
}

/** A log that was not there is asked for when its container has started. */
export function textFollowed(before: PodView, view: PodView): readonly Effect[] {
  const { text } = view;
  if (text?.of.kind !== 'log' || text.lines.state !== 'reading' || before.text !== text) return [];
  return asked(before, text.of).length === 0 ? asked(view, text.of) : [];
}

export function textSeen(model: Model, { key, of, text }: Extract<Message, { type: 'text' }>): Model {
  const view = model.pod;
  const pane = view?.text;
  if (view === undefined || pane === undefined || view.key !== key || !same(pane.of, of)) return model;
  if (text.state !== 'read') return { ...model, pod: { ...view, text: { ...pane, lines: text } } };
  const lines = textLines(text.value.text);
  const shown = keptLines(lines, pane.filter);
  // A log is read from its end; what was read again stays where it was.
  const size = textSize(model.terminal);
  const fresh = pane.lines.state !== 'read' || of.kind === 'log';
  const window = fresh
    ? moved(shown, { ...pane.window, match: undefined }, of.kind === 'log' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, size)
    : moved(shown, pane.window, 0, size);
  const follow = of.kind === 'log' && !of.previous ? 'live' : 'no';
  return {
    ...model,
    pod: { ...view, text: { ...pane, lines: { state: 'read', value: lines }, readAt: model.now, hidden: text.value.hidden, follow, window } },
  };
}

/** Lines of a log that are kept; the oldest go first. */
const mostLines = 5000;

/** More of the log: its end stays in sight where it was, and what else is seen stays where it is. */
export function textGrown(model: Model, { key, of, text }: Extract<Message, { type: 'text-more' }>): Model {
  const view = model.pod;
  const pane = view?.text;
  if (view === undefined || pane?.lines.state !== 'read' || view.key !== key || !same(pane.of, of)) return model;
  const size = textSize(model.terminal);
  const before = pane.lines.value;
  const all = [...before, ...textLines(text)];
  const lines = all.slice(-mostLines);
  const lost = keptLines(all.slice(0, all.length - lines.length), pane.filter).length;
  const shown = keptLines(lines, pane.filter);
  const { window } = pane;
  const match = window.match === undefined || window.match < lost ? undefined : window.match - lost;
  const stays = { ...window, line: Math.max(0, window.line - lost), match };
  const follows = pane.follow === 'live' && atEnd(keptLines(before, pane.filter), window, size);
  return windowed(model, view, { ...pane, lines: { state: 'read', value: lines } }, moved(shown, stays, follows ? Number.POSITIVE_INFINITY : 0, size));
}

function same(a: TextSubject, b: TextSubject): boolean {
  return a.kind === 'log' && b.kind === 'log' ? a.container === b.container && a.previous === b.previous : a.kind === b.kind;
}

/** A text that no longer fits its terminal's size. */
export function textResized(model: Model): Model {
  const { pod } = model;
  if (pod?.text?.lines.state !== 'read') return model;
  return windowed(model, pod, pod.text, moved(shownLines(pod.text), pod.text.window, 0, textSize(model.terminal)));
}

export function textKey(model: Model, view: PodView, pane: TextPane, key: Key): Step {
  const name = 'name' in key ? key.name : key.text;
  if (pane.window.typing !== undefined) return [typed(model, view, pane, pane.window.typing, key), []];
  if (name === 'escape' || name === 'backspace')
    return [{ ...model, pod: { ...view, text: undefined } }, pane.of.kind === 'log' ? [{ type: 'leave-text' }] : []];
  if (name === 'r') return [model, asked(view, pane.of)];
  if (name === 'y' && pane.of.kind !== 'yaml') return openedYaml(model, view);
  if (name === 'd' && pane.of.kind !== 'description') return openedDescription(model, view);
  if (name === 'l' && pane.of.kind !== 'log') return openedLog(model, view);
  const container = pane.of.kind === 'log' ? containerKey(model, view, pane, pane.of, name) : undefined;
  return container ?? [windowKey(model, view, pane, key, name), []];
}

/** Keys that go to another log of the Pod. */
function containerKey(model: Model, view: PodView, { window }: TextPane, of: LogChoice, name: string): Step | undefined {
  const names = view.row.facts?.containers.map((container) => container.name) ?? [];
  const at = names.indexOf(of.container);
  const to = (index: number): Step => {
    const container = names.at(index % names.length);
    return container === undefined ? [model, []] : opened(model, view, { kind: 'log', container, previous: false }, window.wrap);
  };
  if (name === 'p') return opened(model, view, { kind: 'log', container: of.container, previous: !of.previous }, window.wrap);
  if (name === 'tab' || (name === 'right' && window.wrap)) return to(at + 1);
  if (name === 'left' && window.wrap) return to(at - 1);
  if (/^[1-9]$/.test(name)) return Number(name) <= names.length ? to(Number(name) - 1) : [model, []];
  return undefined;
}

function windowKey(model: Model, view: PodView, pane: TextPane, key: Key, name: string): Model {
  if (pane.lines.state !== 'read') return model;
  const lines = shownLines(pane);
  const { window } = pane;
  const size = textSize(model.terminal);
  const by = motion(key, Math.max(1, size.height - 1));
  if (by !== undefined) return windowed(model, view, pane, moved(lines, window, by, size));
  switch (name) {
    case '/':
      return windowed(model, view, pane, { ...window, typing: '' });
    case 'n':
    case 'N':
      return window.search === '' ? model : found(model, view, pane, window.search, name === 'N');
    case '&':
      return windowed(model, view, { ...pane, filtering: true }, { ...window, typing: pane.filter });
    case 'f':
      return pane.follow === 'no' ? model : held(model, view, pane);
    case 'w':
      return windowed(model, view, pane, wrapChanged(lines, window, size));
    case 'left':
    case 'right':
      return window.wrap ? model : windowed(model, view, pane, shifted(window, (name === 'left' ? -1 : 1) * Math.ceil(size.width / 2)));
    default:
      return model;
  }
}

function windowed(model: Model, view: PodView, pane: TextPane, window: TextPane['window']): Model {
  return window === view.text?.window && pane === view.text ? model : { ...model, pod: { ...view, text: { ...pane, window } } };
}

/** The lines of a text that has been read, less those that the filter leaves out. */
export function shownLines({ lines, filter }: TextPane): readonly string[] {
  return lines.state === 'read' ? keptLines(lines.value, filter) : [];
}

/** Holds the window where it is while the log grows, or goes to its end and on with it. */
function held(model: Model, view: PodView, pane: TextPane): Model {
  if (pane.follow === 'live') return windowed(model, view, { ...pane, follow: 'held' }, pane.window);
  const window = moved(shownLines(pane), pane.window, Number.POSITIVE_INFINITY, textSize(model.terminal));
  return windowed(model, view, { ...pane, follow: 'live' }, window);
}

/** Only the lines that hold it, from the last of them on. */
function filtered(model: Model, view: PodView, pane: TextPane, filter: string): Model {
  const next = { ...pane, filter, filtering: false };
  const window = { ...pane.window, typing: undefined, match: undefined };
  return windowed(model, view, next, moved(shownLines(next), window, Number.POSITIVE_INFINITY, textSize(model.terminal)));
}

function typed(model: Model, view: PodView, pane: TextPane, typing: string, key: Key): Model {
  const write = (text: string | undefined): Model =>
    windowed(model, view, { ...pane, filtering: pane.filtering && text !== undefined }, { ...pane.window, typing: text });
  if ('text' in key) return write(typing + key.text);
  switch (key.name) {
    case 'enter':
      if (pane.filtering) return filtered(model, view, pane, typing);
      return typing === ''
        ? windowed(model, view, pane, { ...pane.window, typing: undefined, search: '', match: undefined })
        : found(model, view, pane, typing, false);
    case 'escape':
      return write(undefined);
    case 'ctrl-u':
      return write('');
    case 'backspace':
      return write(typing === '' ? undefined : Array.from(typing).slice(0, -1).join(''));
    default:
      return model;
  }
}

function found(model: Model, view: PodView, pane: TextPane, search: string, back: boolean): Model {
  if (pane.lines.state !== 'read') return model;
  const window = searched(shownLines(pane), pane.window, search, back, textSize(model.terminal));
  const next = windowed(model, view, pane, window);
  return window.match === undefined ? { ...next, notice: `No line has "${plainText(search)}".` } : next;
}

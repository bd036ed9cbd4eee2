/** The local ports that lead to Pods while the dashboard is open: what is known of each, and the list in which one is ended. */

import { byteText } from '../report/byte-text.ts';
import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { cutEnd } from '../report/text-wrap.ts';
import type { ForwardEvent, ForwardTraffic } from '../service/port-forward.ts';
import { headerLine } from './header-view.ts';
import { keys } from './key-line.ts';
import type { Key } from './keyboard.ts';
import { paneHeight } from './layout.ts';
import type { Message, Model, Step } from './model.ts';
import { motion } from './motion.ts';
import { clamp } from './selection.ts';
import { signsOf } from './signs.ts';

/** In the place of all that would act on Pods. */
export const recordingNotice = 'This is a recording: there is nothing here to act on.';

/** What is asked for: `ports` as it was typed. */
export interface AskedForward {
  readonly target: string;
  readonly namespace: string;
  readonly ports: string;
}

export interface Forward extends AskedForward {
  readonly id: number;
  /** Where it listens; empty until it does. */
  readonly listening: readonly { readonly address: string; readonly local: number; readonly remote: number }[];
  /** The Pod that connections go to; undefined while there is none. */
  readonly pod: string | undefined;
  readonly traffic: ForwardTraffic | undefined;
}

/** Asks for a forward. */
export function forwardBegun(model: Model, asked: AskedForward): Step {
  const id = 1 + Math.max(0, ...model.forwards.map((forward) => forward.id));
  const begun: Forward = { ...asked, id, listening: [], pod: undefined, traffic: undefined };
  return [{ ...model, forwards: [...model.forwards, begun], notice: undefined }, [{ type: 'forward', id, ...asked }]];
}

export function forwardSeen(model: Model, { id, event }: Extract<Message, { type: 'forward' }>): Model {
  const before = model.forwards.find((forward) => forward.id === id);
  if (before === undefined) return model;
  const next = { ...model, forwards: model.forwards.map((forward) => (forward.id === id ? changed(forward, event) : forward)) };
  const said = saidOf(event, before);
  return said === undefined ? next : { ...next, notice: plainText(said) };
}

function changed(forward: Forward, event: ForwardEvent): Forward {
  switch (event.kind) {
    case 'listening':
      return { ...forward, listening: [...forward.listening, event] };
    case 'attached':
      return { ...forward, pod: event.pod.name };
    case 'waiting':
      return { ...forward, pod: undefined };
    case 'traffic':
      return { ...forward, traffic: event.traffic };
    default:
      return forward;
  }
}

function saidOf(event: ForwardEvent, { target, listening }: Forward): string | undefined {
  switch (event.kind) {
    case 'listening':
      // Once, and not for every address.
      return listening.length > 0 ? undefined : `${place(event)} leads to port ${event.remote} of ${target}. P has the list.`;
    case 'refused':
      return `Nothing listens on port ${event.port} in Pod ${event.pod?.name ?? ''}.`;
    case 'failed':
      return `A connection to ${target} failed: ${event.message}`;
    default:
      return undefined;
  }
}

/** It has ended, by itself where there is an error. */
export function forwardEnded(model: Model, { id, error }: Extract<Message, { type: 'forward-ended' }>): Model {
  const ended = model.forwards.find((forward) => forward.id === id);
  const forwards = model.forwards.filter((forward) => forward.id !== id);
  const next = { ...model, forwards, forwardCursor: model.forwardCursor === undefined ? undefined : clamp(model.forwardCursor, forwards.length - 1) };
  if (ended === undefined || error === undefined) return next;
  const what = ended.listening.length === 0 ? `${ended.target} cannot be forwarded to` : `The forward to ${ended.target} has ended`;
  return { ...next, notice: plainText(`${what}: ${error.message}.${error.hint === undefined ? '' : ` ${error.hint}`}`) };
}

export function forwardsOpened(model: Model): Step {
  if (model.forwards.length === 0)
    return [{ ...model, notice: model.playback === undefined ? 'No port is forwarded: p on a Pod does that.' : recordingNotice }, []];
  return [{ ...model, forwardCursor: 0 }, []];
}

/** What a key does while the list is open. */
export function forwardsKey(model: Model, cursor: number, key: Key): Step {
  const name = 'name' in key ? key.name : key.text;
  if (['escape', 'enter', 'left', 'backspace', 'P', 'q'].includes(name)) return [{ ...model, forwardCursor: undefined }, []];
  const chosen = model.forwards[cursor];
  if (name === 'x' && chosen !== undefined) return [model, [{ type: 'end-forward', id: chosen.id }]];
  const by = motion(key, Math.max(1, paneHeight(model.terminal) - 1));
  return [by === undefined ? model : { ...model, forwardCursor: clamp(cursor + by, model.forwards.length - 1) }, []];
}

export function forwardLines(model: Model, cursor: number): readonly string[] {
  const { terminal, forwards } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const height = Math.max(1, terminal.rows - 3);
  const top = clamp(cursor - Math.floor(height / 2), forwards.length - height);
  const shown = forwards.slice(top, top + height).map((forward, at) => {
    const chosen = top + at === cursor;
    const line = cutEnd(`${chosen ? signs.cursor : ' '} ${plainText(forwardText(forward))}`, terminal.columns - 1, signs.cut);
    return chosen ? style.bold(line) : line;
  });
  const blank = Array.from({ length: Math.max(0, height - shown.length) }, () => '');
  const hints = keys(model, [
    ['x', 'end it'],
    ['esc', 'back'],
  ]);
  if (terminal.rows < 4) return shown;
  return [headerLine(model), ` ${style.bold('Forwarded ports')}`, ...shown, ...blank, hints];
}

function forwardText({ target, namespace, ports, listening, pod, traffic }: Forward): string {
  const where = listening.length === 0 ? `${ports} -> ${namespace}/${target}` : listenText(listening, `${namespace}/${target}`);
  const passed =
    traffic === undefined
      ? []
      : [`${traffic.open} open`, `${traffic.connections} in all`, `${byteText(traffic.sentBytes)} sent`, `${byteText(traffic.receivedBytes)} received`];
  return [where, pod === undefined ? 'waiting for a Pod' : `Pod ${pod}`, ...passed].join('  ');
}

/** Each port once, by the first of its addresses. */
function listenText(listening: Forward['listening'], target: string): string {
  return [...Map.groupBy(listening, ({ local }) => local).values()]
    .flatMap(([first]) => (first === undefined ? [] : `${place(first)} -> ${target}:${first.remote}`))
    .join(', ');
}

function place({ address, local }: Forward['listening'][number]): string {
  return `${address.includes(':') ? `[${address}]` : address === '127.0.0.1' ? 'localhost' : address}:${local}`;
}

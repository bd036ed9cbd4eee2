/**
 * The lines above the screen of a recording: where it stands, and for the demo, what this is. Which keys play it is here as well: a log or YAML
 * keeps the keys it uses itself, and everywhere else those of the recording come first.
 */

import { styleOf } from '../report/style.ts';
import { cutEnd } from '../report/text-wrap.ts';
import type { PlaybackCommand } from '../service/playback.ts';
import type { Key } from './keyboard.ts';
import type { Model, Terminal } from './model.ts';
import { signsOf } from './signs.ts';

const seekMs = 10_000;

export function playbackLines({
  playback,
  banner,
  terminal,
  pod,
}: Pick<Model, 'playback' | 'banner' | 'pod'> & { readonly terminal: Terminal }): readonly string[] {
  if (playback === undefined) return [];
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const { at, start, end, speed, playing, index, changes } = playback;
  const ended = !playing && at >= end;
  const state = terminal.unicode ? (playing ? '▶' : '⏸') : playing ? '>' : '||';
  const parts = [
    `${state} ${clockText(at - start)}/${clockText(end - start)}`,
    `×${speed}`,
    `${new Date(at).toISOString().replace('T', ' ').replace(/\..*/, '')}Z`,
    ended ? 'the end' : `change ${index}/${changes}`,
    pod?.text === undefined ? 'space ←→ ,. -+ 0' : ',. -+ 0',
  ];
  const text = parts.join(` ${signs.dot} `);
  const line = terminal.unicode ? text : text.replaceAll('×', 'x').replaceAll('←→', 'arrows');
  const lines = [` ${style.blue(cutEnd(line, terminal.columns - 2, signs.cut))}`];
  return banner === undefined ? lines : [` ${style.bold(cutEnd(banner, terminal.columns - 2, signs.cut))}`, ...lines];
}

/** What a text over the Pod pane uses itself. */
const textKeys: ReadonlySet<string> = new Set([' ', 'left', 'right']);

/** What a key does to a recording; undefined for one that is not for it. */
export function playbackCommand(key: Key, { pod }: Pick<Model, 'pod'>): PlaybackCommand | undefined {
  const name = 'name' in key ? key.name : key.text;
  if (pod?.text !== undefined && textKeys.has(name)) return undefined;
  switch (name) {
    case ' ':
      return { type: 'pause-or-play' };
    case 'left':
      return { type: 'seek', by: -seekMs };
    case 'right':
      return { type: 'seek', by: seekMs };
    case ',':
      return { type: 'step', by: -1 };
    case '.':
      return { type: 'step', by: 1 };
    case '-':
      return { type: 'speed', by: -1 };
    case '+':
    case '=':
      return { type: 'speed', by: 1 };
    case '0':
      return { type: 'seek', by: Number.NEGATIVE_INFINITY };
    default:
      return undefined;
  }
}

/** 1:05, 1:00:05. */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

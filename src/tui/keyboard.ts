/** Keys as the reducer knows them, from what the terminal library reports. */
import type { Key as InkKey } from 'ink';

type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'tab'
  | 'ctrl-c'
  | 'ctrl-u'
  | 'ctrl-w'
  | 'ctrl-z';

/** A key with a name, or one that writes a character. */
export type Key = { readonly name: KeyName } | { readonly text: string };

const named: readonly (readonly [keyof InkKey, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['tab', 'tab'],
];

const controls: Readonly<Record<string, KeyName>> = { c: 'ctrl-c', u: 'ctrl-u', w: 'ctrl-w', z: 'ctrl-z' };

const characters: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u0003': 'ctrl-c',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
  '\u001a': 'ctrl-z',
  '\u007f': 'backspace',
};

/** The keys in one report: fast typing and pastes arrive as several characters at once. */
export function keysOf(input: string, key: InkKey): readonly Key[] {
  for (const [flag, name] of named) if (key[flag] === true) return [{ name }];
  if (key.ctrl) {
    const name = controls[input];
    return name === undefined ? [] : [{ name }];
  }
  if (key.meta) return [];
  return Array.from(input).flatMap((character): readonly Key[] => {
    const name = characters[character];
    if (name !== undefined) return [{ name }];
    return character < ' ' ? [] : [{ text: character }];
  });
}

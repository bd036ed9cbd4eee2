/** The list from which a namespace or a context is chosen: type to narrow it, or a name that the list may not hold. */
import type { PodwrightError } from '../core/podwright-error.ts';
import type { Key } from './keyboard.ts';
import { paneHeight } from './layout.ts';
import type { Model, Terminal } from './model.ts';
import { withoutLast, withoutLastWord } from './typing.ts';

export type PickerKind = 'namespace' | 'context';

export interface Picker {
  readonly kind: PickerKind;
  readonly text: string;
  /** Undefined while they are asked for. */
  readonly names: readonly string[] | undefined;
  /** Why they cannot be listed: a name can be typed all the same. */
  readonly problem: PodwrightError | undefined;
  readonly cursor: number;
}

/** `name` undefined is all namespaces. */
export interface Choice {
  readonly label: string;
  readonly name: string | undefined;
}

export function openPicker(kind: PickerKind, known: readonly string[]): Picker {
  return { kind, text: '', names: known.length === 0 ? undefined : known, problem: undefined, cursor: 0 };
}

/** What can be chosen: the names that hold what is typed, those that begin so first; and what is typed itself where no list could tell better. */
export function choices({ kind, text, names = [], problem }: Picker): readonly Choice[] {
  const wanted = text.trim().toLowerCase();
  const holding = names.filter((name) => name.toLowerCase().includes(wanted));
  const begins = (name: string): boolean => name.toLowerCase().startsWith(wanted);
  const found = [...holding.filter(begins), ...holding.filter((name) => !begins(name))].map((name): Choice => ({ label: name, name }));
  const all: readonly Choice[] = kind === 'namespace' && 'all namespaces'.startsWith(wanted) ? [{ label: 'all namespaces', name: undefined }] : [];
  const listed = problem === undefined && names.length > 0;
  const typed = kind === 'namespace' && isLabel(wanted) && !names.includes(wanted) && (!listed || found.length + all.length === 0);
  return [...(wanted === '' ? [...all, ...found] : [...found, ...all]), ...(typed ? [{ label: wanted, name: wanted }] : [])];
}

/** What is watched now. */
export function isCurrent({ scope, clusters }: Pick<Model, 'scope' | 'clusters'>, kind: PickerKind, name: string | undefined): boolean {
  if (kind === 'context') return name !== undefined && clusters.includes(name);
  return name === undefined ? scope.namespaces === 'all' : scope.namespaces !== 'all' && scope.namespaces.includes(name);
}

/** The names have come: unless something is typed already, the cursor stands on what is watched now. */
export function listed(model: Pick<Model, 'scope' | 'clusters'>, picker: Picker): Picker {
  if (picker.text !== '') return picker;
  return {
    ...picker,
    cursor: Math.max(
      0,
      choices(picker).findIndex(({ name }) => isCurrent(model, picker.kind, name)),
    ),
  };
}

// A namespace is a DNS-1123 label; anything else would end up in a URL's path.
function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** What a key makes of the list; enter and escape are for who opened it. */
export function pickerKey(picker: Picker, key: Key, terminal: Terminal): Picker {
  if ('text' in key) return narrowed(picker, picker.text + key.text);
  const page = Math.max(1, pickerHeight(terminal) - 1);
  switch (key.name) {
    case 'backspace':
      return narrowed(picker, withoutLast(picker.text));
    case 'ctrl-w':
      return narrowed(picker, withoutLastWord(picker.text));
    case 'ctrl-u':
      return narrowed(picker, '');
    case 'up':
      return stepped(picker, -1);
    case 'down':
      return stepped(picker, 1);
    case 'page-up':
      return stepped(picker, -page);
    case 'page-down':
      return stepped(picker, page);
    case 'home':
      return stepped(picker, Number.NEGATIVE_INFINITY);
    case 'end':
      return stepped(picker, Number.POSITIVE_INFINITY);
    default:
      return picker;
  }
}

export function narrowed(picker: Picker, text: string): Picker {
  return { ...picker, text, cursor: 0 };
}

function stepped(picker: Picker, by: number): Picker {
  return { ...picker, cursor: Math.max(0, Math.min(picker.cursor + by, choices(picker).length - 1)) };
}

/** Lines for the names: the screen without the header, what is typed, and the keys. */
export function pickerHeight(terminal: Pick<Terminal, 'rows'>): number {
  return Math.max(1, paneHeight(terminal) - 1);
}

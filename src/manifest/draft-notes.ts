/** Notes in the draft of an edit: comments above the lines they are about, which are taken out again before the draft is read. */

import { readManifestBytes } from './manifest-reader.ts';
import { type FieldPath, fieldOf, type ManifestNode, spanOf } from './manifest-tree.ts';

export interface DraftNote {
  /** undefined: about the draft as a whole. */
  readonly line: number | undefined;
  readonly text: string;
}

/** No comment of a person begins so, nor a line of a script. */
const mark = '#!! ';
const noted = /^[ \t]*#!! .*(?:\n|$)/gm;
const longestLine = 72;

/** The draft with the notes, each above its line and as far indented; those about the whole on top. */
export function withNotes(draft: string, notes: readonly DraftNote[]): string {
  const lines = draft.split('\n');
  const above = new Map<number, string[]>();
  for (const { line, text } of notes) {
    const at = line === undefined ? 1 : Math.min(Math.max(1, line), lines.length);
    const indent = line === undefined ? '' : (/^ */.exec(lines[at - 1] ?? '')?.[0] ?? '');
    above.set(at, [...(above.get(at) ?? []), ...wrapped(text).map((part) => `${indent}${mark}${part}`)]);
  }
  return lines.flatMap((line, index) => [...(above.get(index + 1) ?? []), line]).join('\n');
}

/** What the person wrote, without the notes. */
export function withoutNotes(draft: string): string {
  return draft.replace(noted, '');
}

function wrapped(text: string): readonly string[] {
  const parts: string[] = [];
  for (const word of text.replaceAll(/\s+/g, ' ').trim().split(' ')) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + word.length < longestLine) parts[parts.length - 1] = `${last} ${word}`;
    else parts.push(word);
  }
  return parts;
}

/**
 * The line of a field in a draft of one object: `spec.containers[0].image` as the API server writes paths, or with the name of an item in place of its number.
 * undefined where the draft has no such field, and none that holds it but the object itself.
 */
export function fieldLine(draft: string, path: string): number | undefined {
  const { source, documents } = readManifestBytes(Buffer.from(draft), 'draft');
  const root = documents[0]?.root;
  if (root === undefined) return undefined;
  const steps = stepsOf(path, root);
  return steps.length === 0 ? undefined : source.place(spanOf(root, steps, true).start).line;
}

/** As far as the draft has it. */
function stepsOf(path: string, root: ManifestNode): FieldPath {
  const steps: (string | number)[] = [];
  let node: ManifestNode | undefined = root;
  for (const [, name, quoted, item] of path.matchAll(/(?:^|\.)([^.[\]]+)|\["([^"]*)"\]|\[([^\]]*)\]/g)) {
    let step: string | number = name ?? quoted ?? item ?? '';
    let next: ManifestNode | undefined;
    if (node?.kind === 'list') {
      const index: number =
        /^\d+$/.test(step) && node.items[Number(step)] !== undefined ? Number(step) : node.items.findIndex((each) => isNamed(each, String(step)));
      step = index;
      next = node.items[index];
    } else next = node?.kind === 'map' ? node.fields.get(step)?.value : undefined;
    if (next === undefined) break;
    steps.push(step);
    node = next;
  }
  return steps;
}

function isNamed(node: ManifestNode, value: string): boolean {
  return ['name', 'mountPath', 'containerPort', 'port', 'ip', 'topologyKey', 'type', 'conditionType', 'devicePath'].some((key) => {
    const field = fieldOf(node, key);
    return field?.kind === 'scalar' && field.text === value;
  });
}

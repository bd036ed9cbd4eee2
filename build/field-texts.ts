/** What the fields of objects are for, in the words of the official client's models: a file beside the program that only `explain` reads. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FieldTexts } from '../src/manifest/built-in-documentation.ts';
import schema from '../src/manifest/schema-data.json' with { type: 'json' };

const models = join(dirname(fileURLToPath(import.meta.url)), '../node_modules/@kubernetes/client-node/dist/gen/models');

/** Of every type that a manifest may hold. */
export function fieldTexts(): FieldTexts {
  return Object.fromEntries(Object.keys(schema.types).map((type) => [type, textsOf(type)]));
}

function textsOf(model: string): Readonly<Record<string, string>> {
  const code = readFileSync(join(models, `${model}.d.ts`), 'utf8');
  // The comment of the class, then those of its fields, each right above what it is about.
  const found = code.matchAll(/^ *\/\*\*\n((?: *\*(?!\/).*\n)+) *\*\/\n *(?:export declare (class) |'([^']+)'\??:)/gm);
  return Object.fromEntries([...found].map(([, comment = '', isClass, field = '']) => [isClass === undefined ? field : '', commentText(comment)]));
}

function commentText(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^ *\* ?/, ''))
    .join('\n')
    .replaceAll(/\\(['"\\])/g, '$1')
    .trim();
}

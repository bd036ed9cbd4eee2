/** Finds the field that a path such as `deploy.spec.template` or `spec.containers[0].image` names. */
import { didYouMean } from '../core/did-you-mean.ts';
import type { Documentation, DocumentedField, DocumentedKind, FoundField, NamedKind } from '../core/field-documentation.ts';
import { PodwrightError } from '../core/podwright-error.ts';

/** The names in a path; places in lists are left out: `containers[0]`, `containers[*]`. Throws `usage` for one with nothing between two dots. */
export function pathNames(path: string): readonly string[] {
  const names = path
    .replace(/^\./, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .split('.');
  if (names.includes(''))
    throw new PodwrightError('usage', `${path}: a name is missing`, { hint: 'A path is names with single dots between them: pod.spec.containers' });
  return names;
}

/** The kind that a word stands for, in whatever case: its name, plural or a short form. */
export function kindOf<Kind extends NamedKind>(kinds: readonly Kind[], word: string, apiVersion?: string): Kind | undefined {
  const wanted = word.toLowerCase();
  return kinds.find(
    (each) => (apiVersion === undefined || each.apiVersion === apiVersion) && (each.kind.toLowerCase() === wanted || each.words.includes(wanted)),
  );
}

/** Throws `usage` where there is no such field, with the nearest one of its place, or where it is instead. */
export function foundField(documentation: Documentation, kind: DocumentedKind, names: readonly string[]): FoundField {
  let type = documentation.type(kind.type);
  let field: DocumentedField | undefined;
  const path: string[] = [];
  for (const name of names) {
    const next = type?.fields.find((each) => each.name === name);
    if (next === undefined) throw noSuchField(documentation, kind, { path, name, holder: { field, type } });
    path.push(name);
    field = next;
    type = next.type === undefined ? undefined : documentation.type(next.type);
  }
  return { kind, path, field, type };
}

interface Missing {
  /** How far the path goes. */
  readonly path: readonly string[];
  readonly name: string;
  readonly holder: Pick<FoundField, 'field' | 'type'>;
}

function noSuchField(documentation: Documentation, kind: DocumentedKind, { path, name, holder: { field, type } }: Missing): PodwrightError {
  const at = [kind.kind.toLowerCase(), ...path].join('.');
  if (type === undefined) return new PodwrightError('usage', `${at} has no fields: it is ${field?.shape}`);
  const names = type.fields.map((each) => each.name);
  const same = didYouMean(name, names);
  const elsewhere = allFields(documentation, kind).find((each) => each.path.at(-1) === name)?.path;
  const hint = [
    same === undefined ? undefined : `Did you mean ${at}.${same}?`,
    elsewhere === undefined ? undefined : `There is ${[kind.kind.toLowerCase(), ...elsewhere].join('.')}.`,
  ].filter((part) => part !== undefined);
  return new PodwrightError('usage', `${at} has no field ${name}`, { hint: hint.length === 0 ? `It has ${names.join(', ')}.` : hint.join(' ') });
}

/** Every field of a kind that is another than those before it: what two fields hold in common, as all kinds of containers do, is told of the first alone. */
export function allFields(documentation: Documentation, kind: DocumentedKind): readonly FoundField[] {
  const found: FoundField[] = [];
  const seen = new Set<string>([kind.type]);
  // By level, so that a type is found where it is nearest to the object.
  let level: readonly FoundField[] = [{ kind, path: [], field: undefined, type: documentation.type(kind.type) }];
  while (level.length > 0) {
    level = level.flatMap(({ path, type }) =>
      (type?.fields ?? []).map((field): FoundField => {
        const isNew = field.type !== undefined && !seen.has(field.type);
        if (isNew) seen.add(field.type);
        return { kind, path: [...path, field.name], field, type: isNew ? documentation.type(field.type) : undefined };
      }),
    );
    found.push(...level);
  }
  return found;
}

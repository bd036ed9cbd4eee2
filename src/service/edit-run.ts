/**
 * Edits one object: hands its manifest to an editor, checks what comes back, and sends what the person changed, and nothing else. What is wrong comes back
 * into the draft as a note on its line; what others changed meanwhile is brought together with it. A draft that was changed is never lost: whoever runs it
 * keeps it until the edit is done.
 */
import { changedFields, type FieldChange } from '../core/change/changed-fields.ts';
import { cleanObject } from '../core/change/clean-object.ts';
import type { StatusCause } from '../core/change/field-conflicts.ts';
import { type ImmutableField, immutableFields } from '../core/change/immutable-fields.ts';
import { type ObjectName, objectNameOf, objectText } from '../core/change/object-name.ts';
import { type MergeConflict, mergePatch, threeWayMerge } from '../core/change/three-way-merge.ts';
import { type Json, object } from '../core/json.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import type { ObjectActions } from './object-actions.ts';
import { type ReplacementPorts, replacePod } from './pod-replacement.ts';

/** A note for the person, about a field as the API server writes paths, or about a line of the draft. */
export interface EditNote {
  readonly at: { readonly field: string } | { readonly line: number } | undefined;
  readonly text: string;
}

/** What the person has made of the draft. */
export type ReadDraft =
  /** Nothing is left in it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable'; readonly notes: readonly EditNote[] }
  | { readonly kind: 'object'; readonly object: Json; readonly notes: readonly EditNote[] };

/** To write what is wanted; to mend what is wrong; to look at what others changed in the same place. */
export type EditReason = 'begin' | 'mend' | 'conflict';

export interface EditPorts extends ReplacementPorts {
  readonly actions: ObjectActions;
  /** Opens the draft with the notes in it, and gives it without them as it was saved. `why` is why it is opened. */
  edited(draft: string, notes: readonly EditNote[], why: EditReason): Promise<string>;
  write(object: Json): string;
  /** Reads it, and notes what lint calls an error. */
  read(draft: string): ReadDraft;
  mayReplace(name: ObjectName, fields: readonly ImmutableField[]): Promise<boolean>;
}

export type EditOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed' | 'replaced'; readonly changes: readonly FieldChange[] }
  /** The person left what is wrong as it was, or mended it in vain too often. */
  | { readonly kind: 'given-up'; readonly notes: readonly EditNote[] };

/** How often what others change meanwhile is taken in before it is given up. */
const mostConflicts = 5;
/** How often in a row a draft is opened again for what is wrong in it: an editor that is a script may add to it each time, and never mend it. */
const mostMendings = 25;

/** Throws PodwrightError where the object cannot be read, and for what no other draft would mend. */
export async function runEdit(name: ObjectName, ports: EditPorts, signal: AbortSignal): Promise<EditOutcome> {
  return new EditRun(name, ports, signal).run();
}

class EditRun {
  readonly #name: ObjectName;
  readonly #ports: EditPorts;
  readonly #signal: AbortSignal;

  constructor(name: ObjectName, ports: EditPorts, signal: AbortSignal) {
    this.#name = name;
    this.#ports = ports;
    this.#signal = signal;
  }

  async run(): Promise<EditOutcome> {
    let live = await this.#read();
    let base = cleanObject(live);
    let draft = this.#ports.write(base);
    let notes: readonly EditNote[] = [];
    let why: EditReason = 'begin';
    let mendings = 0;
    for (;;) {
      mendings = why === 'mend' ? mendings + 1 : 0;
      if (mendings > mostMendings) return { kind: 'given-up', notes };
      const saved = await this.#ports.edited(draft, notes, why);
      this.#signal.throwIfAborted();
      // In a conflict, to save it as it stands is to want it so.
      if (why === 'mend' && saved === draft) return { kind: 'given-up', notes };
      const read = this.#ports.read(saved);
      if (read.kind === 'empty') return { kind: 'unchanged' };
      draft = saved;
      why = 'mend';
      notes = read.kind === 'object' ? [...this.#renamed(read.object), ...read.notes] : read.notes;
      if (read.kind !== 'object' || notes.length > 0) continue;
      if (changedFields(base, read.object).length === 0) return { kind: 'unchanged' };
      const sent = await this.#send(base, read.object, live);
      if (sent.kind !== 'again') return sent;
      ({ notes, live } = sent);
      base = cleanObject(live);
      if (sent.draft === undefined) continue;
      draft = this.#ports.write(sent.draft);
      why = 'conflict';
    }
  }

  async #read(): Promise<Json> {
    const live = await this.#ports.actions.object(this.#name, this.#signal);
    if (live === undefined) throw gone(this.#name);
    return live;
  }

  #renamed(edited: Json): readonly EditNote[] {
    const { apiVersion, kind, namespace, name } = objectNameOf(edited);
    const { apiVersion: wasVersion, kind: wasKind, namespace: wasNamespace, name: wasName } = this.#name;
    const fields: readonly (readonly [string, string | undefined, string | undefined])[] = [
      ['apiVersion', apiVersion, wasVersion],
      ['kind', kind, wasKind],
      ['metadata.namespace', namespace, wasNamespace],
      ['metadata.name', name, wasName],
    ];
    return fields.flatMap(([field, is, was]) =>
      is === was ? [] : [{ at: { field }, text: `${field} has to stay ${was}: to have it under another name, save it as a file and apply that` }],
    );
  }

  /** Sends what changed; where it is refused for something that another draft would mend, with the notes for it. */
  async #send(base: Json, edited: Json, firstLive: Json): Promise<EditOutcome | Again> {
    let live = firstLive;
    for (let attempt = 0; ; attempt++) {
      const { merged, conflicts } = threeWayMerge(base, edited, live);
      if (conflicts.length > 0) return { kind: 'again', live, draft: cleanObject(merged), notes: conflicts.map(conflictNote) };
      const changes = changedFields(cleanObject(live), cleanObject(merged));
      if (changes.length === 0) return { kind: 'unchanged' };
      const immutable = this.#name.kind === 'Pod' ? immutableFields(changes) : [];
      if (immutable.length > 0) {
        if (await this.#ports.mayReplace(this.#name, immutable)) {
          await replacePod({ name: this.#name, live, manifest: JSON.stringify(cleanObject(merged)) }, this.#ports, this.#signal);
          return { kind: 'replaced', changes };
        }
        return {
          kind: 'again',
          live,
          draft: undefined,
          notes: immutable.map(({ path, why }) => ({ at: { field: path }, text: `${path} cannot be changed in a Pod: ${why}` })),
        };
      }
      const patch = mergePatch(live, merged) ?? {};
      const { resourceVersion } = object(live['metadata']);
      try {
        await this.#ports.actions.patch(this.#name, { ...patch, metadata: { ...object(patch['metadata']), resourceVersion } }, { signal: this.#signal });
        return { kind: 'changed', changes };
      } catch (error) {
        if (!isPodwrightError(error)) throw error;
        if (error.code === 'not-found') throw gone(this.#name);
        if (error.code !== 'rejected') throw error;
        const meanwhile = /object has been modified/.test(error.message);
        if (!meanwhile) return { kind: 'again', live, draft: undefined, notes: refusalNotes(error, changes) };
        if (attempt >= mostConflicts) throw error;
        live = await this.#read();
      }
    }
  }
}

interface Again {
  readonly kind: 'again';
  readonly notes: readonly EditNote[];
  readonly live: Json;
  /** undefined: as it is. */
  readonly draft: Json | undefined;
}

function conflictNote({ path, theirs }: MergeConflict): EditNote {
  const words = theirs === undefined ? 'took it out' : `set it to ${JSON.stringify(theirs)}`;
  return {
    at: { field: path },
    text: `${path}: somebody else ${words} meanwhile; yours stands here`,
  };
}

/** What the server says of each field. */
function refusalNotes(error: PodwrightError, changes: readonly FieldChange[]): readonly EditNote[] {
  const { status } = error as PodwrightError & { readonly status?: { readonly causes?: readonly StatusCause[] } };
  const causes = status?.causes ?? [];
  if (causes.length === 0) return [{ at: undefined, text: error.message }];
  return causes.flatMap(({ field, message }): readonly EditNote[] => {
    const culprits = otherChanges(field, message, changes);
    if (culprits.length > 0) return culprits.map(({ path }) => ({ at: { field: path }, text: `${path} cannot be changed. ${message}` }));
    return [{ at: field === '' ? undefined : { field }, text: field === '' ? message : `${field}: ${message}` }];
  });
}

/** The changes that are meant where only some fields of a spec may change, and those are named. Source: ValidateStatefulSetUpdate in pkg/apis/apps/validation. */
function otherChanges(field: string, message: string, changes: readonly FieldChange[]): readonly FieldChange[] {
  const [, named] = /for fields other than (.*) are forbidden/.exec(message) ?? [];
  if (named === undefined) return [];
  const allowed = [...named.matchAll(/'([^']+)'/g)].map(([, name]) => `${field}.${name}`);
  const within = (path: string, each: string): boolean => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`);
  return changes.filter(({ path }) => within(path, field) && !allowed.some((each) => within(path, each)));
}

function gone(name: ObjectName): PodwrightError {
  return new PodwrightError('not-found', `${objectText(name)} is not in the namespace ${name.namespace}`, { hint: 'It may have been deleted meanwhile.' });
}

/** The loop of an edit: what is sent of a draft, and when it is opened again. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { type EditPorts, type EditReason, runEdit } from '../../src/service/edit-run.ts';

const name = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const web = (resourceVersion: string, spec: Json): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', resourceVersion, uid: 'u' },
  spec,
  status: { replicas: 1 },
});
const modified = new PodwrightError('rejected', 'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version');
const unused = (): Promise<never> => Promise.reject(new Error('not asked for'));

interface Given {
  /** What is read, one after the other; the last again and again. */
  readonly live: readonly (Json | undefined)[];
  /** What the person makes of the draft each time; undefined leaves it. */
  readonly drafts: readonly (((spec: Json) => Json) | undefined)[];
  /** What the server says to each patch; undefined takes it. */
  readonly answers?: readonly (Error | undefined)[];
}

async function edit({ live, drafts, answers = [] }: Given) {
  const patches: Json[] = [];
  const opened: { readonly why: EditReason; readonly notes: readonly string[] }[] = [];
  let reads = 0;
  const ports = {
    actions: {
      object: async () => live[Math.min(reads++, live.length - 1)],
      patch: async (_: unknown, patch: Json) => {
        const answer = answers[patches.length];
        patches.push(patch);
        if (answer !== undefined) throw answer;
        return patch;
      },
    },
    pods: { watchPods: unused },
    keep: unused,
    step: () => undefined,
    write: (object: Json) => JSON.stringify(object),
    read: (draft: string) => (draft === '' ? { kind: 'empty' } : { kind: 'object', object: JSON.parse(draft) as Json, notes: [] }),
    async edited(draft: string, notes: readonly { readonly text: string }[], why: EditReason) {
      const change = drafts[opened.length];
      opened.push({ why, notes: notes.map(({ text }) => text) });
      if (change === undefined) return draft;
      const object = JSON.parse(draft) as { spec: Json };
      return JSON.stringify({ ...object, spec: change(object.spec) });
    },
    mayReplace: async () => false,
  } as unknown as EditPorts;
  const outcome = await runEdit(name, ports, new AbortController().signal);
  return { outcome, patches, opened };
}

const replicas = (count: number) => (spec: Json) => ({ ...spec, replicas: count });

describe('edit', () => {
  test('sends what changed, for the version that was read', async () => {
    const { outcome, patches } = await edit({ live: [web('7', { replicas: 1, paused: true })], drafts: [replicas(2)] });
    expect(patches).toEqual([{ spec: { replicas: 2 }, metadata: { resourceVersion: '7' } }]);
    expect(outcome).toMatchObject({ kind: 'changed', changes: [{ path: 'spec.replicas', before: 1, after: 2 }] });
  });

  test('sends nothing for a draft that is as it was', async () => {
    expect(await edit({ live: [web('7', { replicas: 1 })], drafts: [undefined] })).toMatchObject({ outcome: { kind: 'unchanged' }, patches: [] });
  });

  test('takes in what others changed meanwhile, without asking where it is something else', async () => {
    const { outcome, patches, opened } = await edit({
      live: [web('7', { replicas: 1 }), web('8', { replicas: 1, paused: true })],
      drafts: [replicas(2)],
      answers: [modified, undefined],
    });
    expect(patches).toEqual([
      { spec: { replicas: 2 }, metadata: { resourceVersion: '7' } },
      { spec: { replicas: 2 }, metadata: { resourceVersion: '8' } },
    ]);
    expect(opened).toHaveLength(1);
    expect(outcome.kind).toBe('changed');
  });

  test('shows it where it is the same, and to save it as it stands is to want it', async () => {
    const { outcome, patches, opened } = await edit({
      live: [web('7', { replicas: 1 }), web('8', { replicas: 5 })],
      drafts: [replicas(2), undefined],
      answers: [modified, undefined],
    });
    expect(opened).toEqual([
      { why: 'begin', notes: [] },
      { why: 'conflict', notes: ['spec.replicas: somebody else set it to 5 meanwhile; yours stands here'] },
    ]);
    expect(patches.at(-1)).toEqual({ spec: { replicas: 2 }, metadata: { resourceVersion: '8' } });
    expect(outcome.kind).toBe('changed');
  });

  test('what others have done already is nothing to send', async () => {
    const { outcome } = await edit({ live: [web('7', { replicas: 1 }), web('8', { replicas: 2 })], drafts: [replicas(2)], answers: [modified] });
    expect(outcome.kind).toBe('unchanged');
  });

  test('is opened again with what the server says, and given up where it is saved as it was', async () => {
    const { outcome, opened } = await edit({
      live: [web('7', { replicas: 1 })],
      drafts: [replicas(-1), undefined],
      answers: [new PodwrightError('rejected', 'replicas: must be at least 0')],
    });
    expect(opened[1]).toEqual({ why: 'mend', notes: ['replicas: must be at least 0'] });
    expect(outcome).toMatchObject({ kind: 'given-up', notes: [{ text: 'replicas: must be at least 0' }] });
  });

  test('is given up where it is never mended, as an editor that is a script does not', async () => {
    const wrong = new PodwrightError('rejected', 'replicas: must be at least 0');
    const { outcome, opened } = await edit({
      live: [web('7', { replicas: 1 })],
      drafts: Array.from({ length: 1000 }, (_, index) => replicas(-1 - index)),
      answers: Array.from({ length: 1000 }, () => wrong),
    });
    expect(outcome).toMatchObject({ kind: 'given-up', notes: [{ text: wrong.message }] });
    expect(opened).toHaveLength(26);
  });

  test('the field that may not be changed is told on its line where the server names only those that may', async () => {
    const message = "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden";
    const refused = Object.assign(new PodwrightError('rejected', message), { status: { causes: [{ reason: 'FieldValueForbidden', message, field: 'spec' }] } });
    const { opened } = await edit({
      live: [web('7', { replicas: 1, templates: 1, template: { a: 1 }, serviceName: 'db' })],
      drafts: [(spec) => ({ ...spec, replicas: 2, templates: 2, template: { a: 2 }, serviceName: 'other' }), undefined],
      answers: [refused],
    });
    expect(opened[1]?.notes).toEqual(['spec.templates', 'spec.serviceName'].map((path) => `${path} cannot be changed. ${message}`));
  });

  test('ends where the object has gone, where a right is missing, and where it never stands still', async () => {
    await expect(edit({ live: [undefined], drafts: [] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(edit({ live: [web('7', { replicas: 1 }), undefined], drafts: [replicas(2)], answers: [modified] })).rejects.toMatchObject({
      code: 'not-found',
    });
    const forbidden = new PodwrightError('forbidden', 'no');
    await expect(edit({ live: [web('7', { replicas: 1 })], drafts: [replicas(2)], answers: [forbidden] })).rejects.toBe(forbidden);
    const never = { live: [web('7', { replicas: 1 })], drafts: [replicas(2)], answers: Array.from({ length: 20 }, () => modified) };
    await expect(edit(never)).rejects.toBe(modified);
  });
});

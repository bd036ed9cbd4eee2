/** What becomes of each object of an apply when something ends it in the middle, and that nothing is told wrongly of the rest. */
import { describe, expect, test } from 'vitest';
import type { AppliedObject } from '../../src/core/change/apply-report.ts';
import { type ObjectName, objectText } from '../../src/core/change/object-name.ts';
import type { Json } from '../../src/core/json.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { type ApplyItem, runApply } from '../../src/service/apply-run.ts';
import type { ObjectActions } from '../../src/service/object-actions.ts';

const unused = (): Promise<never> => Promise.reject(new Error('not asked for'));

function items(...names: readonly string[]): readonly ApplyItem[] {
  return names.map((each, index) => {
    const [kind = '', name = ''] = each.split('/');
    const object = { apiVersion: kind === 'Shop' ? 'shops.test/v1' : 'v1', kind, namespace: undefined, name };
    return { object, json: JSON.stringify({ ...object, metadata: { name } }), place: { file: 'all.yaml', line: index + 1, column: 1 } };
  });
}

/** Objects in memory; `apply` may be replaced for one of them. */
async function run(plan: readonly ApplyItem[], actions: Partial<ObjectActions>, options: { readonly dryRun?: boolean; readonly signal?: AbortSignal } = {}) {
  const known = new Map<string, Json>();
  const told: string[] = [];
  const memory: ObjectActions = {
    namespaced: async ({ kind }) => (kind === 'Unknown' || kind === 'Shop' ? undefined : kind !== 'Namespace' && kind !== 'CustomResourceDefinition'),
    object: async (name) => known.get(objectText(name)),
    apply: async (name, manifest) => {
      const made = JSON.parse(manifest) as Json;
      known.set(objectText(name), made);
      return made;
    },
    create: unused,
    patch: unused,
    addContainer: unused,
    remove: unused,
    evict: unused,
    budgets: unused,
    ...actions,
  };
  const ports = {
    actions: memory,
    pods: { watchPods: unused },
    clock: { now: () => 0, wait: () => Promise.resolve() },
    keep: unused,
    step: () => undefined,
    mayReplace: async () => false,
    decided: (done: AppliedObject) => void told.push(`${objectText(done.object)} ${done.outcome}`),
  };
  const signal = options.signal ?? new AbortController().signal;
  const done = await runApply({ items: plan, namespace: 'shop', dryRun: options.dryRun ?? false, force: false }, ports, signal);
  expect(done.map(({ object, outcome }) => `${objectText(object)} ${outcome}`)).toEqual(told);
  return { done, told };
}

const applyBut =
  (name: string, how: (object: ObjectName, signal: AbortSignal) => Promise<Json>): ObjectActions['apply'] =>
  (object, manifest, { signal }) =>
    object.name === name ? how(object, signal) : Promise.resolve(JSON.parse(manifest) as Json);

describe('an apply that is ended in the middle', () => {
  const three = items('ConfigMap/a', 'ConfigMap/b', 'ConfigMap/c');

  test('by Ctrl-C while the server is asked: it may or may not be, and the rest was not tried', async () => {
    const stop = new AbortController();
    const { told, done } = await run(
      three,
      {
        apply: applyBut('b', (_, signal) => {
          stop.abort();
          return Promise.reject(signal.reason as Error);
        }),
      },
      { signal: stop.signal },
    );
    expect(told).toEqual(['configmap/a created', 'configmap/b unknown', 'configmap/c not-tried']);
    expect(done[1]?.problem).toMatchObject({ exitCode: 130, message: expect.stringContaining('may or may not') });
  });

  test('by Ctrl-C before the server is asked: it was not tried', async () => {
    const stop = new AbortController();
    const object: ObjectActions['object'] = ({ name }) => {
      if (name !== 'b') return Promise.resolve(undefined);
      stop.abort();
      return Promise.reject(stop.signal.reason as Error);
    };
    expect((await run(three, { object }, { signal: stop.signal })).told).toEqual(['configmap/a created', 'configmap/b not-tried', 'configmap/c not-tried']);
  });

  test('by a server that is away for good', async () => {
    const { told } = await run(three, { apply: applyBut('b', () => Promise.reject(new PodwrightError('unreachable', 'away'))) });
    expect(told).toEqual(['configmap/a created', 'configmap/b failed', 'configmap/c not-tried']);
  });

  test('not by a refusal, nor by what may not be read', async () => {
    const { told } = await run(three, {
      apply: applyBut('b', () => Promise.reject(new PodwrightError('forbidden', 'no'))),
      object: () => Promise.reject(new PodwrightError('forbidden', 'no')),
    });
    expect(told).toEqual(['configmap/a created', 'configmap/b failed', 'configmap/c created']);
  });

  test('a fault of our own is thrown', async () => {
    await expect(run(three, { apply: unused })).rejects.toThrow('not asked for');
  });
});

test('a kind that the cluster does not know is told, and the others are applied', async () => {
  const { told, done } = await run(items('Unknown/x', 'ConfigMap/a'), {});
  expect(told).toEqual(['configmap/a created', 'unknown/x failed']);
  expect(done[1]?.problem?.message).toBe('the cluster knows no kind Unknown in v1');
});

test('in a dry run, what stands on what the same run would make cannot be told', async () => {
  const [definition] = items('CustomResourceDefinition/shops.shops.test');
  const spec = { group: 'shops.test', names: { kind: 'Shop' }, versions: [{ name: 'v1' }] };
  const plan = [...items('Namespace/new', 'Shop/one'), { ...(definition as ApplyItem), json: JSON.stringify({ spec }) }];
  const [map] = items('ConfigMap/a');
  const inNew = { ...(map as ApplyItem), object: { ...(map as ApplyItem).object, namespace: 'new' } };
  const { told } = await run([...plan, inNew], {}, { dryRun: true });
  expect(told).toEqual(['namespace/new created', 'customresourcedefinition/shops.shops.test created', 'configmap/a unknown', 'shop/one unknown']);
});

test('a kind is waited for until it is served', async () => {
  let asked = 0;
  const object: ObjectActions['object'] = async () => {
    asked++;
    return asked < 4 ? undefined : { status: { conditions: [{ type: 'Established', status: 'True' }] } };
  };
  expect((await run(items('CustomResourceDefinition/x'), { object })).told).toEqual(['customresourcedefinition/x created']);
  expect(asked).toBe(4);
});

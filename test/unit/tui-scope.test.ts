/** Choosing a namespace or a context: what is listed, what is asked of the outside, and what is left when it is refused. */
import { describe, expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Model } from '../../src/tui/model.ts';
import { choices, type PickerKind } from '../../src/tui/picker.ts';
import { RowMap } from '../../src/tui/row-map.ts';
import { update } from '../../src/tui/update.ts';
import { after, cluster, pods, shop, started, typed, upserts } from './tui-story.ts';

const forbidden = new PodwrightError('forbidden', 'namespaces is forbidden: User "dev" cannot list resource "namespaces"');
const everywhere = ['batch', 'default', 'my-shop', 'shop'];

function open(): Model {
  const model = { ...started({}, { namespaces: ['shop'], labelSelector: 'tier' }), contexts: true };
  return after(model, pods(model, upserts(shop)));
}

function listed(kind: PickerKind, names: readonly string[]): Model {
  const model = after(open(), ...typed(kind === 'namespace' ? 'n' : 'c'));
  return after(model, { type: 'choices', kind, clusters: model.clusters, names: { state: 'read', value: names } });
}

function labels(model: Model): readonly string[] {
  return model.picker === undefined ? [] : choices(model.picker).map(({ label }) => label);
}

function screen(model: Model): string {
  return frame(model).join('\n');
}

const enter = { type: 'key', key: { name: 'enter' } } as const;

describe('a namespace', () => {
  test('n asks for them, and shows the table again on esc', () => {
    const model = open();
    const [asking, effects] = update(model, { type: 'key', key: { text: 'n' } });
    expect(effects).toEqual([{ type: 'list-choices', kind: 'namespace', clusters: [cluster] }]);
    expect(screen(asking)).toContain('Asking for the namespaces');
    expect(after(asking, ...typed('escape'))).toEqual(model);
  });

  test('typing narrows the list, names that begin so first; the one under the cursor is watched, with the same selectors', () => {
    const model = after(listed('namespace', everywhere), ...typed('s', 'h'));
    expect(labels(model)).toEqual(['shop', 'my-shop']);
    const [chosen, effects] = update(after(model, ...typed('down')), enter);
    expect(effects).toEqual([{ type: 'watch-pods', scope: { namespaces: ['my-shop'], labelSelector: 'tier' } }]);
    expect(chosen).toMatchObject({ picker: undefined, rows: RowMap.empty, synced: false });
    expect(after(chosen, ...typed('a', 'a')).scope).toBe(chosen.scope);
  });

  test('the one that is watched already, and esc, change nothing', () => {
    expect(update(after(listed('namespace', everywhere), ...typed('s')), enter)[1]).toEqual([]);
  });

  test('all namespaces are one of the choices', () => {
    expect(update(after(listed('namespace', everywhere), ...typed('home')), enter)[1]).toEqual([
      { type: 'watch-pods', scope: { namespaces: 'all', labelSelector: 'tier' } },
    ]);
  });

  test('the cursor starts on the one that is watched, where nothing is typed yet', () => {
    const at = (model: Model): string | undefined => model.picker && choices(model.picker)[model.picker.cursor]?.label;
    expect(at(listed('namespace', everywhere))).toBe('shop');
    expect(at(listed('context', ['elsewhere', cluster]))).toBe(cluster);
    const typing = after(open(), ...typed('n', 'b'));
    const known = after(typing, { type: 'choices', kind: 'namespace', clusters: typing.clusters, names: { state: 'read', value: everywhere } });
    expect(at(known)).toBe('batch');
  });

  test('where they may not be listed it says so, offers those it knows, and takes a name', () => {
    const asking = after(open(), ...typed('n'));
    const model = after(asking, { type: 'choices', kind: 'namespace', clusters: asking.clusters, names: { state: 'failed', error: forbidden } });
    expect(screen(model)).toContain('They cannot be listed; type a name: namespaces is forbidden');
    expect(labels(model)).toEqual(['all namespaces', 'batch', 'shop']);
    const [, effects] = update(after(model, ...typed('t', 'e', 'a', 'm')), enter);
    expect(effects).toEqual([{ type: 'watch-pods', scope: { namespaces: ['team'], labelSelector: 'tier' } }]);
  });

  test('what cannot be the name of one is not offered', () => {
    const model = after(listed('namespace', everywhere), ...typed('.', '.', '/'));
    expect(labels(model)).toEqual([]);
    expect(update(model, enter)).toEqual([model, []]);
  });

  test('one that is refused is said, and the one before comes back', () => {
    const before = open();
    const chosen = update(after(listed('namespace', everywhere), ...typed('b')), enter)[0];
    const [back, effects] = update(chosen, { type: 'refused', scope: chosen.scope, error: new PodwrightError('forbidden', 'pods is forbidden in batch') });
    expect(effects).toEqual([{ type: 'watch-pods', scope: before.scope }]);
    expect(screen(back)).toContain('pods is forbidden in batch');
    expect(after(back, ...typed('a', 'a')).scope).toEqual(before.scope);
  });

  test('one that was shown is what a later refusal leads back to', () => {
    const chosen = update(after(listed('namespace', everywhere), ...typed('b')), enter)[0];
    const all = after(chosen, pods(chosen, upserts(shop)), ...typed('a'));
    expect(all.scope.namespaces).toBe('all');
    expect(after(all, { type: 'refused', scope: all.scope, error: forbidden }).scope).toBe(chosen.scope);
  });

  test('a list that comes for another cluster, or after esc, is not shown', () => {
    const model = after(open(), ...typed('n'));
    const late = { type: 'choices', kind: 'namespace', clusters: ['other'], names: { state: 'read', value: ['x'] } } as const;
    expect(after(model, late)).toBe(model);
    const closed = after(model, ...typed('escape'));
    expect(after(closed, { ...late, clusters: model.clusters })).toBe(closed);
  });
});

describe('a context', () => {
  const switched = (from = open()): Model => after(from, { type: 'context-opened', clusters: ['production'], namespace: 'team' });

  test('c lists those of the kubeconfig, and asks to open the chosen one', () => {
    const model = listed('context', [cluster, 'production']);
    expect(screen(model)).toContain(`▸✔ ${cluster}`);
    expect(update(after(model, ...typed('down')), enter)[1]).toEqual([{ type: 'open-context', name: 'production' }]);
  });

  test('where there is no other, c says so', () => {
    expect(screen(after(started(), ...typed('c')))).toContain('There is no other context');
  });

  test('its namespace is watched, from nothing', () => {
    const model = switched();
    expect(model).toMatchObject({ clusters: ['production'], scope: { namespaces: ['team'] }, rows: RowMap.empty, lines: [] });
    expect(screen(model)).toContain('Connecting to production');
  });

  test('who looked at all namespaces does so there; refused that, at the namespace of the context', () => {
    const model = switched(after(open(), ...typed('a')));
    expect(model.scope.namespaces).toBe('all');
    const refused = after(model, { type: 'refused', scope: model.scope, error: forbidden });
    expect(refused.scope.namespaces).toEqual(['team']);
  });

  test('one that cannot be opened leaves the table as it is and says why', () => {
    const model = open();
    const error = new PodwrightError('bad-kubeconfig', 'context "x" names the user "y", which the file does not have');
    const same = after(model, { type: 'context-refused', name: 'x', error });
    expect(same.rows).toBe(model.rows);
    expect(screen(same)).toContain('cannot be opened: context "x" names the user "y"');
  });

  test('one that refuses us does not end the dashboard: it says why, and another can be chosen', () => {
    const model = switched();
    const [refused, effects] = update(model, { type: 'refused', scope: model.scope, error: new PodwrightError('unauthorized', 'the token has expired') });
    expect(effects).toEqual([]);
    expect(screen(refused)).toContain('Not connected to production: the token has expired');
    expect(update(refused, { type: 'key', key: { text: 'c' } })[0].picker?.kind).toBe('context');
    const back = after(refused, { type: 'context-opened', clusters: [cluster], namespace: 'shop' });
    expect(after(back, pods(back, upserts(shop))).rows.size).toBe(shop.length);
  });
});

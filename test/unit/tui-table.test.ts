/** The table's orders, groups and filter: what keys make of them, and that changes keep them. */
import { describe, expect, test } from 'vitest';
import { frame } from '../../src/tui/frame.ts';
import type { Model } from '../../src/tui/model.ts';
import { type Group, isGroup } from '../../src/tui/row-groups.ts';
import { type Order, sortings } from '../../src/tui/row-order.ts';
import { after, cart, checkout, deletes, ledger, pod, pods, search, shop, started, tableRow, typed, upserts, waiting, webs } from './tui-story.ts';

function open(terminal = {}): Model {
  const model = started(terminal);
  return after(model, pods(model, upserts(shop)));
}

function names(model: Model): readonly string[] {
  return model.shown.map((row) => row.name);
}

function screen(model: Model): string {
  return frame(model).join('\n');
}

/** The lines of the table: a heading as `[title count]`, a Pod by its name. */
function outline(model: Model): readonly string[] {
  return model.lines.map((line) => (isGroup(line) ? `[${line.title} ${line.rows.length}]` : line.name));
}

function headings(model: Model): readonly Group[] {
  return model.lines.filter(isGroup);
}

function sortedBy(order: Order): Model {
  const model = after(open(), ...typed(...Array.from({ length: sortings.indexOf(order.by) }, () => 's'), ...(order.reverse ? ['S'] : [])));
  expect(model.order).toEqual(order);
  return model;
}

const orders: readonly Order[] = sortings.flatMap((by) => [
  { by, reverse: false },
  { by, reverse: true },
]);

describe('sort', () => {
  test('s goes through the orders and comes back to trouble', () => {
    let model = open();
    const seen = sortings.map(() => {
      const { by } = model.order;
      model = after(model, ...typed('s'));
      return by;
    });
    expect(seen).toEqual(['trouble', 'name', 'age', 'restarts', 'node']);
    expect(model.order).toEqual({ by: 'trouble', reverse: false });
  });

  test('each puts first what it is about', () => {
    expect(names(sortedBy({ by: 'name', reverse: false }))).toEqual(shop.map(({ name }) => name).toSorted());
    expect(names(sortedBy({ by: 'age', reverse: false }))[0]).toBe(cart.name);
    expect(names(sortedBy({ by: 'age', reverse: true }))[0]).toBe('web-6b9f8d7c55-old42');
    expect(names(sortedBy({ by: 'restarts', reverse: false }))[0]).toBe(ledger.name);
    const nodes = sortedBy({ by: 'node', reverse: false }).shown.map((row) => row.node);
    expect(nodes).toEqual(nodes.toSorted());
    expect(sortedBy({ by: 'trouble', reverse: true }).shown.at(-1)?.health).toBe('doomed');
  });

  test.each(orders)('by $by, reversed $reverse: a change is merged in where sorting everything would put it', (order) => {
    const before = sortedBy(order);
    const bad = pod({ name: webs(9)[8]?.name ?? '', age: 20, node: 'worker9', containers: [[{ name: 'app' }, waiting('InvalidImageName')]] });
    const merged = after(before, pods(before, upserts([bad, pod({ name: 'new', age: 3 })])), pods(before, deletes([search])));
    const fresh = started();
    const facts = [...merged.rows.values()].flatMap((row) => (row.facts === undefined ? [] : [row.facts]));
    const whole = after({ ...fresh, order }, pods(fresh, upserts(facts)));
    expect(names(merged)).toEqual(names(whole));
    expect(new Set(names(merged)).size).toBe(shop.length);
  });

  test('the title line marks the column, and which way', () => {
    const title = (order: Order): string => frame(sortedBy(order))[1] ?? '';
    expect(title({ by: 'trouble', reverse: false })).toMatch(/^ ↓ NAMESPACE/);
    expect(title({ by: 'name', reverse: true })).toContain('NAME ↑');
    expect(title({ by: 'restarts', reverse: false })).toContain('RESTARTS ↓');
    expect(screen(sortedBy({ by: 'age', reverse: true }))).toContain('sort age ↑');
  });

  test('the column that is sorted by stays where others like it go', () => {
    const model = after(sortedBy({ by: 'node', reverse: false }), { type: 'resize', columns: 80, rows: 24 });
    expect(frame(model)[1]).toContain('NODE ↓');
    expect(frame(after(model, ...typed('s')))[1]).not.toContain('NODE');
  });

  test('by node the namespace stays at 80 columns, with short names and with long ones, as long as those have some room', () => {
    const long = { node: 'worker-of-a-very-long-name', containers: [[{ name: 'app' }, waiting('CreateContainerConfigError')]] } as const;
    const title = (name: string, columns: number): string => {
      const model = { ...started({ columns, rows: 24 }), order: { by: 'node', reverse: false } as const };
      return frame(after(model, pods(model, upserts([pod({ name, ...long })]))))[1] ?? '';
    };
    const longest = 'a-name-that-takes-what-there-is-and-more';
    for (const name of ['web-0', 'web-7d9c6f8b5c-x2x8k', longest]) expect(title(name, 80)).toMatch(/NAMESPACE +NAME .*NODE/);
    expect(title('web-0', 70)).toContain('NAMESPACE');
    expect(title(longest, 60)).not.toContain('NAMESPACE');
  });

  test('the selected Pod stays selected; without one the top is followed', () => {
    const down = after(open(), ...typed('down', 's'));
    expect(down.lines[down.cursor]?.key).toBe(down.selected);
    expect(names(down)[down.cursor]).toBe(ledger.name);
    expect(after(open(), ...typed('s')).cursor).toBe(0);
  });

  test('rows of the preview are sorted too', () => {
    const model = after(started(), ...typed('s', 's', 's'));
    const preview = [tableRow('calm'), tableRow('often', { restarts: '9 (3m ago)' }), tableRow('once', { restarts: '1 (3m ago)' })];
    expect(names(after(model, pods(model, upserts([], { preview, synced: false }))))).toEqual(['often', 'once', 'calm']);
  });
});

describe('groups', () => {
  function grouped(by: Model['grouping'], terminal = {}): Model {
    const steps = ['none', 'owner', 'namespace', 'node', 'status'].indexOf(by);
    const model = after(open(terminal), ...typed(...Array.from({ length: steps }, () => 'g')));
    expect(model.grouping).toBe(by);
    return model;
  }

  test('g goes through owner, namespace, node, status and back to none', () => {
    expect(after(grouped('status'), ...typed('g'))).toMatchObject({ grouping: 'none' });
    expect(outline(after(grouped('status'), ...typed('g')))).toEqual(names(open()));
  });

  test('by owner: the Deployment behind a ReplicaSet, the group with the worst Pod first', () => {
    const model = grouped('owner');
    expect(headings(model).map(({ title, rows }) => [title, rows.length])).toEqual([
      ['deploy/checkout', 1],
      ['sts/ledger', 1],
      ['job/import-28811', 1],
      ['deploy/search', 1],
      ['no owner', 2],
      ['deploy/web', 60],
      ['no owner', 1],
    ]);
    expect(outline(model).slice(0, 4)).toEqual(['[deploy/checkout 1]', checkout.name, '[sts/ledger 1]', ledger.name]);
  });

  test.each(['owner', 'namespace', 'node', 'status'] as const)('by %s: every Pod stands under one heading, and the counts add up', (by) => {
    const model = grouped(by);
    expect(headings(model).reduce((sum, group) => sum + group.rows.length, 0)).toBe(shop.length);
    expect(model.lines.length).toBe(shop.length + headings(model).length);
    expect(new Set(model.lines.map((line) => line.key)).size).toBe(model.lines.length);
  });

  test('a heading says how many there are of each health', () => {
    expect(screen(grouped('namespace'))).toMatch(/▸▾ shop +65 Pods +● 60 +◐ 1 +▲ 1 +✖ 2 +⌛ 1/);
    expect(screen(grouped('namespace', { unicode: false }))).toMatch(/>- shop +65 Pods +o 60/);
  });

  test('enter folds and unfolds, left and right do one each, and the heading stays selected', () => {
    const model = grouped('namespace');
    const folded = after(model, ...typed('enter'));
    expect(outline(folded).slice(0, 2)).toEqual(['[shop 65]', '[batch 2]']);
    expect(folded.cursor).toBe(0);
    expect(outline(after(folded, ...typed('enter')))).toEqual(outline(model));
    expect(outline(after(folded, ...typed('left')))).toEqual(outline(folded));
    expect(outline(after(folded, ...typed('right')))).toEqual(outline(model));
    expect(folded.pod).toBeUndefined();
  });

  test('z folds all groups, also those that come later, and unfolds them', () => {
    const folded = after(grouped('owner'), ...typed('z'));
    expect(folded.lines.every(isGroup)).toBe(true);
    const more = after(folded, pods(folded, upserts([pod({ name: 'late', owner: { kind: 'DaemonSet', name: 'late' } })])));
    expect(outline(more)).toContain('[ds/late 1]');
    expect(outline(more)).not.toContain('late');
    expect(outline(after(folded, ...typed('z')))).toEqual(outline(grouped('owner')));
  });

  test('a Pod that is folded away leaves its heading selected', () => {
    const model = after(grouped('owner'), ...typed('down', 'down', 'down'));
    expect(model.selected).toContain(ledger.uid);
    const folded = after(model, ...typed('z'));
    expect(headings(folded)[folded.cursor]?.title).toBe('sts/ledger');
  });

  test('left goes from a Pod to its heading, enter opens the Pod', () => {
    const model = after(grouped('namespace'), ...typed('down', 'down'));
    expect(after(model, ...typed('left')).cursor).toBe(0);
    expect(after(model, ...typed('enter')).pod?.row.name).toBe(ledger.name);
  });

  test('the worst Pod of the selected group is told', () => {
    expect(screen(after(grouped('node'), ...typed('z')))).toContain('registry.example/checkout:9.9 of api and worker was not found');
  });

  test('the selection follows its group, and a filter keeps only groups that hold something', () => {
    const model = after(grouped('owner'), ...typed('z', 'end'));
    const kept = after(model, ...typed('/', 'w', 'e', 'b', 'enter'));
    expect(outline(kept)).toEqual(['[no owner 1]', '[deploy/web 60]']);
    const gone = after(kept, pods(kept, deletes(webs(60))));
    expect(outline(gone)).toEqual(['[no owner 1]']);
    expect(gone.cursor).toBe(0);
  });

  test('the order of the table is that of the groups and inside them', () => {
    const model = after(grouped('namespace'), ...typed('s'));
    expect(outline(model)[0]).toBe('[shop 65]');
    expect(names(model)).toEqual(names(model).toSorted());
    expect(outline(after(model, ...typed('S')))[0]).toBe('[shop 65]');
    expect(outline(after(grouped('node'), ...typed('s', 's', 's', 's')))[0]).toBe('[no node 1]');
  });

  test('rows of the preview say that their owner is not known yet', () => {
    const model = after(started(), ...typed('g'));
    expect(outline(after(model, pods(model, upserts([], { preview: [tableRow('web-a')], synced: false }))))).toEqual(['[owner not known yet 1]', 'web-a']);
  });
});

describe('filter', () => {
  const filtered = (words: string): Model => after(open(), ...typed('/', ...Array.from(words)));

  test.each([
    ['an owner', 'sts/led', [ledger.name]],
    ['what is not to be held', '!web !ledger batch', ['import-28811-xk2lp', 'report-28810-2mmzt']],
    ['a label that is not to be held', 'search !app=search', []],
    ['letters of a namespace', 'btch', ['import-28811-xk2lp', 'report-28810-2mmzt']],
    ['letters of a node', 'cart wrkr2', [cart.name]],
    ['letters of a label', 'app=sarch', [search.name]],
    ['letters never across two fields', 'ledger0shop', []],
  ])('by %s', (_, words, expected) => {
    expect(names(filtered(words))).toEqual(expected);
  });

  test('a lone ! asks for nothing yet', () => {
    expect(names(filtered('!'))).toHaveLength(shop.length);
  });

  test('it says where the words were only found loosely', () => {
    expect(screen(filtered('chkx2x'))).toContain('1 of 67 loosely');
    expect(screen(filtered('ledger'))).not.toContain('loosely');
  });

  test('ctrl-w erases a word; a paste is written, never obeyed', () => {
    expect(after(filtered('web shop'), ...typed('ctrl-w')).filter.text).toBe('web ');
    expect(after(filtered(''), { type: 'paste', text: 'ledger\u001b[2J\nshop' }).filter.text).toBe('ledger shop');
    expect(after(open(), { type: 'paste', text: 'fq/' })).toMatchObject({ filter: { text: '', editing: false, faults: false } });
  });
});

describe('the list of keys', () => {
  test('scrolls where the terminal is low, and no further than its end', () => {
    const model = after(open({ columns: 80, rows: 12 }), ...typed('?'));
    const first = screen(model);
    expect(first).toContain('the keys, and what the marks mean');
    const end = after(model, ...typed('end', 'down'));
    expect(screen(end)).toContain('CHAIN SBICR');
    expect(screen(after(end, ...typed('home')))).toBe(first);
    expect(after(end, { type: 'resize', columns: 200, rows: 100 }).helpTop).toBe(0);
    expect(after(end, ...typed('escape'))).toMatchObject({ help: false, helpTop: 0 });
  });
});

describe('at 80 columns', () => {
  const size = { columns: 80, rows: 24 };

  test('the keys go on to the namespace and to the list of keys, however the table is sorted and grouped', () => {
    for (const by of sortings) {
      const model = { ...open(size), order: { by, reverse: true }, contexts: true };
      expect(frame(model).at(-1)).toMatch(/n namespace .*s sort.*\? keys {2}q quit$/);
      expect(frame(after(model, ...typed('g', 'g'))).at(-1)).toMatch(/n namespace .*\? keys {2}q quit$/);
    }
    expect(frame(open(size)).at(-1)).toContain('s sort  g group  ');
  });

  test('what is to be said is said whole: in the place of the cause where it takes more than a line', () => {
    const long = 'pods is forbidden: User "system:serviceaccount:shop:dev" cannot list resource "pods" in API group "" at the cluster scope';
    const model = { ...open(size), notice: long };
    const lines = frame(model).slice(-3);
    expect(`${lines[0]} ${lines[1]}`.replace(/ +/g, ' ').trim()).toBe(long);
    expect(lines[2]).toContain('? keys');
    const longer = { ...model, notice: `${long}. ${long.slice(0, 80)}` };
    expect(frame(longer).slice(-3).join(' ').replace(/ +/g, ' ').trim()).toBe(longer.notice);
    const short = frame({ ...model, notice: 'Opening it.' });
    expect(short.at(-1)).toBe(' Opening it.');
    expect(short.at(-3)).toBe(frame(open(size)).at(-3));
  });
});

describe('at 120 columns', () => {
  test('init progress takes what it needs, and a status is whole', () => {
    const model = started({ columns: 120, rows: 40 });
    const facts = pod({
      name: 'web-7d9c6f8b5c-x2x8k',
      node: 'podwright-control-plane',
      owner: { kind: 'ReplicaSet', name: 'web-7d9c6f8b5c' },
      init: [[{ name: 'setup' }, { ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } }]],
      containers: [[{ name: 'app' }, waiting('CreateContainerConfigError')]],
      held: { Initialized: 10 },
    });
    const lines = frame(after(model, pods(model, upserts([facts]))));
    expect(lines[2]).toContain('CreateContainerConfigError');
    expect(lines[1]).toContain('INIT   CHAIN');
  });

  test('steps are segments also where nothing else widens the column', () => {
    const model = started({ columns: 120, rows: 40 });
    const steps = ['migrate', 'warm'].map((name) => [{ name }, undefined] as const);
    const lines = frame(after(model, pods(model, upserts([pod({ name: 'web', phase: 'Pending', init: steps, containers: [[{ name: 'app' }, undefined]] })]))));
    expect(lines[1]).toContain('INIT  CHAIN');
    expect(lines[2]).toContain(' ── ');
  });
});

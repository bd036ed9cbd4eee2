/** The reducer: what the dashboard makes of Pods, keys, the clock and a lost link. */
import { describe, expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Message, Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import {
  after,
  ago,
  allHeld,
  cart,
  checkout,
  cluster,
  deletes,
  event,
  ledger,
  now,
  pod,
  pods,
  search,
  shop,
  started,
  tableRow,
  typed,
  upserts,
  waiting,
  webs,
} from './tui-story.ts';

function open(terminal = {}): Model {
  const model = started(terminal);
  return after(model, pods(model, upserts(shop)));
}

function names(model: Model): readonly string[] {
  return model.shown.map((row) => row.name);
}

function selected(model: Model): string | undefined {
  return model.shown[model.cursor]?.name;
}

function screen(model: Model): string {
  return frame(model).join('\n');
}

function failing(name: string): ReturnType<typeof pod> {
  return pod({
    name,
    uid: `uid-shop-${name}`,
    containers: [[{ name: 'app' }, waiting('InvalidImageName', 'bad')]],
    held: { PodScheduled: 10, Initialized: 9 },
  });
}

describe('order', () => {
  test('the worst Pod is first and selected, without a key', () => {
    expect(names(open()).slice(0, 5)).toEqual([checkout.name, ledger.name, 'import-28811-xk2lp', search.name, cart.name]);
    expect(selected(open())).toBe(checkout.name);
  });

  test('rows that are equal go by namespace and name, whatever order they came in', () => {
    const model = started();
    const forth = after(model, pods(model, upserts(webs(30))));
    const back = after(model, pods(model, upserts(webs(30).toReversed())));
    expect(names(forth)).toEqual(names(back));
    expect(names(forth)).toEqual(names(forth).toSorted());
  });

  test('a change that alters nothing moves no row', () => {
    const model = open();
    const again = after(model, pods(model, upserts([...shop].reverse())));
    expect(names(again)).toEqual(names(model));
  });

  test('merging changes gives the order that sorting everything gives', () => {
    const model = open();
    const changed = after(
      model,
      pods(model, upserts([failing('web-6b9f8d7c55-1007z'), failing('web-6b9f8d7c55-100az')])),
      pods(model, deletes([search, cart])),
    );
    const fresh = started();
    const whole = after(fresh, pods(fresh, upserts([...changed.rows.values()].flatMap((row) => (row.facts ? [row.facts] : [])))));
    expect(names(changed)).toEqual(names(whole));
    expect(changed.rows.size).toBe(shop.length - 2);
  });

  test('time alone makes a Pod stuck', () => {
    const young = pod({ name: 'young', phase: 'Pending', node: undefined, age: 1, containers: [[{ name: 'app' }, undefined]] });
    const model = started();
    const first = after(model, pods(model, upserts([young])));
    expect(first.shown[0]?.health).toBe('starting');
    expect(after(first, { type: 'clock', now: now + 60_000 }).shown[0]?.health).toBe('stuck');
  });
});

describe('selection', () => {
  test('follows the Pod when the order changes', () => {
    const model = after(open(), ...typed('down', 'down', 'down', 'down', 'down', 'down', 'down'));
    const name = selected(model);
    const worse = after(model, pods(model, upserts([failing('web-6b9f8d7c55-101nz')])));
    expect(selected(worse)).toBe(name);
    expect(worse.cursor).toBe(model.cursor + 1);
  });

  test('goes by UID: a Pod made anew under the same name is another', () => {
    const model = after(open(), ...typed('down'));
    expect(selected(model)).toBe('ledger-0');
    const anew = { ...ledger, uid: 'another' };
    const both = after(
      model,
      pods(
        model,
        upserts([], {
          changes: [
            { type: 'upsert', cluster, pod: anew },
            { type: 'delete', cluster, pod: ledger },
          ],
        }),
      ),
    );
    expect(names(both).filter((name) => name === 'ledger-0')).toHaveLength(1);
    expect(both.rows.size).toBe(shop.length);
  });

  test('moves to the neighbour when its Pod is deleted', () => {
    const model = after(open(), ...typed('down'));
    const next = names(model)[2];
    expect(selected(after(model, pods(model, deletes([ledger]))))).toBe(next);
  });

  test('stays inside the table at both ends, and the window follows it', () => {
    const low = after(open({ rows: 24 }), ...typed('end'));
    expect(low.cursor).toBe(shop.length - 1);
    expect(screen(low)).toContain('report-28810-2mmzt');
    const past = after(low, ...typed('down', 'page-down'));
    expect(past.cursor).toBe(shop.length - 1);
    const high = after(past, ...typed('home', 'up', 'page-up'));
    expect(high.cursor).toBe(0);
    expect(high.top).toBe(0);
  });

  test('paging moves by a screen', () => {
    const model = after(open({ rows: 24 }), ...typed('page-down'));
    expect(model.cursor).toBeGreaterThan(10);
    expect(selected(after(model, ...typed('page-up')))).toBe(checkout.name);
  });

  test('until somebody moves, whatever becomes the worst is selected', () => {
    const model = open();
    expect(selected(after(model, pods(model, deletes([checkout]))))).toBe(ledger.name);
  });

  test('a table that empties and fills again keeps working', () => {
    const model = after(open(), ...typed('down'));
    const none = after(model, pods(model, deletes(shop)));
    expect(none.shown).toEqual([]);
    expect(screen(none)).toContain('No Pods in any namespace');
    const some = after(none, ...typed('down', 'enter'), pods(none, upserts(shop)));
    expect(some.shown).toHaveLength(shop.length);
    expect(selected(some)).toBeDefined();
  });
});

describe('filter', () => {
  const filtered = (...words: readonly string[]): Model => after(open(), ...typed('/', ...Array.from(words.join(' '))));

  test.each([
    ['name', 'ledger', ['ledger-0']],
    ['part of a name, in any case', 'CHECK', [checkout.name]],
    ['status', 'backoff', [checkout.name, ledger.name]],
    ['node', 'worker2 cart', [cart.name]],
    ['namespace', 'batch', ['import-28811-xk2lp', 'report-28810-2mmzt']],
    ['label', 'app=search', [search.name]],
    ['the beginning of a value', 'app=sea', [search.name]],
    ['letters in their order, where nothing holds the word', 'chkx2x', [checkout.name]],
    ['nothing', 'zzzz', []],
  ])('by %s', (_, words, expected) => {
    expect(names(filtered(words))).toEqual(expected);
  });

  test('a Pod that starts to match appears, one that ceases to goes', () => {
    const model = filtered('crashloop');
    expect(names(model)).toEqual(['ledger-0']);
    const well = pod({ name: 'ledger-0', held: allHeld(1) });
    expect(names(after(model, pods(model, upserts([well]))))).toEqual([]);
  });

  test('enter keeps it, esc clears it, and keys are letters meanwhile', () => {
    const model = filtered('q');
    expect(model.filter).toMatchObject({ text: 'q', editing: true });
    const kept = after(filtered('ledger'), ...typed('enter'));
    expect(kept.filter).toMatchObject({ text: 'ledger', editing: false });
    expect(screen(kept)).toContain('1 of 67');
    expect(names(after(kept, ...typed('escape')))).toHaveLength(shop.length);
  });

  test('the selected Pod stays selected while it matches', () => {
    const model = after(open(), ...typed('down', '/', 'l', 'e', 'd'));
    expect(selected(model)).toBe('ledger-0');
    expect(selected(after(model, ...typed('escape')))).toBe('ledger-0');
  });

  test('backspace takes a letter, ctrl-u all of them', () => {
    expect(after(filtered('abc'), ...typed('backspace')).filter.text).toBe('ab');
    expect(after(filtered('abc'), ...typed('ctrl-u')).filter).toMatchObject({ text: '', editing: true });
  });

  test('f leaves out what is ready or done', () => {
    const model = after(open(), ...typed('f'));
    expect(model.shown.map((row) => row.health)).toEqual(['doomed', 'doomed', 'stuck', 'stuck', 'starting', 'terminating']);
    expect(after(model, ...typed('f')).shown).toHaveLength(shop.length);
  });
});

describe('a lost link', () => {
  const lost = new PodwrightError('unreachable', 'cannot reach the server: connection refused');

  test('the table stays, says how stale it is, and comes back', () => {
    const model = open();
    const links = new Map([[cluster, { state: 'stale', since: now, attempt: 3, error: lost } as const]]);
    const stale = after(model, pods(model, upserts([], { links })), { type: 'clock', now: now + 12_000 });
    expect(names(stale)).toEqual(names(model));
    expect(screen(stale)).toContain('◌ stale 12 s · reconnecting (3)');
    expect(screen(stale)).toContain('connection refused');
    const back = after(stale, pods(stale, upserts([]), now + 13_000));
    expect(screen(back)).toContain('● live');
    expect(screen(back)).not.toContain('connection refused');
  });

  test('rows are dim meanwhile, and only then', () => {
    const model = open({ colour: true });
    const links = new Map([[cluster, { state: 'stale', since: now, attempt: 1, error: lost } as const]]);
    const row = (state: Model): string | undefined => frame(state).find((line) => line.includes('web-6b9f8d7c55-1000z'));
    expect(row(model)).not.toContain('\u001b[2m');
    expect(row(after(model, pods(model, upserts([], { links }))))).toContain('\u001b[2m');
  });
});

describe('preview', () => {
  const preview = [tableRow('web-a'), tableRow('ledger-0', { status: 'CrashLoopBackOff', ready: '0/1' }), tableRow('gone', { status: 'Pending' })];

  function previewed(): Model {
    const model = started();
    return after(model, pods(model, upserts([], { preview, synced: false })));
  }

  test('its rows are drawn at once, trouble first', () => {
    expect(names(previewed())).toEqual(['ledger-0', 'gone', 'web-a']);
  });

  test('a Pod takes the place of its row, and the selection with it', () => {
    const model = after(previewed(), ...typed('down', 'down'));
    const web = failing('web-a');
    const next = after(model, pods(model, upserts([web], { synced: false })));
    expect(names(next)).toEqual(['ledger-0', 'gone', 'web-a']);
    expect(selected(next)).toBe('web-a');
    expect(next.shown[2]?.facts).toBe(web);
    expect(next.rows.size).toBe(3);
  });

  test('with the first state complete, rows that no Pod stands for go and the order is the real one', () => {
    const model = previewed();
    const next = after(model, pods(model, upserts([ledger], { synced: false })), pods(model, upserts([failing('web-a')])));
    const fresh = started();
    expect(names(next)).toEqual(names(after(fresh, pods(fresh, upserts([ledger, failing('web-a')])))));
    expect(next.rows.size).toBe(2);
    expect(next.shown.every((row) => row.preview === undefined)).toBe(true);
  });

  test('a Pod that was deleted before the first state was complete leaves no row', () => {
    const model = previewed();
    const next = after(model, pods(model, { ...deletes([failing('web-a')]), synced: false }));
    expect(names(next)).not.toContain('web-a');
  });

  test('a preview that comes after its Pods adds nothing twice', () => {
    const model = started();
    const next = after(model, pods(model, upserts([ledger], { synced: false })), pods(model, upserts([], { preview, synced: false })));
    expect(names(next).filter((name) => name === 'ledger-0')).toHaveLength(1);
  });

  test('a row of the preview that is opened opens once its Pod is there, and that is said', () => {
    const [asked, none] = update(after(previewed(), ...typed('down', 'down')), { type: 'key', key: { name: 'enter' } });
    expect([asked.pod, none, asked.notice]).toEqual([undefined, [], 'web-a opens as soon as it has been read']);
    const [other] = update(asked, pods(asked, upserts([ledger], { synced: false })));
    expect([other.pod, other.notice]).toEqual([undefined, 'web-a opens as soon as it has been read']);
    const [opened, effects] = update(other, pods(other, upserts([failing('web-a')], { synced: false })));
    expect([opened.pod?.row.name, opened.notice]).toEqual(['web-a', undefined]);
    expect(effects.map(({ type }) => type)).toContain('watch-events');
    expect(after(opened, ...typed('escape'), pods(opened, upserts([]))).pod).toBeUndefined();
  });

  test('it does not open any more once another key was pressed, or where there is no such Pod', () => {
    const asked = after(previewed(), ...typed('down', 'enter'));
    expect(asked.notice).toContain('gone opens');
    const turned = after(asked, ...typed('up'), pods(asked, upserts([failing('gone'), ledger], { synced: false })));
    expect([turned.pod, turned.notice]).toEqual([undefined, undefined]);
    const nothing = after(asked, pods(asked, upserts([ledger])));
    expect([nothing.pod, nothing.notice, nothing.opening]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the Pod pane', () => {
  function pane(): Model {
    return after(open(), ...typed('down', 'enter'));
  }

  test('enter asks for what is to be known of that Pod, esc ends it', () => {
    const table = after(open(), ...typed('down'));
    const [model, effects] = update(table, { type: 'key', key: { name: 'enter' } });
    const asked = { key: model.pod?.key, pod: { cluster, namespace: 'shop', name: 'ledger-0', uid: ledger.uid } };
    expect(effects).toEqual([
      { type: 'watch-events', ...asked },
      { type: 'read-object', ...asked },
      { type: 'read-usage', ...asked },
      { type: 'read-node', key: model.pod?.key, cluster, name: 'worker' },
    ]);
    const [back, ended] = update(model, { type: 'key', key: { name: 'escape' } });
    expect(ended).toEqual([{ type: 'leave-pod' }]);
    expect(selected(back)).toBe('ledger-0');
  });

  test('shows why, containers, conditions and Events', () => {
    const model = pane();
    const events = [
      event('BackOff', 'Back-off restarting failed container', 60, { count: 4 }),
      event('BackOff', 'Back-off restarting failed container', 3, { count: 5 }),
    ];
    const text = screen(after(model, { type: 'events', key: model.pod?.key ?? '', batch: { events, synced: true, problem: undefined } }));
    expect(text).toContain('exited with 3: schema 7 is missing');
    expect(text).toContain('restarted 7×, last run: exit 3, ran 2s, 12s ago');
    expect(text).toMatch(/BackOff +×9 in 57s Back-off/);
    expect(text).toContain('readiness http :8080/ready');
  });

  test('without leave to read Events it says so and shows the rest', () => {
    const model = pane();
    const problem = new PodwrightError('forbidden', 'events is forbidden: User "dev" cannot list resource "events"');
    const text = screen(after(model, { type: 'events', key: model.pod?.key ?? '', batch: { events: [], synced: false, problem } }));
    expect(text).toContain('cannot list resource "events"');
    expect(text).toContain('CrashLoopBackOff');
  });

  test('Events of another Pod that come late are not shown', () => {
    const model = pane();
    expect(after(model, { type: 'events', key: 'another', batch: { events: [event('Started', 'x', 1)], synced: true, problem: undefined } })).toBe(model);
  });

  test('follows the Pod, and keeps the last picture when it is deleted', () => {
    const model = pane();
    const mended = after(model, pods(model, upserts([pod({ name: 'ledger-0', held: allHeld(1) })])));
    expect(frame(mended)[0]).toContain('Running');
    const gone = after(mended, pods(mended, deletes([pod({ name: 'ledger-0' })])));
    expect(frame(gone)[0]).toContain('deleted');
    expect(screen(gone)).toContain('GONE');
    expect(screen(gone)).toContain('registry.example/app:1');
    expect(after(gone, ...typed('escape')).pod).toBeUndefined();
  });

  test('scrolls to its end and no further', () => {
    const model = after(open({ rows: 12, columns: 80 }), ...typed('down', 'enter', 'end', 'down', 'page-down'));
    expect(screen(model)).toContain('restart Always');
    expect(frame(after(model, ...typed('home')))).not.toEqual(frame(model));
    const roomy = after(model, { type: 'resize', columns: 200, rows: 60 });
    expect(roomy.pod?.scroll).toBe(0);
  });
});

describe('keys', () => {
  const effectsOf = (model: Model, message: Message): unknown => update(model, message)[1];

  test('q and Ctrl-C quit, wherever one is', () => {
    for (const model of [open(), after(open(), ...typed('enter'))]) {
      expect(effectsOf(model, { type: 'key', key: { text: 'q' } })).toEqual([{ type: 'quit', exitCode: 0 }]);
    }
    for (const model of [open(), after(open(), ...typed('?')), after(open(), ...typed('/'))]) {
      expect(effectsOf(model, { type: 'key', key: { name: 'ctrl-c' } })).toEqual([{ type: 'quit', exitCode: 130 }]);
    }
  });

  test('? lists the keys over whatever is open, and goes again', () => {
    const help = after(open(), ...typed('enter', '?'));
    expect(screen(help)).toContain('open the Pod');
    expect(after(help, ...typed('escape')).pod).toBeDefined();
    expect(after(help, ...typed('?')).help).toBe(false);
  });

  test('a goes to all namespaces and back; batches of the scope that was left count no more', () => {
    const model = started({}, { namespaces: ['shop'] });
    const [everywhere, effects] = update(after(model, pods(model, upserts(shop))), { type: 'key', key: { text: 'a' } });
    expect(effects).toEqual([{ type: 'watch-pods', scope: { namespaces: 'all' } }]);
    expect(everywhere.rows.size).toBe(0);
    expect(after(everywhere, pods(model, upserts(shop))).rows.size).toBe(0);
    expect(update(everywhere, { type: 'key', key: { text: 'a' } })[0].scope).toBe(model.scope);
  });

  test('all namespaces refused: it is said, and the first scope comes back', () => {
    const error = new PodwrightError('forbidden', 'pods is forbidden: User "dev" cannot list resource "pods" at the cluster scope');
    const model = started({}, { namespaces: ['shop'] });
    const everywhere = after(model, ...typed('a'));
    const [back, effects] = update(everywhere, { type: 'refused', scope: everywhere.scope, error });
    expect(effects).toEqual([{ type: 'watch-pods', scope: model.scope }]);
    expect(screen(back)).toContain('cannot list resource "pods"');
    expect(effectsOf(back, { type: 'refused', scope: back.scope, error })).toEqual([{ type: 'fail', error }]);
  });
});

describe('drawing', () => {
  test('every size gives a frame of that size', () => {
    for (const [columns, rows] of [
      [1, 1],
      [10, 3],
      [40, 10],
      [79, 23],
      [133, 37],
      [300, 100],
    ] as const) {
      for (const keys of [[], ['enter'], ['?'], ['/', 'x']]) {
        const model = after(open(), { type: 'resize', columns, rows }, ...typed(...keys));
        expect(frame(model)).toHaveLength(rows);
      }
    }
  });

  test('the selected row is on screen after a resize', () => {
    const model = after(open({ rows: 60 }), ...typed(...Array.from({ length: 40 }, () => 'down')), { type: 'resize', columns: 80, rows: 12 });
    expect(screen(model)).toContain(`▸● ${model.shown[model.cursor]?.namespace}`);
  });

  test('nothing a cluster writes reaches the terminal as a command', () => {
    const evil = pod({
      name: 'evil\u001b[2J',
      labels: { app: '\u001b]0;owned\u0007' },
      containers: [[{ name: 'app' }, waiting('Bad\u001b[31mReason', 'mess\u001b[1mage\nsecond \u009b2J \u202eline')]],
      unmet: [{ type: 'Ready', reason: 'x\u001b[0m', message: 'y\u0007', lastTransitionTime: ago(3) }],
    });
    const model = started();
    const table = after(model, pods(model, upserts([evil])));
    const open_ = after(table, ...typed('enter'));
    const problem = new PodwrightError('forbidden', 'no\u001b[5m');
    const events = [event('R\u001b[1m', 'm\u001b[2J', 1, { container: 'c\u0007' })];
    const full = after(open_, { type: 'events', key: open_.pod?.key ?? '', batch: { events, synced: true, problem } });
    const obeyed = Array.from(`${screen(table)}${screen(full)}`).filter(
      (each) => each !== '\n' && (each < ' ' || (each > '~' && each < '\u00a0') || each === '\u202e'),
    );
    expect(obeyed).toEqual([]);
  });

  test('wide characters keep the columns straight', () => {
    const model = started();
    const wide = pod({ name: 'wide', containers: [[{ name: 'app' }, waiting('画像がない')]], node: 'worker' });
    const table = after(model, pods(model, upserts([wide, ...webs(1)])));
    const [first, second] = frame(table).slice(2, 4);
    expect(first).toContain('画像がない');
    expect(second).toContain('Running   ');
  });
});

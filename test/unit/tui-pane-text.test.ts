/** Texts over the Pod pane: YAML and logs, where one is in them, what is found and what is said instead of them. */
import { describe, expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { podAdvice } from '../../src/manifest/pod-advice.ts';
import { readableObject } from '../../src/report/readable-object.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Effect, Message, Model } from '../../src/tui/model.ts';
import { podText, readableLog } from '../../src/tui/pod-text.ts';
import { moved, newWindow, searched, textLines, visibleRows, wrapChanged } from '../../src/tui/text-window.ts';
import { update } from '../../src/tui/update.ts';
import { preparedDetails } from './tui-source.ts';
import { after, checkout, cluster, deletes, ledger, pod, pods, started, typed, upserts, waiting } from './tui-story.ts';

function paneOf(facts: ReturnType<typeof pod>, terminal = {}): Model {
  const model = started(terminal);
  return after(model, pods(model, upserts([facts])), ...typed('enter'));
}

function press(model: Model, key: string): readonly [Model, readonly Effect[]] {
  return update(model, typed(key)[0] as Message);
}

/** The answer to what was asked last. */
function answered(model: Model, text: string): Model {
  const of = model.pod?.text?.of ?? { kind: 'yaml' as const };
  return after(model, { type: 'text', key: model.pod?.key ?? '', of, text: { state: 'read', value: { text, hidden: ['managedFields'] } } });
}

const screen = (model: Model): string => frame(model).join('\n');
const numbered = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at + 1}`).join('\n');

describe('a log', () => {
  test('of the container that explains the Pod is asked for, and shown from its end', () => {
    const [model, effects] = press(paneOf(ledger), 'l');
    expect(effects).toEqual([
      {
        type: 'read-text',
        key: model.pod?.key,
        pod: { cluster, namespace: 'shop', name: 'ledger-0', uid: ledger.uid },
        of: { kind: 'log', container: 'ledger', previous: true },
      },
    ]);
    const read = answered(model, numbered(200));
    expect(screen(read)).toContain('log of ledger, previous run');
    expect(screen(read)).toContain('line 200');
    expect(screen(read)).not.toContain('line 100\n');
    expect(screen(after(read, ...typed('home')))).toContain(' line 1\n');
  });

  test('of another container is a key away, and so is the run before', () => {
    const log = answered(press(paneOf(ledger), 'l')[0], 'x');
    const at = (model: Model): unknown => model.pod?.text?.of;
    expect(at(after(log, ...typed('tab')))).toMatchObject({ container: 'a', previous: false });
    expect(at(after(log, ...typed('left')))).toMatchObject({ container: 'c' });
    expect(at(after(log, ...typed('right', 'left')))).toMatchObject({ container: 'ledger' });
    expect(at(after(log, ...typed('2')))).toMatchObject({ container: 'b' });
    expect(at(after(log, ...typed('9')))).toBe(at(log));
    expect(at(after(log, ...typed('p')))).toMatchObject({ container: 'ledger', previous: false });
  });

  test('an answer that comes after another was asked for is not shown', () => {
    const model = after(press(paneOf(ledger), 'l')[0], ...typed('1'));
    const of = { kind: 'log', container: 'ledger', previous: true } as const;
    expect(after(model, { type: 'text', key: model.pod?.key ?? '', of, text: { state: 'read', value: { text: 'late', hidden: [] } } })).toBe(model);
  });

  test('of a container that has not started: why, without asking; and it is asked for once it has', () => {
    const pane = paneOf(checkout);
    const [model, effects] = press(pane, 'l');
    expect(effects).toEqual([]);
    expect(screen(model)).toContain('api has not started: waiting: ImagePullBackOff');
    const mended = pod({
      name: checkout.name,
      containers: [
        [{ name: 'api' }, { state: { running: {} } }],
        [{ name: 'worker' }, waiting('ErrImagePull')],
      ],
    });
    const [, asked] = update(model, pods(model, upserts([mended])));
    expect(asked).toContainEqual(expect.objectContaining({ type: 'read-text', of: { kind: 'log', container: 'api', previous: false } }));
  });

  test('without leave to read it, or of a Pod that was deleted, it is said', () => {
    const model = press(paneOf(ledger), 'l')[0];
    const error = new PodwrightError('forbidden', 'pods "ledger-0" is forbidden: User "dev" cannot get resource "pods/log" in the namespace "shop"');
    const refused = after(model, { type: 'text', key: model.pod?.key ?? '', of: model.pod?.text?.of ?? { kind: 'yaml' }, text: { state: 'failed', error } });
    expect(screen(refused).replaceAll(/\s+/g, ' ')).toContain('cannot get resource "pods/log" in the namespace "shop"');
    const pane = paneOf(ledger);
    const gone = after(pane, pods(pane, deletes([ledger])));
    const [log, effects] = press(gone, 'l');
    expect(effects).toEqual([]);
    expect(screen(log)).toContain('its logs with it');
    expect(screen(after(gone, ...typed('y')))).toContain('no longer to be had');
  });

  test('that is read again shows what is new; while it is open, its Pod may go', () => {
    const log = answered(press(paneOf(ledger), 'l')[0], 'first');
    expect(press(log, 'r')[1]).toHaveLength(1);
    const again = answered(log, 'first\nsecond');
    expect(screen(again)).toContain('second');
    expect(screen(after(again, pods(again, deletes([ledger]))))).toContain('deleted');
    expect(screen(after(again, pods(again, deletes([ledger]))))).toContain('second');
  });
});

describe('a log that is followed', () => {
  const now = pod({ name: 'talks', containers: [[{ name: 'app' }, { state: { running: {} }, ready: true }]] });
  const opened = (count: number): Model => answered(press(paneOf(now), 'l')[0], numbered(count));
  const more = (model: Model, text: string): Model =>
    after(model, { type: 'text-more', key: model.pod?.key ?? '', of: model.pod?.text?.of ?? { kind: 'yaml' }, text });

  test('grows at its end, as long as that is in sight', () => {
    const log = opened(200);
    expect(screen(log)).toContain('following');
    const grown = more(log, 'line 201\nline 202\n');
    expect(screen(grown)).toContain(' line 202\n');
    const away = after(grown, ...typed('up', 'up'));
    const later = more(away, 'line 203\n');
    expect(screen(later)).not.toContain('line 203');
    expect(later.pod?.text?.window.line).toBe(away.pod?.text?.window.line);
    expect(screen(after(later, ...typed('end')))).toContain('line 203');
  });

  test('is held where it is, and followed again', () => {
    const held = more(after(opened(200), ...typed('f')), 'line 201\n');
    expect(screen(held)).toContain('held');
    expect(screen(held)).not.toContain('line 201');
    const again = after(held, ...typed('f'));
    expect(screen(again)).toContain('line 201');
    expect(screen(more(again, 'line 202\n'))).toContain('line 202');
  });

  test('shows only lines that hold a text, those to come as well', () => {
    const log = after(opened(200), ...typed('&', '1', '9', '9', 'enter'));
    expect(log.pod?.text?.filter).toBe('199');
    expect(screen(log)).toContain('lines with 199');
    expect(screen(log)).toContain('line 199');
    expect(screen(log)).not.toContain('line 200');
    const grown = more(log, 'line 201\nline 1999\n');
    expect(screen(grown)).toContain('line 1999');
    expect(screen(grown)).not.toContain('line 201');
    const all = after(grown, ...typed('&', 'ctrl-u', 'enter'));
    expect(screen(all)).toContain('line 201');
    expect(after(log, ...typed('&', 'x', 'escape')).pod?.text).toMatchObject({ filter: '199', filtering: false });
  });

  test('keeps its last lines, and what is searched for with them', () => {
    const log = after(opened(4999), ...typed('/', '4', '9', '9', '8', 'enter'));
    expect(log.pod?.text?.window.match).toBe(4997);
    const grown = more(log, numbered(10));
    expect(grown.pod?.text?.lines).toMatchObject({ value: { length: 5000 } });
    expect(grown.pod?.text?.window.match).toBe(4988);
    expect(more(after(grown, ...typed('home')), numbered(4995)).pod?.text?.window.match).toBeUndefined();
  });

  test('that is no longer open takes no more, and leaving it ends it', () => {
    const log = opened(3);
    const [left, effects] = press(log, 'escape');
    expect(effects).toEqual([{ type: 'leave-text' }]);
    expect(more(left, 'late\n')).toBe(left);
    const yaml = press(log, 'y')[0];
    expect(after(yaml, { type: 'text-more', key: log.pod?.key ?? '', of: { kind: 'log', container: 'app', previous: false }, text: 'late\n' })).toBe(yaml);
  });

  test('the run before is not followed', () => {
    const previous = answered(press(paneOf(ledger), 'l')[0], 'x');
    expect(screen(previous)).not.toContain('following');
    expect(after(previous, ...typed('f'))).toBe(previous);
  });

  test('lines that are JSON are readable', () => {
    expect(readableLog('{"level":"error","msg":"no"}\nplain {\n')).toBe('ERROR no\nplain {\n');
    expect(readableLog('plain\n')).toBe('plain\n');
  });
});

describe('YAML', () => {
  test('is asked for and shown from its beginning; esc goes back a level at a time', () => {
    const [model, effects] = press(paneOf(ledger), 'y');
    expect(effects).toEqual([expect.objectContaining({ type: 'read-text', of: { kind: 'yaml' } })]);
    const read = answered(model, numbered(100));
    expect(screen(read)).toContain('without managedFields');
    expect(screen(read)).toContain('line 1');
    const back = after(read, ...typed('escape'));
    expect(back.pod?.text).toBeUndefined();
    expect(screen(back)).toContain('CONTAINERS');
    expect(after(back, ...typed('escape')).pod).toBeUndefined();
  });

  test('leaves out the copy that kubectl apply keeps, and says so', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' };
    expect(readableObject({ metadata: { name: 'x', annotations } })).toEqual({
      object: { metadata: { name: 'x', annotations: { note: 'kept' } } },
      hidden: ['last-applied'],
    });
    const { 'kubectl.kubernetes.io/last-applied-configuration': copy } = annotations;
    const only = { metadata: { name: 'x', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': copy } } };
    expect(readableObject(only).object).toEqual({ metadata: { name: 'x' } });
    const identity = { cluster, namespace: 'shop', name: 'x', uid: 'u' };
    const text = await podText(
      preparedDetails({ object: only }),
      identity,
      { kind: 'yaml' },
      { now: 0, terminal: started().terminal, advise: async () => [], signal: new AbortController().signal },
    );
    expect(text).toEqual({ text: 'metadata:\n  name: x\n', hidden: ['managedFields', 'last-applied'] });
  });
});

describe('search', () => {
  const yaml = (): Model => answered(press(paneOf(ledger, { rows: 12 }), 'y')[0], numbered(100));

  test('goes to what is found, on and back, around the ends', () => {
    const found = after(yaml(), ...typed('/', '5', '0', 'enter'));
    expect(screen(found)).toContain('▸line 50');
    expect(screen(after(yaml(), ...typed('/', '9', '9', 'enter', 'n')))).toContain('▸line 99');
    const nines = after(yaml(), ...typed('/', '9', 'enter'));
    expect(screen(after(nines, ...typed('n')))).toContain('▸line 19');
    expect(screen(after(nines, ...typed('N')))).toContain('▸line 99');
  });

  test('keys are letters meanwhile; esc leaves it, nothing found is said', () => {
    const typing = after(yaml(), ...typed('/', 'q', '?', 'w'));
    expect(typing.pod?.text?.window.typing).toBe('q?w');
    expect(after(typing, ...typed('backspace')).pod?.text?.window.typing).toBe('q?');
    expect(after(typing, ...typed('ctrl-u', 'backspace')).pod?.text?.window.typing).toBeUndefined();
    const left = after(typing, ...typed('escape'));
    expect(left.pod?.text?.window.typing).toBeUndefined();
    expect(left.pod?.text).toBeDefined();
    expect(screen(after(typing, ...typed('enter')))).toContain('No line has "q?w"');
  });
});

describe('the window', () => {
  const size = { width: 20, height: 5 };

  test('wraps long lines, and goes through them row by row to the last and no further', () => {
    const lines = ['short', 'x'.repeat(95), 'end'];
    const top = visibleRows(lines, newWindow, size).map(({ text }) => text.length);
    expect(top).toEqual([5, 20, 20, 20, 20]);
    const last = moved(lines, newWindow, Number.POSITIVE_INFINITY, size);
    expect(visibleRows(lines, last, size).at(-1)?.text).toBe('end');
    expect(moved(lines, last, 1, size)).toEqual(last);
    expect(moved(lines, newWindow, 100, size)).toEqual(last);
    let there = newWindow;
    for (let step = 0; step < 2; step++) there = moved(lines, there, 1, size);
    expect(there).toEqual(last);
    expect(moved(lines, there, -2, size)).toEqual(newWindow);
  });

  test('without wrapping, a search brings what it finds into sight', () => {
    const lines = ['a', `${'x'.repeat(95)}needle`, 'b'];
    const flat = wrapChanged(lines, newWindow, size);
    const found = searched(lines, flat, 'needle', false, size);
    expect(visibleRows(lines, found, size)[1]?.text).toContain('needle');
    const wrapped = searched(lines, newWindow, 'NEEDLE', false, size);
    expect(wrapped.match).toBeUndefined();
  });

  test('a line of a million characters is cut and says so; one of wide characters fits', () => {
    const [line = ''] = textLines('x'.repeat(1_000_000));
    expect(line.length).toBeLessThan(11_000);
    expect(line).toContain('990000 more characters');
    const wide = textLines('画像'.repeat(4000));
    for (const { text } of visibleRows(wide, newWindow, size)) expect(textWidth(text)).toBeLessThanOrEqual(size.width);
    expect(visibleRows(wide, { ...newWindow, wrap: false, left: 7 }, size)[0]?.text).not.toBe('');
  });

  test('tabs are spaces, and nothing in a line is obeyed', () => {
    expect(textLines('a\tb\u001b[2J\r\nc\u202e\n')).toEqual(['a       b', 'c']);
    expect(textLines('')).toEqual([]);
  });
});

describe('a description', () => {
  test('is asked for, laid out for the terminal, and shown from its beginning', async () => {
    const [model, effects] = press(paneOf(ledger), 'd');
    expect(effects).toEqual([expect.objectContaining({ type: 'read-text', of: { kind: 'description' } })]);
    const object = {
      metadata: { name: 'ledger-0', namespace: 'shop' },
      spec: { containers: [{ name: 'ledger', env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }] },
    };
    const identity = { cluster, namespace: 'shop', name: 'ledger-0', uid: 'u' };
    const signal = new AbortController().signal;
    const { text } = await podText(
      preparedDetails({ object }),
      identity,
      { kind: 'description' },
      { now: 0, terminal: { ...model.terminal, columns: 60 }, advise: async (given) => podAdvice(given), signal },
    );
    expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(58);
    expect(text).not.toContain('hunter2');
    expect(text).toMatch(/^Lint:\n {2}warning {2}A secret stands in the manifest|^Lint:\n {2}warning/m);
    const read = answered(model, text);
    expect(screen(read)).toContain('description');
    expect(screen(read)).toContain('shop/ledger-0');
    expect(screen(after(read, ...typed('/', 'E', 'n', 'v', 'enter')))).toContain('Environment:');
    expect(after(read, ...typed('y')).pod?.text?.of).toEqual({ kind: 'yaml' });
    expect(after(read, ...typed('y', 'd')).pod?.text?.of).toEqual({ kind: 'description' });
    expect(after(read, ...typed('escape')).pod?.text).toBeUndefined();
  });

  test('of a Pod that is gone is no longer to be had', () => {
    const pane = paneOf(ledger);
    const [model, effects] = press(after(pane, pods(pane, deletes([ledger]))), 'd');
    expect(effects).toEqual([]);
    expect(screen(model)).toContain('no longer to be had');
  });
});

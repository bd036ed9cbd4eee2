/** Acting on Pods from the dashboard: on what, whether one may, the question, and what the answer does. */
import { describe, expect, test } from 'vitest';
import type { Right } from '../../src/service/pod-actions.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Effect, Message, Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import { after, checkout, cluster, ledger, now, pod, pods, started, tableRow, typed, upserts } from './tui-story.ts';

const naked = pod({ name: 'naked' });
const table = (facts = [checkout, ledger, naked]): Model => {
  const model = started({ columns: 120, rows: 40 });
  return after(model, pods(model, upserts(facts)));
};
const press = (model: Model, key: string): readonly [Model, readonly Effect[]] => update(model, typed(key)[0] as Message);
const deleting = { verb: 'delete', group: '', resource: 'pods' };
const may = (missing?: string, right: Right = deleting, namespace = 'shop'): Message => ({ type: 'right', right, namespace, missing });
const on = (model: Model, name: string): Model =>
  after(model, ...typed('home', ...Array.from({ length: model.shown.findIndex((row) => row.name === name) }, () => 'down')));
const identity = ({ name, uid }: { name: string; uid: string }) => ({ cluster, namespace: 'shop', name, uid });
const last = (model: Model): string => frame(model).slice(-3).join('\n');

test('x asks whether the person may, then the person, then deletes that Pod', () => {
  const [asked, effects] = press(on(table(), ledger.name), 'x');
  expect(effects).toEqual([{ type: 'ask-right', right: deleting, namespace: 'shop' }]);
  const allowed = after(asked, may());
  expect(last(allowed)).toContain('Delete shop/ledger-0? sts/ledger will make another in its place.');
  expect(last(allowed)).toContain('y delete  esc back');
  const [done, acts] = press(allowed, 'y');
  expect(acts).toEqual([{ type: 'delete', pods: [identity(ledger)] }]);
  expect(last(after(done, { type: 'notice', text: 'One Pod is being deleted.' }))).toContain('One Pod is being deleted.');
});

test.each(['n', 'escape', 'enter', 'x', 'down', 'q'])('%s is no yes: nothing is deleted, and nothing else happens', (key) => {
  const asked = after(press(on(table(), ledger.name), 'x')[0], may());
  const [model, effects] = press(asked, key);
  expect(effects).toEqual([]);
  expect(model.question).toBeUndefined();
  expect(last(model)).toContain('Nothing was done');
  expect(model.cursor).toBe(asked.cursor);
});

test('Ctrl-C quits even where something is asked', () => {
  const asked = after(press(table(), 'x')[0], may());
  expect(press(asked, 'ctrl-c')[1]).toEqual([{ type: 'quit', exitCode: 130 }]);
});

test('the marked Pods are deleted together, wherever the selection is, and are no longer marked', () => {
  const marked = after(table(), ...typed(' ', ' ', ' '));
  const asked = after(press(marked, 'x')[0], may());
  expect(asked.question?.text).toMatch(/^Delete shop\/\S+ and 2 more\? .+ will make others in their place\. Nothing will make naked anew\.$/);
  const [model, effects] = press(asked, 'y');
  expect(effects[0]).toMatchObject({ type: 'delete', pods: expect.arrayContaining([identity(checkout), identity(ledger), identity(naked)]) });
  expect(model.marked.size).toBe(0);
});

test('the open Pod is what is acted on, and the question stands over its pane', () => {
  const opened = after(on(table(), naked.name), ...typed('enter'));
  const asked = after(press(opened, 'x')[0], may());
  expect(last(asked)).toContain('Delete shop/naked? Nothing will make it anew.');
  expect(press(asked, 'y')[1]).toEqual([{ type: 'delete', pods: [identity(naked)] }]);
});

describe('what may not be done', () => {
  const refused = 'it takes the right to delete pods in shop, which you do not have';

  test('is said with the right that is missing, and no question is asked', () => {
    const model = after(press(table(), 'x')[0], may(refused));
    expect(model.question).toBeUndefined();
    expect(last(model)).toContain(`This cannot be done: ${refused}.`);
    const opened = after(on(table(), naked.name), ...typed('enter', 'x'), may(refused));
    expect(last(opened)).toContain(`This cannot be done: ${refused}.`);
  });

  test('is known for a minute, and then asked again', () => {
    const model = after(press(table(), 'x')[0], may(refused));
    expect(press(model, 'x')[1]).toEqual([]);
    const later = after(model, { type: 'clock', now: now + 61_000 });
    expect(press(later, 'x')[1]).toEqual([{ type: 'ask-right', right: deleting, namespace: 'shop' }]);
  });

  test('an answer that comes after the person went on asks nothing', () => {
    const model = after(press(table(), 'x')[0], ...typed('down'), may());
    expect(model.question).toBeUndefined();
  });

  test('nothing is done to a recording, to a row that has not been read, or to no row', () => {
    const recorded = { ...table(), playback: { index: 0 } } as unknown as Model;
    expect(press(recorded, 'x')[0].notice).toContain('recording');
    const model = started({ columns: 120, rows: 40 });
    const previewed = after(model, pods(model, { ...upserts([]), preview: [tableRow('early')], synced: false }));
    expect(press(previewed, 'x')[0].notice).toBe('early has not been read yet.');
    expect(press(started(), 'x')[0].notice).toContain('Select a Pod first');
  });
});

describe('on the terminal', () => {
  const exec = { verb: 'create', group: '', resource: 'pods/exec' };

  test('s runs a shell in the open Pod', () => {
    const [asked, rights] = press(after(on(table(), naked.name), ...typed('enter')), 's');
    expect(rights).toEqual([{ type: 'ask-right', right: exec, namespace: 'shop' }]);
    expect(update(asked, may(undefined, exec))[1]).toEqual([{ type: 'run-program', args: ['shell', 'naked', '--pod-running-timeout=0', '-n', 'shop'] }]);
  });

  test.each([
    ['a Pod that nothing makes', naked, { verb: 'patch', group: '', resource: 'pods' }, 'pod/naked'],
    ['what makes the Pod', ledger, { verb: 'patch', group: 'apps', resource: 'statefulsets' }, 'sts/ledger'],
    ['the Deployment, and not its ReplicaSet', checkout, { verb: 'patch', group: 'apps', resource: 'deployments' }, 'deploy/checkout'],
  ])('e edits %s', (_, facts, right, target) => {
    const [asked, rights] = press(on(table(), facts.name), 'e');
    expect(rights).toEqual([{ type: 'ask-right', right, namespace: 'shop' }]);
    expect(update(asked, may(undefined, right))[1]).toEqual([{ type: 'run-program', args: ['edit', target, '-n', 'shop'] }]);
  });

  test('one Pod is edited, whatever is marked, and the marks stay', () => {
    const marked = after(on(table(), naked.name), ...typed(' ', 'up'));
    const right = { verb: 'patch', group: '', resource: 'pods' };
    const [model, effects] = update(press(marked, 'e')[0], may(undefined, right));
    expect(effects).toHaveLength(1);
    expect(model.marked.size).toBe(1);
  });

  describe('D', () => {
    const right = { verb: 'patch', group: '', resource: 'pods/ephemeralcontainers' };
    const asked = after(press(on(table(), naked.name), 'D')[0], may(undefined, right));

    test('asks for the image, and remembers it', () => {
      expect(last(asked)).toContain('Image of the container to debug with, as in busybox:1.37: ▏');
      const written = after(asked, ...typed('t', 'o', 'o', 'l', 's', ':', '1', '2', 'backspace'));
      expect(last(written)).toContain('tools:1▏');
      const [model, effects] = press(written, 'enter');
      expect(effects).toEqual([{ type: 'run-program', args: ['debug', 'naked', '-it', '--image', 'tools:1', '-n', 'shop'] }]);
      expect(press(model, 'D')[0].question?.typed).toBe('tools:1');
    });

    test('takes a paste without its line end, and nothing for an answer', () => {
      expect(after(asked, { type: 'paste', text: ' tools:2\n' }).question?.typed).toBe('tools:2');
      expect(press(asked, 'enter')).toEqual([asked, []]);
      expect(after(asked, ...typed('x', 'ctrl-u')).question?.typed).toBe('');
      expect(after(asked, ...typed('x', 'ctrl-w')).question?.typed).toBe('');
      expect(press(asked, 'up')).toEqual([asked, []]);
    });

    test('is left with esc, and nothing is said', () => {
      const [model, effects] = press(asked, 'escape');
      expect({ effects, question: model.question, notice: model.notice }).toEqual({ effects: [], question: undefined, notice: undefined });
    });
  });
});

describe('l in the table', () => {
  const right = { verb: 'get', group: '', resource: 'pods/log' };

  test('opens the log of the selected Pod in its pane', () => {
    const [model, effects] = press(on(table(), naked.name), 'l');
    expect(model.pod?.text?.of).toMatchObject({ kind: 'log', container: 'app' });
    expect(effects.map(({ type }) => type)).toContain('watch-events');
    expect(press(started(), 'l')).toEqual([started(), []]);
  });

  test('follows the logs of those that are marked as one stream, and leaves the marks', () => {
    const marked = after(table(), ...typed(' ', ' '));
    const [asked, rights] = press(marked, 'l');
    expect(rights).toEqual([{ type: 'ask-right', right, namespace: 'shop' }]);
    const [model, effects] = update(asked, may(undefined, right));
    const names = marked.shown.slice(0, 2).map(({ name }) => name);
    expect(effects).toEqual([{ type: 'run-program', args: ['logs', ...names, '-f', '--tail', '20', '-n', 'shop'] }]);
    expect(model.marked.size).toBe(2);
  });

  test('of two namespaces there is no one stream', () => {
    const marked = after(table([naked, pod({ name: 'other', namespace: 'batch' })]), ...typed(' ', ' '));
    const [model, effects] = update(after(press(marked, 'l')[0], may(undefined, right, 'batch')), may(undefined, right));
    expect(effects).toEqual([]);
    expect(model.notice).toContain('one namespace');
  });
});

/** Forwarding ports from the dashboard: what is asked, what is shown of it, and how it ends. */
import { expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import type { ForwardEvent } from '../../src/service/port-forward.ts';
import { forwardBegun } from '../../src/tui/forwards.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Effect, Message, Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import { after, cart, ledger, pod, pods, started, typed, upserts } from './tui-story.ts';

const naked = pod({ name: 'naked' });
const right = { verb: 'create', group: '', resource: 'pods/portforward' };
const table = (): Model => {
  const model = started({ columns: 120, rows: 40 });
  return after(model, pods(model, upserts([ledger, naked, cart])));
};
const on = (model: Model, name: string): Model =>
  after(model, ...typed('home', ...Array.from({ length: model.shown.findIndex((row) => row.name === name) }, () => 'down')));
const press = (model: Model, key: string): readonly [Model, readonly Effect[]] => update(model, typed(key)[0] as Message);
const asked = (model: Model, name: string): Model => after(press(on(model, name), 'p')[0], { type: 'right', right, namespace: 'shop', missing: undefined });
const last = (model: Model): string => frame(model).slice(-3).join('\n');
const event = (id: number, told: ForwardEvent): Message => ({ type: 'forward', id, event: told });

/** With a forward to sts/ledger that listens. */
function forwarding(): Model {
  const [begun] = update(after(asked(table(), ledger.name), ...typed('ctrl-u', '8', '0', ':', '8', '0')), typed('enter')[0] as Message);
  return after(
    begun,
    event(1, { kind: 'attached', pod: ledger, again: false }),
    event(1, { kind: 'listening', address: '127.0.0.1', local: 80, remote: 8080 }),
    event(1, { kind: 'listening', address: '::1', local: 80, remote: 8080 }),
  );
}

test('p asks whether the person may, then for the ports, and forwards to what makes the Pod', () => {
  expect(press(on(table(), ledger.name), 'p')[1]).toEqual([{ type: 'ask-right', right, namespace: 'shop' }]);
  expect(last(asked(table(), ledger.name))).toContain('Ports of sts/ledger to reach from here');
  const typedIn = after(asked(table(), naked.name), ...typed('ctrl-u', '8', '0', ' ', ':', '9'));
  const [model, effects] = press(typedIn, 'enter');
  expect(effects).toEqual([{ type: 'forward', id: 1, target: 'pod/naked', namespace: 'shop', ports: '80 :9' }]);
  expect(model.question).toBeUndefined();
  expect(press(asked(table(), ledger.name), 'escape')).toMatchObject([{ forwards: [] }, []]);
});

test('where it listens is said once, and counted at the keys', () => {
  const model = forwarding();
  expect(last(model)).toContain('localhost:80 leads to port 8080 of sts/ledger. P has the list.');
  expect(frame(after(model, ...typed('down'))).at(-1)).toContain('P 1 forwarded');
});

test('the list has each port, its Pod and what has passed; x ends it', () => {
  const traffic = { open: 1, connections: 3, broken: 0, sentBytes: 1500, receivedBytes: 20 };
  const model = after(forwarding(), event(1, { kind: 'traffic', traffic }), ...typed('P'));
  const line = 'localhost:80 -> shop/sts/ledger:8080  Pod ledger-0  1 open  3 in all  1.5 kB sent  20 B received';
  expect(frame(model).join('\n')).toContain(line);
  expect(frame(after(model, event(1, { kind: 'waiting', lost: ledger }))).join('\n')).toContain('waiting for a Pod');
  const [left, effects] = press(model, 'x');
  expect(effects).toEqual([{ type: 'end-forward', id: 1 }]);
  const gone = after(left, { type: 'forward-ended', id: 1, error: undefined });
  expect(gone.forwards).toEqual([]);
  expect(gone.notice).toBeUndefined();
  expect(last(after(gone, ...typed('escape', 'P')))).toContain('No port is forwarded');
});

test('one that fails is said with what to try, and is gone', () => {
  const error = new PodwrightError('input', 'port 80 of 127.0.0.1 is in use', { hint: 'Choose another.' });
  const model = after(forwarding(), { type: 'forward-ended', id: 1, error });
  expect(last(model)).toContain('The forward to sts/ledger has ended: port 80 of 127.0.0.1 is in use. Choose another.');
  expect(model.forwards).toEqual([]);
});

test('one that never was there has not ended', () => {
  const [begun] = forwardBegun(table(), { target: 'sts/ledger', namespace: 'shop', ports: '99999' });
  const model = after(begun, { type: 'forward-ended', id: 1, error: new PodwrightError('usage', '"99999" is no port to forward') });
  expect(last(model)).toContain('sts/ledger cannot be forwarded to: "99999" is no port to forward.');
});

test('a port that nobody listens on is said; what comes after the end is not', () => {
  const refused: ForwardEvent = { kind: 'refused', pod: ledger, port: 8080, message: 'connection refused' };
  expect(last(after(forwarding(), event(1, refused)))).toContain('Nothing listens on port 8080 in Pod ledger-0.');
  expect(after(table(), event(7, refused)).notice).toBeUndefined();
});

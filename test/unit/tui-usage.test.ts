/** What Pods use, beside what they ask for: read from metrics.k8s.io, in the table where there is room, in the pane of a Pod. */
import { describe, expect, test } from 'vitest';
import { podUsage, totalUsage, usageText, usedPercent } from '../../src/core/pod-usage.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Effect, Message, Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import { after, checkout, cluster, ledger, now, pods, started, typed, upserts } from './tui-story.ts';

const metrics = {
  timestamp: '2026-03-01T11:59:40Z',
  window: '15s',
  containers: [
    { name: 'app', usage: { cpu: '12345678n', memory: '60Mi' } },
    { name: 'proxy', usage: { cpu: '1500m', memory: '1536Ki' } },
  ],
};
const usage = podUsage(metrics);

describe('usage', () => {
  test('is read by container, in cores and bytes', () => {
    expect(usage).toEqual({
      at: Date.parse('2026-03-01T11:59:40Z'),
      containers: new Map([
        ['app', { cpu: 0.012345678, memory: 60 * 2 ** 20 }],
        ['proxy', { cpu: 1.5, memory: 1.5 * 2 ** 20 }],
      ]),
    });
    expect(podUsage({ containers: [{ usage: { cpu: 'much' } }, 7] }).containers).toEqual(new Map([['', { cpu: 0, memory: 0 }]]));
  });

  test('is written as kubectl top writes it', () => {
    expect([usageText('cpu', totalUsage(usage)), usageText('memory', totalUsage(usage))]).toEqual(['1513m', '61Mi']);
  });

  test.each([
    [0.25, '500m', 50],
    [60 * 2 ** 20, '64Mi', 94],
    [1, '0', undefined],
    [1, undefined, undefined],
    [1, 'much', undefined],
  ])('%d is so much of %s: %s %%', (amount, of, percent) => {
    expect(usedPercent(amount, of)).toBe(percent);
  });
});

const wide = { columns: 200, rows: 50 };

/** The table with both Pods, and what a tick of the clock asks for. */
function ticked(terminal: object, seconds = 1): readonly [Model, readonly Effect[]] {
  const model = started(terminal);
  const full = after(model, pods(model, upserts([checkout, ledger])));
  return update(full, { type: 'clock', now: now + seconds * 1000 });
}

const answer = (model: Model, usages: Extract<Message, { type: 'usages' }>['usages']): Message => ({ type: 'usages', scope: model.scope, usages });
const asks = (effects: readonly Effect[]): readonly Effect[] => effects.filter(({ type }) => type === 'read-usages');

describe('the table', () => {
  test('asks where there is room for it, and shows what is known of each Pod', () => {
    const [model, effects] = ticked(wide);
    expect(asks(effects)).toEqual([{ type: 'read-usages', scope: model.scope }]);
    expect(frame(model).join('\n')).not.toContain('CPU');
    const [title, ...lines] = frame(after(model, answer(model, new Map([['shop/ledger-0', usage]])))).slice(1);
    expect(title).toMatch(/AGE +CPU +MEMORY +NODE/);
    expect(lines.find((line) => line.includes('ledger-0'))).toMatch(/ 1513m +61Mi +worker/);
    expect(lines.find((line) => line.includes('checkout'))).not.toMatch(/\d+Mi/);
  });

  test('asks again every 15 seconds, and every two minutes where nothing measures', () => {
    const [model] = ticked(wide);
    const at = (from: Model, seconds: number): number => asks(update(from, { type: 'clock', now: now + 1000 + seconds * 1000 })[1]).length;
    const measured = after(model, answer(model, new Map()));
    expect([at(measured, 14), at(measured, 15)]).toEqual([0, 1]);
    const unmeasured = after(model, answer(model, undefined));
    expect([at(unmeasured, 119), at(unmeasured, 120)]).toEqual([0, 1]);
  });

  test('does not ask where there is no room, and takes no answer for another scope', () => {
    expect(asks(ticked({ columns: 80, rows: 24 })[1])).toEqual([]);
    const [model] = ticked(wide);
    expect(after(model, { type: 'usages', scope: { namespaces: ['other'] }, usages: new Map() }).usages).toBeUndefined();
  });
});

describe('the pane', () => {
  const [opened, asked] = update(ticked(wide)[0], typed('enter')[0] as Message);
  const key = opened.pod?.key ?? '';
  const containers = [{ name: 'app', resources: { requests: { cpu: '100m' }, limits: { memory: '64Mi' } } }];
  const read = after(opened, { type: 'object', key, object: { state: 'read', value: { spec: { containers } } } });

  test('asks when it opens and then every 15 seconds', () => {
    const ask = { type: 'read-usage', key, pod: { cluster, namespace: 'shop', name: opened.pod?.row.name, uid: opened.pod?.row.facts?.uid } };
    expect(asked).toContainEqual(ask);
    expect(update(opened, { type: 'clock', now: now + 15_000 })[1]).not.toContainEqual(ask);
    expect(update(opened, { type: 'clock', now: now + 16_000 })[1]).toContainEqual(ask);
  });

  test('shows what is used beside what is asked for, and of what', () => {
    const text = frame(after(read, { type: 'usage', key, usage })).join('\n');
    expect(text).toContain('app  cpu 100m, uses 13m (12 % of the request)  memory limit 64Mi, uses 60Mi (94 % of the limit)');
    expect(text).toContain('proxy  cpu uses 1500m  memory uses 1Mi');
  });

  test('is as it was where nothing measures', () => {
    expect(frame(after(read, { type: 'usage', key, usage: undefined })).join('\n')).toContain('app  cpu 100m  memory limit 64Mi');
  });
});

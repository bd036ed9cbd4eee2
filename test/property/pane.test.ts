/** Whatever a Pod holds and however large the terminal is, the pane is a screen of that size and tells the terminal nothing but its own styles. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { frame } from '../../src/tui/frame.ts';
import { after, event, now, pods, started, typed, upserts } from '../unit/tui-story.ts';
import { anyPod, words } from './nasty-pod.ts';

const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }), colour: fc.boolean(), unicode: fc.boolean() });

function expectHarmless(lines: readonly string[], { columns, rows, unicode }: { columns: number; rows: number; unicode: boolean }): void {
  expect(lines).toHaveLength(rows);
  for (const line of lines) {
    expect(textWidth(line)).toBeLessThanOrEqual(columns);
    const bare = line.replaceAll(/\u001b\[(1|2|22|3[1-4]|39)m/g, '');
    expect(bare).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Default_Ignorable_Code_Point}|\p{Surrogate}/u);
    if (!unicode) expect(bare).toMatch(/^[ -~]*$/);
  }
}

test('the pane, a log and YAML of any Pod', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(anyPod, size, words, words, (object, terminal, said, search) => {
      const model = started(terminal);
      const pane = after(model, pods(model, upserts([podFacts(object)])), ...typed('enter'));
      const key = pane.pod?.key ?? '';
      const full = after(pane, { type: 'events', key, batch: { events: [event(said, said, 3, { container: said })], synced: true, problem: undefined } });
      expectHarmless(frame(full), terminal);
      expectHarmless(frame(after(full, ...typed('end'))), terminal);
      for (const open of ['l', 'y', 'd']) {
        const asked = after(full, ...typed(open));
        expectHarmless(frame(asked), terminal);
        const of = asked.pod?.text?.of;
        if (of === undefined) continue;
        const text = after(asked, {
          type: 'text',
          key,
          of,
          text: { state: 'read', value: { text: `${said}\n`.repeat(30) + search, hidden: ['managedFields'] } },
        });
        for (const keys of [['home'], ['w', 'right'], ['/', ...Array.from(search).filter((each) => each >= ' '), 'enter'], ['end', 'up']]) {
          expectHarmless(frame(after(text, ...typed(...keys))), terminal);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('sixty containers, three hundred conditions and labels of full length', { timeout: 60_000 }, () => {
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${'n'.repeat(60)}${at}`);
  const facts = podFacts({
    metadata: {
      namespace: 'n'.repeat(63),
      name: 'p'.repeat(253),
      uid: 'u',
      labels: Object.fromEntries(names(64).map((name) => [`${'d'.repeat(253)}/${name}`, 'v'.repeat(63)])),
    },
    spec: { nodeName: 'worker', containers: names(60).map((name) => ({ name, image: `registry.example/${'i'.repeat(200)}:1` })) },
    status: {
      phase: 'Running',
      conditions: names(300).map((type) => ({
        type,
        status: 'False',
        reason: 'R'.repeat(128),
        message: 'm'.repeat(2000),
        lastTransitionTime: '2026-03-01T11:00:00Z',
      })),
      containerStatuses: names(60).map((name) => ({ name, state: { waiting: { reason: 'CrashLoopBackOff', message: 'w'.repeat(500) } }, restartCount: 3 })),
    },
  });
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
    [300, 100],
    [10, 4],
  ] as const) {
    const terminal = { columns, rows, colour: true, unicode: true };
    const model = started(terminal);
    const pane = after(model, pods(model, upserts([facts]), now), ...typed('enter'));
    expectHarmless(frame(pane), terminal);
    expectHarmless(frame(after(pane, ...typed('end'))), terminal);
  }
});

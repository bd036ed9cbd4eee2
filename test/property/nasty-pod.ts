/** Pods whose every text may hold what a terminal would obey, or be drawn in any width. */
import fc from 'fast-check';

const nasty = fc.constantFrom(
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200d',
  '👩‍👩‍👧‍👦',
  '🇩🇪',
  '👍🏽',
  'e\u0301\u0302\u0303',
  '\ud800',
  '\udc00',
  '画像',
  '\u0600',
  '\u115f',
  'ᄒ\u1161\u11ab',
  '\n',
  '\t',
  ' ',
  'word',
  'x'.repeat(253),
);
/** Text that could do harm to a terminal. */
export const words = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 6 }).map((parts) => parts.join(''));
const status = fc.record({
  state: fc.oneof(
    fc.record({ waiting: fc.record({ reason: words, message: words }) }),
    fc.record({ running: fc.constant({ startedAt: '2026-03-01T11:00:00Z' }) }),
    fc.record({ terminated: fc.record({ exitCode: fc.integer(), reason: words, message: words, finishedAt: fc.constant('2026-03-01T11:00:00Z') }) }),
  ),
  ready: fc.boolean(),
  restartCount: fc.nat(),
});
const container = fc.record({ name: words, image: words }, { requiredKeys: [] });
export const anyPod = fc.record({
  metadata: fc.record({
    name: words,
    namespace: words,
    uid: fc.constant('u'),
    creationTimestamp: fc.constant('2026-03-01T10:00:00Z'),
    labels: fc.dictionary(words, words, { maxKeys: 5 }),
  }),
  spec: fc.record({
    nodeName: words,
    initContainers: fc.array(container, { maxLength: 3 }),
    containers: fc.array(container, { maxLength: 4 }),
    volumes: fc.array(fc.record({ name: words }), { maxLength: 3 }),
  }),
  status: fc.record({
    phase: fc.constantFrom('Running', 'Pending', 'Failed', 'Succeeded'),
    conditions: fc.array(
      fc.record({
        type: fc.oneof(words, fc.constantFrom('Ready', 'PodScheduled')),
        status: fc.constantFrom('True', 'False', 'Unknown'),
        reason: words,
        message: words,
      }),
      { maxLength: 5 },
    ),
    containerStatuses: fc.array(status, { maxLength: 4 }),
  }),
});

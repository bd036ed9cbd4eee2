/** Laws of a check's decision, whatever happens to Pods and whenever it is looked at. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckLook } from '../../src/core/check/check-state.ts';
import { CheckedCluster, crashLoop, evicted, noImage, pod, readySince, succeeded, target } from '../unit/checked-cluster.ts';

const names = ['a', 'b', 'c'] as const;
const statuses = { pending: {}, ready: readySince(0), noImage, crashed: crashLoop(1), looping: crashLoop(4), evicted, succeeded } as const;

type Step =
  | { readonly what: 'set'; readonly name: (typeof names)[number]; readonly status: keyof typeof statuses; readonly owned: boolean }
  | { readonly what: 'gone'; readonly name: (typeof names)[number] }
  | { readonly what: 'later'; readonly seconds: number };

const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('set' as const),
      name,
      status: fc.constantFrom(...(Object.keys(statuses) as (keyof typeof statuses)[])),
      owned: fc.boolean(),
    }),
  },
  fc.record({ what: fc.constant('gone' as const), name }),
  fc.record({ what: fc.constant('later' as const), seconds: fc.integer({ min: 0, max: 20 }) }),
);

const rules = fc.record({
  failFast: fc.boolean(),
  any: fc.boolean(),
  stableMs: fc.constantFrom(undefined, 0, 5000),
  allowRestarts: fc.constantFrom(undefined, 0, 2),
  timeoutMs: fc.constant(60_000),
});

const story = fc.record({ rules, targets: fc.subarray(['pod/a', 'pod/b', 'app=web'], { minLength: 1 }), steps: fc.array(step, { maxLength: 25 }) });
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** Each step and a look after it, until the check is over; `twice` looks and tells everything two times. */
function play({ rules: plan, targets, steps }: Story, twice = false): readonly CheckLook[] {
  const cluster = new CheckedCluster(
    targets.map((text) => target(text)),
    plan,
  )
    .pods(...names.map((one) => pod(one)))
    .begin();
  const looks: CheckLook[] = [];
  let seconds = 0;
  for (const one of steps) {
    for (let times = twice ? 2 : 1; times > 0; times--) {
      if (one.what === 'set') {
        const owner = one.owned ? { owner: ['StatefulSet', 'db'] as const } : {};
        cluster.pods(pod(one.name, { status: statuses[one.status], ...owner }));
      } else if (one.what === 'gone') cluster.gone(`uid-${one.name}`);
    }
    if (one.what === 'later') seconds += one.seconds;
    if (twice) cluster.look(seconds);
    const look = cluster.look(seconds);
    looks.push(look);
    if (look.outcome !== undefined) break;
  }
  return looks;
}

const outcomes = (looks: readonly CheckLook[]) => looks.map(({ outcome, targets }) => [outcome, ...targets.map((one) => one.outcome)]);

test('what is told or looked at twice changes nothing', () => {
  fc.assert(
    fc.property(story, (one) => {
      expect(outcomes(play(one, true))).toEqual(outcomes(play(one)));
    }),
  );
});

test('a check that has failed names a target that has; one that has passed has them all, and none is beyond what it wants', () => {
  fc.assert(
    fc.property(story, (one) => {
      for (const { outcome, targets } of play(one)) {
        for (const { reached, wanted, state, message, outcome: own } of targets) {
          expect(reached).toBeLessThanOrEqual(wanted);
          if (own === 'failed' || own === 'infrastructure') expect([state, message]).toEqual([own, expect.stringMatching(/./)]);
        }
        if (outcome === 'passed') expect(targets[one.rules.any ? 'some' : 'every']((each) => each.outcome === 'passed')).toBe(true);
        else if (outcome !== undefined) expect(targets.map((each) => each.outcome)).toContain(outcome);
      }
    }),
  );
});

test('it is over at the deadline, and always looks again before it', () => {
  fc.assert(
    fc.property(story, (one) => {
      const looks = play({ ...one, steps: [...one.steps, { what: 'later', seconds: 60 }] });
      expect(looks.at(-1)?.outcome).toBeDefined();
      for (const { outcome, lookAgainAt, now } of looks) if (outcome === undefined) expect(lookAgainAt).toBeGreaterThan(now);
    }),
  );
});

test('without fail-fast nothing ends while a target is undecided and time is left', () => {
  fc.assert(
    fc.property(story, (one) => {
      const last = play({ ...one, rules: { ...one.rules, failFast: false } }).at(-1);
      const open = last?.targets.some(({ outcome }) => outcome === undefined) ?? true;
      const enough = one.rules.any && last?.outcome === 'passed';
      if (open && !enough) expect(last?.outcome).toBeUndefined();
    }),
  );
});

/** The loop of a check around its decision: what it watches, what wakes it, how it ends, and what it asks for at the end. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CheckPlan, CheckTarget } from '../../src/core/check/check-plan.ts';
import type { CheckReport } from '../../src/core/check-report.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { type WatchedWorkloadKind, workloadFacts } from '../../src/core/workload-facts.ts';
import { type CheckParts, runCheck } from '../../src/service/check-run.ts';
import type { ChangeSink, WatchScope } from '../../src/service/check-source.ts';
import type { DiagnosisSource } from '../../src/service/diagnosis-source.ts';
import { crashLoop, deployment, noImage, pod, readySince, replicaSet, start, target } from './checked-cluster.ts';

/** Time that moves when the test says. */
class HandClock {
  #now = start;
  readonly #waits = new Set<{ readonly at: number; readonly done: () => void }>();

  now = (): number => this.#now;

  wait = (ms: number, signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry = {
      at: this.#now + ms,
      done: () => {
        this.#waits.delete(entry);
        resolve();
      },
    };
    this.#waits.add(entry);
    signal.addEventListener('abort', entry.done);
    if (signal.aborted) entry.done();
    return promise;
  };

  /** In steps of a quarter second, with time for everything that wakes up. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      if (this.#now >= until) return;
      this.#now = Math.min(until, this.#now + 250);
      for (const wait of this.#waits) if (wait.at <= this.#now) wait.done();
    }
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await setImmediate();
}

/** One watch that the check has begun, driven by hand. */
interface Watch {
  readonly what: 'pods' | 'events' | WatchedWorkloadKind;
  readonly scope: WatchScope;
  readonly sink: ChangeSink<never>;
  fail(error: Error): void;
}

interface Options {
  readonly rules?: Partial<CheckPlan>;
  readonly diagnosis?: Partial<DiagnosisSource>;
}

async function begin(targets: readonly CheckTarget[], { rules = {}, diagnosis = {} }: Options = {}) {
  const clock = new HandClock();
  const watches: Watch[] = [];
  const interruption = new AbortController();
  const looks: (string | undefined)[] = [];
  const asked: string[] = [];
  const watch = (what: Watch['what'], scope: WatchScope, sink: ChangeSink<never>, signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    watches.push({ what, scope, sink, fail: reject });
    signal.addEventListener('abort', () => resolve());
    return promise;
  };
  const parts: CheckParts = {
    plan: { targets, timeoutMs: 60_000, stableMs: 0, failFast: true, any: false, allowRestarts: undefined, ...rules },
    source: {
      cluster: 'kind',
      watchPods: (scope, sink, signal) => watch('pods', scope, sink, signal),
      watchEvents: (scope, sink, signal) => watch('events', scope, sink, signal),
      watchWorkloads: (kind, scope, sink, signal) => watch(kind, scope, sink, signal),
    },
    diagnosis: {
      events: async () => [],
      object: async () => ({}),
      endpointSlices: async () => [],
      nodes: async () => [],
      replicaSets: async () => [],
      async logTail(_pod, container, previous) {
        asked.push(`${container} ${previous}`);
        return 'no schema\n';
      },
      ...diagnosis,
    },
    reader: { pod: async ({ name }) => pod(name) as Readonly<Record<string, unknown>> },
    clock,
    signal: interruption.signal,
    progress: (look, trouble) => looks.push(trouble === undefined ? look.outcome : trouble.code),
  };
  const ended = runCheck(parts);
  // Whoever awaits it meets its error; until then it is no unhandled one.
  ended.catch(() => undefined);
  await settle();
  const find = (what: Watch['what']): Watch => {
    const found = watches.find((one) => one.what === what);
    if (found === undefined) throw new Error(`there is no watch of ${what}`);
    return found;
  };
  return {
    clock,
    watches,
    looks,
    asked,
    ended,
    find,
    interrupt: () => interruption.abort(),
    tell(what: Watch['what'], ...objects: readonly object[]): void {
      const { sink } = find(what);
      for (const one of objects) {
        const item = what === 'pods' ? podFacts(one) : workloadFacts(what as WatchedWorkloadKind, one);
        sink.changed({ type: 'upsert', item: item as never });
      }
    },
    async synced(...kinds: readonly Watch['what'][]): Promise<void> {
      for (const kind of kinds) {
        find(kind).sink.synced();
        await settle();
      }
    },
  };
}

const outcomeOf = ({ outcome, exitCode }: CheckReport): readonly [string, number] => [outcome, exitCode];

test('one Pod is watched by its name, a workload by its selector, several targets in one watch', async () => {
  const scopes = async (targets: readonly CheckTarget[], workloads: Readonly<Partial<Record<WatchedWorkloadKind, object>>> = {}) => {
    const check = await begin(targets);
    for (const [kind, workload] of Object.entries(workloads)) check.tell(kind as WatchedWorkloadKind, workload);
    await check.synced(...(Object.keys(workloads) as WatchedWorkloadKind[]));
    check.interrupt();
    await check.ended;
    return check.watches.map(({ what, scope: { namespace: _shop, ...scope } }) => [what, scope]);
  };
  expect(await scopes([target('pod/a')])).toEqual([
    ['events', {}],
    ['pods', { name: 'a' }],
  ]);
  expect(await scopes([target('pod/a'), target('pod/b')])).toEqual([
    ['events', {}],
    ['pods', {}],
  ]);
  expect(await scopes([target('app=web')])).toEqual([
    ['events', {}],
    ['pods', { labelSelector: 'app=web' }],
  ]);
  expect(await scopes([target('deployment/web')], { deployment: deployment('web', 1, 1), replicaset: replicaSet('web', 1) })).toEqual([
    ['events', {}],
    ['deployment', { name: 'web' }],
    ['replicaset', {}],
    ['pods', { labelSelector: 'app=web' }],
  ]);
  expect((await scopes([target('deployment/web'), target('deployment/db'), target('job/x')])).slice(1)).toEqual([
    ['deployment', {}],
    ['replicaset', {}],
    ['job', { name: 'x' }],
  ]);
});

test('it decides nothing before all is known, and at once when it is', async () => {
  const check = await begin([target('pod/a')]);
  check.tell('pods', pod('a', { status: readySince(0) }));
  await settle();
  expect(check.looks.at(-1)).toBeUndefined();
  await check.synced('pods');
  expect(outcomeOf(await check.ended)).toEqual(['passed', 0]);
});

test('a change wakes it without time passing, and a failure is explained with what is asked for once', async () => {
  const check = await begin([target('pod/a')]);
  check.tell('pods', pod('a'));
  await check.synced('events', 'pods');
  check.tell('pods', pod('a', { status: crashLoop(1) }));
  const report = await check.ended;
  expect(outcomeOf(report)).toEqual(['failed', 1]);
  expect(check.clock.now()).toBe(start);
  expect(check.asked).toEqual(['app true']);
  expect(report.targets[0]?.pods[0]).toMatchObject({ status: 'CrashLoopBackOff', logs: [{ container: 'app', previous: true, lines: ['no schema'] }] });
});

test('what does not answer holds the end up for five seconds, not for longer', async () => {
  const check = await begin([target('pod/a')], { diagnosis: { logTail: () => new Promise(() => undefined) } });
  check.tell('pods', pod('a', { status: crashLoop(1) }));
  await check.synced('events', 'pods');
  await check.clock.advance(5000);
  expect(await check.ended).toMatchObject({ outcome: 'failed', targets: [{ pods: [{ findings: [{ code: 'exited-with-error' }], logs: [] }] }] });
  expect(check.clock.now()).toBe(start + 5000);
});

test('time alone ends a hold and the check; changes do not move the deadline', async () => {
  const held = await begin([target('pod/a')], { rules: { stableMs: 5000 } });
  held.tell('pods', pod('a', { status: readySince(0) }));
  await held.synced('events', 'pods');
  await held.clock.advance(4750);
  expect(held.looks.at(-1)).toBeUndefined();
  await held.clock.advance(250);
  expect(outcomeOf(await held.ended)).toEqual(['passed', 0]);
  const late = await begin([target('pod/a')], { rules: { timeoutMs: 3000 } });
  late.tell('pods', pod('a'));
  await late.synced('events', 'pods');
  for (let second = 1; second < 4; second++) {
    late.tell('pods', pod('a', { labels: { second: String(second) } }));
    await late.clock.advance(1000);
  }
  const report = await late.ended;
  expect(outcomeOf(report)).toEqual(['timed-out', 4]);
  expect(report.endedAt).toBe(start + 3000);
});

test('out of time before the cluster has told all, the targets are told as not seen', async () => {
  const check = await begin([target('pod/a')], { rules: { timeoutMs: 3000 } });
  await check.clock.advance(3000);
  await check.clock.advance(5000);
  expect(await check.ended).toMatchObject({ outcome: 'timed-out', targets: [{ outcome: 'timed-out', message: 'The cluster had not answered by then.' }] });
});

test('an interruption ends it undecided, and asks for nothing more', async () => {
  const check = await begin([target('pod/a'), target('pod/b')]);
  check.tell('pods', pod('a', { status: readySince(0) }), pod('b', { status: { ...crashLoop(0), containerStatuses: [] } }));
  await check.synced('pods');
  check.interrupt();
  const report = await check.ended;
  expect(outcomeOf(report)).toEqual(['unfinished', 130]);
  expect(report.targets.map(({ outcome }) => outcome)).toEqual(['passed', 'unfinished']);
  expect(check.asked).toEqual([]);
});

test('a cluster that cannot be reached or refuses at the start is an error; one that goes away later is waited for', async () => {
  const refused = await begin([target('pod/a')]);
  refused.find('pods').fail(new PodwrightError('forbidden', 'no'));
  await expect(refused.ended).rejects.toMatchObject({ code: 'forbidden' });
  const unreachable = await begin([target('pod/a')]);
  const error = new PodwrightError('unreachable', 'the connection was refused');
  unreachable.find('pods').sink.link({ state: 'connecting', since: start, attempt: 2, error });
  unreachable.find('pods').sink.link({ state: 'connecting', since: start, attempt: 9, error: new PodwrightError('throttled', 'too many requests') });
  await settle();
  expect(unreachable.looks.at(-1)).toBeUndefined();
  unreachable.find('pods').sink.link({ state: 'connecting', since: start, attempt: 4, error });
  await expect(unreachable.ended).rejects.toMatchObject({ code: 'unreachable' });
  const lost = await begin([target('pod/a')]);
  lost.tell('pods', pod('a'));
  await lost.synced('events', 'pods');
  lost.find('pods').sink.link({ state: 'stale', since: start, attempt: 2, error });
  await settle();
  expect(lost.looks.at(-1)).toBe('unreachable');
  lost.find('pods').sink.link({ state: 'live', since: start });
  lost.tell('pods', pod('a', { status: readySince(1) }));
  expect(outcomeOf(await lost.ended)).toEqual(['passed', 0]);
});

test('Events that may not be read are done without', async () => {
  const check = await begin([target('pod/a')]);
  check.find('events').fail(new PodwrightError('forbidden', 'no'));
  check.tell('pods', pod('a', { status: noImage }));
  await check.synced('pods');
  expect(outcomeOf(await check.ended)).toEqual(['failed', 1]);
});

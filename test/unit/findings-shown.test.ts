/**
 * Where each code is shown: by what really happens on the cluster, in a scenario or another test; on the cluster by what a component that cannot be had
 * there would write, which the scenario says; or by unit tests alone, and then why.
 */
import { expect, test } from 'vitest';
import { type FindingCode, findingCodes } from '../../src/core/diagnosis/finding.ts';
import { type Scenario, scenarios } from '../integration/scenarios.ts';
import { workloads } from '../integration/workloads.ts';

/** In test/integration/node-trouble.test.ts. */
const byNodes: readonly FindingCode[] = ['node-lost', 'network-not-ready', 'ending-unknown'];

/** On the cluster, by what a component would write. */
const written: readonly FindingCode[] = ['node-shutdown', 'pod-failed', 'resize-infeasible', 'scale-up-triggered'];

/** Held by unit tests alone. */
const byNone: Readonly<Record<string, readonly FindingCode[]>> = {
  'takes a runtime that is given a policy to verify signatures by': ['image-signature'],
  'is over before a test can be sure to see it': ['not-ready'],
};

const codesOf = (all: readonly Scenario[]): readonly string[] =>
  all.flatMap(({ finding, also }) => [finding?.code ?? [], also.map((each) => each.finding.code)].flat());

test('every code is shown on the cluster, or it is told why not', () => {
  const real = [...codesOf(scenarios.filter(({ file }) => file.written === undefined)), ...workloads.map(({ finding }) => finding.code), ...byNodes];
  const inPlace = codesOf(scenarios.filter(({ file }) => file.written !== undefined)).filter((code) => !real.includes(code));
  const told = Object.values(byNone).flat();
  expect([...new Set(inPlace)].toSorted()).toEqual(written);
  const shown = new Set([...real, ...inPlace]);
  expect(told.filter((code) => shown.has(code))).toEqual([]);
  expect([...shown, ...told].toSorted()).toEqual(Object.keys(findingCodes).toSorted());
  expect(scenarios.length).toBeGreaterThanOrEqual(30);
});

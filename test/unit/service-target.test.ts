/** Targets, label selectors and "did you mean". */
import { describe, expect, test } from 'vitest';
import { nearestNames } from '../../src/core/nearest-names.ts';
import { labelSelectorText } from '../../src/service/label-selector.ts';
import { parseTarget, parseTargets } from '../../src/service/target.ts';

describe('a target', () => {
  test.each([
    ['web-7c9f', 'pod', 'web-7c9f'],
    ['pod/web', 'pod', 'web'],
    ['po/web', 'pod', 'web'],
    ['deploy/web', 'deployment', 'web'],
    ['Deployment/web', 'deployment', 'web'],
    ['deployments.apps/web', 'deployment', 'web'],
    ['sts/db.v1', 'statefulset', 'db.v1'],
    ['ds/agent', 'daemonset', 'agent'],
    ['rs/web-7c9f', 'replicaset', 'web-7c9f'],
    ['job/nightly', 'job', 'nightly'],
    ['cj/nightly', 'cronjob', 'nightly'],
  ])('%s', (word, kind, name) => {
    expect(parseTarget(word)).toEqual({ kind, name });
  });

  test.each(['', 'Web', 'pod/', '/web', 'deploy/web/x', 'pod/../secrets', 'web?x', 'svc/web', 'a b'])('"%s" is refused', (word) => {
    expect(() => parseTarget(word)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('a kind that is nearly right is named', () => {
    expect(() => parseTarget('deplyo/web')).toThrow(expect.objectContaining({ hint: expect.stringContaining('deploy/web') }));
  });

  test('TYPE NAME NAME, and TYPE/NAME mixed with names', () => {
    expect(parseTargets(['pods', 'a', 'b'])).toEqual([
      { kind: 'pod', name: 'a' },
      { kind: 'pod', name: 'b' },
    ]);
    expect(parseTargets(['deploy', 'web'])).toEqual([{ kind: 'deployment', name: 'web' }]);
    expect(parseTargets(['web-1', 'sts/db'])).toEqual([
      { kind: 'pod', name: 'web-1' },
      { kind: 'statefulset', name: 'db' },
    ]);
    expect(parseTargets(['pods'])).toEqual([]);
    expect(parseTargets([])).toEqual([]);
    expect(() => parseTargets(['deploy'])).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => parseTargets(['pods', 'deploy/web'])).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

test('a workload’s selector as text', () => {
  expect(
    labelSelectorText({
      matchLabels: { app: 'web', 'app.kubernetes.io/part-of': 'shop' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'env', operator: 'NotIn', values: ['dev'] },
        { key: 'x', operator: 'Exists' },
        { key: 'y', operator: 'DoesNotExist' },
        { key: 'z', operator: 'New' },
      ],
    }),
  ).toBe('app=web,app.kubernetes.io/part-of=shop,tier in (a,b),env notin (dev),x,!y');
  expect(labelSelectorText(undefined)).toBe('');
});

test('the nearest name first, case aside', () => {
  expect(nearestNames('PROD', ['staging', 'prod-eu', 'prod'])).toEqual(['prod', 'prod-eu', 'staging']);
});

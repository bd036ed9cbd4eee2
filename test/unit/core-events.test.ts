/** Events of both generations of the API. */
import { expect, test } from 'vitest';
import { eventFacts, eventsByPod, sortEvents } from '../../src/core/event-facts.ts';

test('reads an Event as the kubelet writes it', () => {
  const facts = eventFacts({
    metadata: { uid: 'e1', resourceVersion: '5' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    count: 4,
    firstTimestamp: '2026-03-01T10:00:00Z',
    lastTimestamp: '2026-03-01T10:05:00Z',
    source: { component: 'kubelet', host: 'worker' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u', fieldPath: 'spec.containers{app}' },
  });
  expect(facts).toMatchObject({ count: 4, source: 'kubelet', container: 'app', regarding: { kind: 'Pod', name: 'web', uid: 'u' } });
  expect(facts.lastAt).toBe(Date.parse('2026-03-01T10:05:00Z'));
});

test('reads an Event as the scheduler writes it: eventTime and a series instead of timestamps and a count', () => {
  const facts = eventFacts({
    eventTime: '2026-03-01T10:00:00.123456Z',
    series: { count: 9, lastObservedTime: '2026-03-01T10:09:00.000000Z' },
    reportingController: 'default-scheduler',
    note: '0/2 nodes are available',
    regarding: { kind: 'Pod', name: 'web' },
    firstTimestamp: null,
    lastTimestamp: null,
  });
  expect(facts).toMatchObject({ type: 'Normal', count: 9, source: 'default-scheduler', message: '0/2 nodes are available', container: undefined });
  expect([facts.firstAt, facts.lastAt]).toEqual([Date.parse('2026-03-01T10:00:00.123Z'), Date.parse('2026-03-01T10:09:00Z')]);
});

test('Events about a Pod bear its UID, or, where it is a static one, the hash of its file', () => {
  const event = (uid: string, name = 'etcd', namespace = 'kube-system', kind = 'Pod') =>
    eventFacts({ metadata: { uid: `${uid}/${name}` }, involvedObject: { kind, namespace, name, uid } });
  const uid = '11111111-2222-3333-4444-555555555555';
  const own = [event(uid), event('b5a2c3d4e5f60718293a4b5c6d7e8f90')];
  const others = [
    event('99999999-2222-3333-4444-555555555555'),
    event('b5a2c3d4', 'etcd', 'shop'),
    event('b5a2c3d4', 'etcd', 'kube-system', 'Node'),
    event('b5a2c3d4', 'other'),
  ];
  expect(eventsByPod([...others, ...own])({ namespace: 'kube-system', name: 'etcd', uid })).toEqual(own);
});

test('sorts by when an Event was last seen, then by when it was first seen', () => {
  const at = (firstTimestamp?: string, lastTimestamp?: string) => eventFacts({ firstTimestamp, lastTimestamp });
  const [early, late, sameButLater, unknown] = [
    at('2026-03-01T10:00:00Z', '2026-03-01T10:01:00Z'),
    at('2026-03-01T09:00:00Z', '2026-03-01T10:02:00Z'),
    at('2026-03-01T10:01:00Z', '2026-03-01T10:02:00Z'),
    at(),
  ];
  expect(sortEvents([sameButLater, late, early, unknown])).toEqual([unknown, early, late, sameButLater]);
});

/** What a description looks up, how often, and what it says where something cannot be had. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFacts } from '../../src/core/node-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { readRecording, recordedDescription, recordedReader } from '../../src/record/recordings.ts';
import { describePodLines } from '../../src/report/describe-pod.ts';
import type { DiagnosisSource } from '../../src/service/diagnosis-source.ts';
import { PodDescriptions } from '../../src/service/pod-description.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

const pod = (name: string, more: { metadata?: object; spec?: object; status?: object } = {}) => ({
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...more.metadata },
  spec: {
    nodeName: 'worker',
    serviceAccountName: 'default',
    containers: [{ name: 'app', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }] }],
    ...more.spec,
  },
  status: { phase: 'Running', ...more.status },
});

/** Answers with these; everything else is refused for want of rights. Notes what was asked. */
function descriptions(answers: Partial<DiagnosisSource> = {}, node: () => Promise<ReturnType<typeof nodeFacts>> = async () => nodeFacts({})) {
  const asked: string[] = [];
  const refuse = (what: string) => async (): Promise<never> => {
    asked.push(what);
    throw new PodwrightError('forbidden', `may not read ${what}`);
  };
  const source: DiagnosisSource = {
    events: answers.events ?? refuse('events'),
    object: (reference, signal) => {
      asked.push(`${reference.kind} ${reference.name}`);
      return (answers.object ?? refuse('object'))(reference, signal);
    },
    endpointSlices: answers.endpointSlices ?? refuse('endpointSlices'),
    replicaSets: answers.replicaSets ?? refuse('replicaSets'),
    nodes: answers.nodes ?? refuse('nodes'),
    logTail: (pod, container, previous, signal) => {
      asked.push(`log ${container}${previous ? ' before' : ''}`);
      return (answers.logTail ?? refuse('log'))(pod, container, previous, signal);
    },
  };
  const readNode = (name: string) => {
    asked.push(`node ${name}`);
    return node();
  };
  return { asked, of: new PodDescriptions(source, readNode, now, new AbortController().signal) };
}

const plain = { columns: undefined, color: false, unicode: true };

test('objects and nodes are asked for once, however many Pods refer to them; values of a Secret are not kept', async () => {
  const { asked, of } = descriptions({ object: async () => ({ data: { token: 'aHVudGVyMg==' }, type: 'Opaque' }), events: async () => [] });
  const described = await Promise.all(['a', 'b', 'c'].map((name) => of.describe(pod(name))));
  expect(asked.sort()).toEqual(['Secret keys', 'ServiceAccount default', 'node worker']);
  expect(JSON.stringify(described)).not.toContain('aHVudGVyMg');
  expect(described[0]?.references.find(({ kind }) => kind === 'Secret')).toMatchObject({ state: 'found', keys: ['token'], type: 'Opaque' });
});

test('what may not be read, or does not exist, is said in its place', async () => {
  const ended = { terminated: { exitCode: 1 } };
  const { of } = descriptions({}, () => Promise.reject(new PodwrightError('not-found', 'no such node')));
  const described = await of.describe(pod('a', { status: { containerStatuses: [{ name: 'app', state: { waiting: {} }, lastState: ended }] } }));
  expect(described.events).toEqual({ state: 'unknown', problem: 'forbidden' });
  expect(described.node).toEqual({ state: 'missing' });
  expect(described.references.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  const text = describePodLines(described, plain).join('\n');
  expect(text).toMatch(/^Events: +could not check: no right to read it$/m);
  expect(text).toMatch(/Node +worker +the Pod +does not exist$/m);
  expect(text).toMatch(/Secret +keys +env of app +could not check: no right to read it$/m);
  expect(text).toMatch(/Last Words: +could not check: no right to read it$/m);
});

test('the last words are those of the run that ended, and of a few containers', async () => {
  const ended = { terminated: { exitCode: 1, reason: 'Error' } };
  const { asked, of } = descriptions({ logTail: async () => 'no database\n', events: async () => [] });
  const spec = { containers: Array.from({ length: 9 }, (_, at) => ({ name: `c${at}` })) };
  const statuses = spec.containers.map(({ name }, at) => ({
    name,
    state: at < 2 ? { waiting: { reason: 'CrashLoopBackOff' } } : ended,
    lastState: at < 2 ? ended : {},
  }));
  const { lastWords } = await of.describe(pod('a', { spec, status: { containerStatuses: statuses } }));
  expect(lastWords).toHaveLength(6);
  expect(lastWords[0]).toEqual({ container: 'c2', previous: false, log: { state: 'known', value: 'no database\n' } });
  expect(asked).toContain('log c0 before');
});

test('Events about the Pod are asked for', async () => {
  const regarding = { kind: 'Pod', namespace: 'shop', name: 'etcd', uid: 'hash-of-a-file' };
  const event = {
    uid: 'e',
    resourceVersion: '1',
    type: 'Normal',
    reason: 'Pulled',
    message: '',
    count: 1,
    firstAt: now,
    lastAt: now,
    source: '',
    container: undefined,
    regarding,
  };
  const scopes: unknown[] = [];
  const { of } = descriptions({
    events: async (scope) => {
      scopes.push(scope);
      return [event];
    },
  });
  const { events } = await of.describe(pod('etcd'));
  expect(scopes).toMatchObject([{ namespaces: ['shop'], pod: { name: 'etcd', uid: 'uid-etcd' } }]);
  expect(events).toEqual({ state: 'known', value: [event] });
});

test('of a recording, what was not recorded is said, and no value is offered that it does not hold', async () => {
  const recording = await readRecording(join(import.meta.dirname, '../recorded/shop.ndjson.gz'));
  const index = recording.changes.length;
  for await (const page of recordedReader(recording, index).podPages({ namespaces: 'all' })) {
    for (const object of page) {
      const text = describePodLines(recordedDescription(recording.stateAt(index), object, recording.end), plain).join('\n');
      expect(text).toMatch(/Node +\S+ +the Pod +could not check: it is not recorded$/m);
      expect(text).toMatch(/^Events:$\n^ {2}Type/m);
      expect(text).not.toContain('Masked values');
    }
  }
});

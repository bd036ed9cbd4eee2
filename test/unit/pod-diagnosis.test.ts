/** Diagnosing with look-ups: what is asked for, how often, and what an answer that does not come means. */
import { expect, test } from 'vitest';
import { podReferences } from '../../src/core/diagnosis/pod-references.ts';
import { sharedCauses, worstFirst } from '../../src/core/diagnosis/shared-causes.ts';
import { nodeFacts } from '../../src/core/node-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { replicaSetFacts } from '../../src/core/replica-set-facts.ts';
import type { DiagnosisSource } from '../../src/service/diagnosis-source.ts';
import { type DiagnosedPod, PodDiagnosis } from '../../src/service/pod-diagnosis.ts';
import { app, at, crashing, scheduled, waiting } from './diagnosed-pod.ts';

const now = Date.parse(at(60));

function pod(name: string, status: object, spec: object = {}, metadata: object = {}): DiagnosedPod {
  const object = {
    metadata: { name, namespace: 'shop', uid: name, creationTimestamp: at(0), ...metadata },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app', image: 'shop/web:1' }], ...spec },
    status: { phase: 'Running', ...status },
  };
  return { facts: podFacts(object), references: podReferences(object), events: [] };
}

/** A source that answers with these, and notes what it was asked. */
function sourceOf(answers: Partial<DiagnosisSource> = {}): { readonly source: DiagnosisSource; readonly asked: string[] } {
  const asked: string[] = [];
  const note = <Args extends readonly unknown[], Answer>(name: string, answer: ((...args: Args) => Promise<Answer>) | undefined) => {
    return (...args: Args): Promise<Answer> => {
      const [first, second] = args as readonly unknown[];
      const { kind, name: target } = (first ?? {}) as { kind?: string; name?: string };
      asked.push([name, kind, target, typeof second === 'string' ? second : undefined].filter((word) => word !== undefined).join(' '));
      return answer === undefined ? Promise.reject(new PodwrightError('not-found', 'none')) : answer(...args);
    };
  };
  const source: DiagnosisSource = {
    events: note('events', answers.events),
    object: note('object', answers.object),
    endpointSlices: note('endpointSlices', answers.endpointSlices),
    replicaSets: note('replicaSets', answers.replicaSets),
    nodes: note('nodes', answers.nodes),
    logTail: note('log', answers.logTail),
  };
  return { source, asked };
}

function diagnosisOf(answers: Partial<DiagnosisSource> = {}, signal = new AbortController().signal) {
  const { source, asked } = sourceOf(answers);
  return { diagnosis: new PodDiagnosis(source, now, signal), asked };
}

const envOf = (name: string, key: string) => ({ containers: [{ name: 'app', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name, key } } }] }] });
const noKey = (name: string) =>
  pod(name, waiting('CreateContainerConfigError', "couldn't find key schema in ConfigMap shop/settings"), envOf('settings', 'schema'));

test('an object is asked for once, however many Pods refer to it', async () => {
  const { diagnosis, asked } = diagnosisOf({ object: async () => ({ data: { schemas: '7' } }) });
  const found = await Promise.all(Array.from({ length: 300 }, (_, index) => diagnosis.inFull(noKey(`web-${index}`))));
  expect(asked).toEqual(['object ConfigMap settings']);
  for (const [worst] of found) expect(worst?.cause).toContain('the nearest is schemas');
});

test('what is well, and what needs no look, is not asked about', async () => {
  const { diagnosis, asked } = diagnosisOf();
  const gated = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] };
  await diagnosis.inFull(pod('gated', gated, { ...envOf('settings', 'schema'), nodeName: undefined }));
  await diagnosis.inFull(pod('never', waiting('ErrImageNeverPull'), envOf('settings', 'schema')));
  await diagnosis.inFull(pod('memory', crashing({ reason: 'OOMKilled', exitCode: 137 })));
  expect(asked).toEqual([]);
});

test('of several references only the one that the finding names is looked at', async () => {
  const { diagnosis, asked } = diagnosisOf({ object: async () => ({}) });
  const containers = [{ name: 'app', envFrom: [{ configMapRef: { name: 'other' } }, { configMapRef: { name: 'settings' } }] }];
  await diagnosis.inFull(pod('web', waiting('CreateContainerConfigError', 'configmap "settings" not found'), { containers }));
  expect(asked).toEqual(['object ConfigMap settings']);
});

test('a right that is missing makes a finding say less', async () => {
  const forbidden = (): Promise<never> => Promise.reject(new PodwrightError('forbidden', 'no'));
  const { diagnosis } = diagnosisOf({ object: forbidden, logTail: forbidden, nodes: forbidden, endpointSlices: forbidden });
  const [key] = await diagnosis.inFull(noKey('web'));
  expect(key?.evidence.at(-1)).toEqual({ source: 'reference', object: 'ConfigMap shop/settings', text: 'could not check: forbidden' });
  const [exit] = await diagnosis.inFull(pod('crash', crashing({ exitCode: 3 })));
  expect(exit).toMatchObject({ code: 'exited-with-error', verdict: 'doomed' });
  const message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
  const unplaced = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: at(0) }] };
  const selecting = pod('web', unplaced, { nodeName: undefined, nodeSelector: { disk: 'fast' } });
  expect((await diagnosis.inFull(selecting))[0]?.cause).toBe('No node takes it: of 1 node, 1 does not match its node selector disk=fast.');
  const { diagnosis: allowed, asked } = diagnosisOf({ nodes: async () => [nodeFacts({ metadata: { name: 'a' } })] });
  await allowed.inFull(selecting);
  expect((await allowed.inFull(selecting))[0]?.cause).toContain('a has no label disk');
  expect(asked).toEqual(['nodes']);
});

test('the log of the right run is read, and names what it can', async () => {
  const { diagnosis, asked } = diagnosisOf({ logTail: async (_pod, _container, previous) => (previous ? 'sh: migrate: not found' : 'sh: first: not found') });
  expect((await diagnosis.inFull(pod('web', crashing({ exitCode: 127 }))))[0]?.cause).toContain('migrate');
  expect((await diagnosis.inFull(pod('web', app({ terminated: { exitCode: 127 } }))))[0]?.cause).toContain('first');
  expect(asked).toEqual(['log web app', 'log web app']);
});

test('an init step that polls: a Service that is missing, without endpoints, or there', async () => {
  const init = (name: string) =>
    pod(
      name,
      { phase: 'Pending', conditions: [scheduled], initContainerStatuses: [{ name: 'wait', state: { running: { startedAt: at(1) } } }] },
      { initContainers: [{ name: 'wait', command: ['sh', '-c', 'until nc -z db 5432; do sleep 1; done'] }] },
    );
  const codeWith = async (answers: Partial<DiagnosisSource>) => (await diagnosisOf(answers).diagnosis.inFull(init('web')))[0]?.cause;
  expect(await codeWith({})).toContain('the Service db, which does not exist');
  expect(await codeWith({ object: async () => ({}), endpointSlices: async () => [] })).toContain('the Service db, which has no ready endpoint');
  expect(await codeWith({ object: async () => ({}), endpointSlices: async () => [{ endpoints: [{ addresses: ['a'] }] }] })).not.toContain('Service');
  expect(await codeWith({ object: async () => ({}) })).not.toContain('Service');
});

test('an interruption and a mistake of ours are not taken for an answer', async () => {
  const stop = new AbortController();
  const { diagnosis } = diagnosisOf(
    {
      object: () => {
        stop.abort(new Error('stopped'));
        return Promise.reject(new PodwrightError('forbidden', 'no'));
      },
    },
    stop.signal,
  );
  await expect(diagnosis.inFull(noKey('web'))).rejects.toThrow('stopped');
  await expect(diagnosisOf({ object: () => Promise.reject(new TypeError('bug')) }).diagnosis.inFull(noKey('web'))).rejects.toThrow('bug');
  await expect(diagnosisOf({ logTail: () => Promise.reject(new TypeError('bug')) }).diagnosis.inFull(pod('web', crashing({})))).rejects.toThrow('bug');
});

test('Pods share a cause where they are held up by the same thing', () => {
  const { diagnosis } = diagnosisOf();
  const owned = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, uid: name, controller: true }] });
  const missing = waiting('ImagePullBackOff', 'not found');
  const pods = [
    pod('a', missing),
    pod('b', missing, {}, { namespace: 'elsewhere' }),
    pod('c', missing, { containers: [{ name: 'app', image: 'shop/other:1' }] }),
    pod('d', crashing({ exitCode: 3 }), {}, owned('StatefulSet', 'ledger')),
    pod('e', crashing({ exitCode: 3 }), {}, owned('StatefulSet', 'ledger')),
    pod('f', crashing({ exitCode: 3 }), {}, owned('StatefulSet', 'other')),
    noKey('g'),
    { ...noKey('h'), facts: podFacts({ metadata: { name: 'well', uid: 'h' }, status: { phase: 'Succeeded' } }) },
  ].map((each) => ({ facts: each.facts, findings: diagnosis.atFirst(each) }));
  expect(sharedCauses(pods).map(({ finding, pods: those }) => [finding.code, those.map(({ facts }) => facts.name)])).toEqual([
    ['image-not-found', ['a', 'b']],
    ['exited-with-error', ['d', 'e']],
    ['image-not-found', ['c']],
    ['exited-with-error', ['f']],
    ['config-map-key-missing', ['g']],
  ]);
});

test('Pods are told worst first, those that are well last, and equal ones by name, in whatever order they come', () => {
  const { diagnosis } = diagnosisOf();
  const well = (name: string): DiagnosedPod => ({ ...pod(name, {}), facts: podFacts({ metadata: { name, uid: name }, status: { phase: 'Succeeded' } }) });
  const gated = pod('gated', { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] });
  const told = [well('well-b'), gated, well('well-a'), pod('lost-b', waiting('ErrImageNeverPull')), pod('lost-a', waiting('ErrImageNeverPull'))].map(
    (each) => ({
      facts: each.facts,
      findings: diagnosis.atFirst(each),
    }),
  );
  expect(worstFirst(told).map(({ facts, findings }) => [facts.name, findings[0]?.verdict])).toEqual([
    ['lost-a', 'doomed'],
    ['lost-b', 'doomed'],
    ['gated', 'waiting'],
    ['well-a', undefined],
    ['well-b', undefined],
  ]);
  expect(worstFirst(told.toReversed())).toEqual(worstFirst(told));
});

const silent = [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting.', lastTransitionTime: at(20) }];
const nodeAnswers: Partial<DiagnosisSource> = {
  object: async ({ kind }) => (kind === 'Lease' ? { spec: { renewTime: at(10) } } : { metadata: { name: 'worker' }, status: { conditions: silent } }),
};

test('a node that is silent: whether it is there and Ready, and when it was last heard of', async () => {
  const { diagnosis, asked } = diagnosisOf(nodeAnswers);
  const [worst] = await diagnosis.inFull(pod('web', { conditions: [scheduled, ...silent] }));
  await diagnosis.inFull(pod('web-2', { conditions: [scheduled, ...silent] }));
  expect(worst).toMatchObject({ code: 'node-lost', verdict: 'stuck' });
  expect(worst?.evidence.slice(1)).toEqual([
    { source: 'reference', object: 'Node worker', text: 'Ready=Unknown: NodeStatusUnknown: Kubelet stopped posting.' },
    { source: 'reference', object: 'Lease kube-node-lease/worker', text: 'was last renewed 50s ago' },
  ]);
  expect(asked).toEqual(['object Node worker', 'object Lease worker']);
  const gone = await diagnosisOf().diagnosis.inFull(pod('web', { phase: 'Unknown', conditions: [scheduled] }));
  expect(gone[0]?.cause).toBe('The node worker does not exist any more.');
  const quiet = await diagnosisOf().diagnosis.inFull(pod('web', { conditions: [scheduled, ...silent] }));
  expect(quiet[0]?.cause).toBe('Its node worker does not exist any more.');
});

test('a deletion that takes too long asks about the node, one in time does not', async () => {
  const deleted = (seconds: number) => pod('web', {}, {}, { deletionTimestamp: at(seconds) });
  const { diagnosis, asked } = diagnosisOf();
  await diagnosis.inFull(deleted(55));
  expect(asked).toEqual([]);
  const [overdue] = await diagnosis.inFull(deleted(1));
  expect(overdue?.cause).toContain('its node worker does not exist any more');
  const never = await diagnosisOf({ object: async () => ({}) }).diagnosis.inFull(deleted(1));
  expect(never[0]?.evidence.at(-1)).toMatchObject({ text: 'was never renewed' });
});

test('an image that cannot be had: what the revision before runs', async () => {
  const owned = { ownerReferences: [{ kind: 'ReplicaSet', name: 'web-b', uid: 'b', controller: true }] };
  const set = (uid: string, revision: string, image: string, ready = 0, owner = 'd') =>
    replicaSetFacts({
      metadata: {
        name: `web-${uid}`,
        uid,
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ownerReferences: [{ kind: 'Deployment', name: 'web', uid: owner, controller: true }],
      },
      spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
      status: { readyReplicas: ready },
    });
  const sets = [set('a', '1', 'shop/web:0'), set('b', '10', 'shop/web:1'), set('c', '9', 'shop/web:0.9', 2), set('z', '9', 'other', 1, 'e')];
  const { diagnosis, asked } = diagnosisOf({ replicaSets: async () => sets });
  const [worst] = await diagnosis.inFull(pod('web', waiting('ErrImageNeverPull'), {}, owned));
  await diagnosis.inFull(pod('web-2', waiting('ErrImageNeverPull'), {}, owned));
  expect(worst?.evidence.at(-1)).toEqual({
    source: 'reference',
    object: 'ReplicaSet shop/web-c',
    text: 'has shop/web:0.9, an earlier revision with 2 Pods ready',
  });
  expect(worst?.next).toContain('app=shop/web:0.9');
  expect(asked).toHaveLength(1);
  const alone = await diagnosisOf({ replicaSets: async () => sets.slice(1, 2) }).diagnosis.inFull(pod('web', waiting('ErrImageNeverPull'), {}, owned));
  expect(alone[0]?.next).toContain('app=IMAGE:TAG');
  const forbidden = diagnosisOf({ replicaSets: () => Promise.reject(new PodwrightError('forbidden', 'no')) }).diagnosis;
  expect((await forbidden.inFull(pod('web', waiting('ErrImageNeverPull'), {}, owned)))[0]?.evidence.at(-1)).toMatchObject({
    text: 'could not check: forbidden',
  });
});

test('a pull that is refused where the Pod names no Secret: what its ServiceAccount has', async () => {
  const refused = () => pod('web', waiting('ErrImagePull', 'pull access denied'), { serviceAccountName: 'runner' });
  const without = await diagnosisOf({ object: async () => ({}) }).diagnosis.inFull(refused());
  expect(without[0]?.evidence.at(-1)).toMatchObject({ object: 'ServiceAccount shop/runner', text: 'has no pull secrets, and the Pod names none' });
  const since = await diagnosisOf({ object: async () => ({ imagePullSecrets: [{ name: 'regcred' }] }) }).diagnosis.inFull(refused());
  expect(since[0]?.evidence.at(-1)).toMatchObject({ text: 'has the pull secrets regcred, which the Pod was made without' });
});

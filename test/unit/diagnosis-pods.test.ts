/** Findings about the Pod as a whole: scheduling, admission, disruption, volumes, resize, and workloads that cannot make Pods. */
import { describe, expect, test } from 'vitest';
import { diagnoseController } from '../../src/core/diagnosis/controller.ts';
import { readyEndpoints, referenceFacts } from '../../src/core/diagnosis/diagnosis-context.ts';
import { podReferences } from '../../src/core/diagnosis/pod-references.ts';
import { nodeFacts } from '../../src/core/node-facts.ts';
import { at, event, findingsAt, type Given, notReady, ready, reference, scheduled, waiting } from './diagnosed-pod.ts';

function unplaced(message: string | undefined, more: Given & { readonly reason?: string } = {}): Given {
  const condition = { type: 'PodScheduled', status: 'False', reason: more.reason ?? 'Unschedulable', message, lastTransitionTime: at(0) };
  return { spec: { nodeName: undefined, ...more.spec }, status: { phase: 'Pending', conditions: [condition], ...more.status }, context: more.context ?? {} };
}

const none = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

describe('scheduling', () => {
  test.each([
    ['3 Insufficient memory. ', 'insufficient-resources', 'memory', '3 lack memory'],
    ['1 Insufficient cpu, 2 Too many pods. ', 'insufficient-resources', 'Too many pods', '2 have as many Pods as they may, 1 lacks cpu'],
    ['1 Too many pods. ', 'insufficient-resources', 'Too many pods', '1 has as many Pods as it may'],
    [
      '2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 Insufficient cpu. ',
      'insufficient-resources',
      'cpu',
      '1 lacks cpu, 2 have a taint that it does not tolerate (node-role.kubernetes.io/control-plane)',
    ],
    ['3 node(s) had untolerated taint {team: data}. ', 'taint-not-tolerated', 'team: data', '3 have a taint that it does not tolerate (team=data)'],
    ['3 node(s) had untolerated taint(s). ', 'taint-not-tolerated', undefined, '3 have a taint that it does not tolerate'],
    ['1 node(s) were unschedulable. ', 'taint-not-tolerated', 'unschedulable', '1 is cordoned'],
    ['2 node(s) were unschedulable. ', 'taint-not-tolerated', 'unschedulable', '2 are cordoned'],
    ["1 node(s) didn't match Pod's node affinity/selector. ", 'node-selector', undefined, '1 does not match its node selector or affinity'],
    ["3 node(s) didn't match pod anti-affinity rules. ", 'pod-affinity', undefined, "3 didn't match pod anti-affinity rules"],
    ["3 node(s) didn't match pod topology spread constraints. ", 'topology-spread', undefined, "3 didn't match pod topology spread constraints"],
    ["3 node(s) didn't have free ports for the requested pod ports. ", 'host-port-taken', undefined, '3 have its host port taken'],
    ['3 node(s) had volume node affinity conflict. ', 'volume-node-conflict', undefined, '3 cannot reach the volume that it is bound to'],
    ["3 node(s) didn't match PersistentVolume's node affinity. ", 'volume-node-conflict', undefined, '3 cannot reach the volume that it is bound to'],
    ["3 node(s) didn't satisfy plugin(s) [VolumeBinding]. ", 'volume-node-conflict', undefined, '3 cannot reach the volume that it is bound to'],
    ["3 node(s) didn't satisfy plugin(s) [NodeAffinity]. ", 'node-selector', undefined, '3 do not match its node selector or affinity'],
    [
      "2 node(s) didn't match Pod's node affinity/selector, 1 Insufficient cpu. ",
      'insufficient-resources',
      'cpu',
      '1 lacks cpu, 2 do not match its node selector or affinity',
    ],
    [
      "1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. ",
      'node-selector',
      undefined,
      '2 do not match its node selector or affinity, 1 has a taint that it does not tolerate',
    ],
    ["3 node(s) didn't find available persistent volumes to bind. ", 'claim-unbound', undefined, '3 have no volume for its PersistentVolumeClaim'],
    ['3 node(s) are odd. ', 'no-node-fits', undefined, '3 are odd'],
  ])('%s', (message, code, about, words) => {
    const [first] = findingsAt(11, unplaced(`0/3 nodes are available: ${message}${none}`));
    expect(first).toMatchObject({ code, verdict: 'stuck', cause: `No node takes it: of 3 nodes, ${words}.` });
    expect(first?.about).toBe(about);
    expect(first?.next).toMatch(/^kubectl /);
  });

  test('one node is one node, and newer schedulers say more before they speak of preemption', () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No victims.';
    expect(findingsAt(5, unplaced(message))[0]).toMatchObject({ verdict: 'waiting', cause: 'No node takes it: of 1 node, 1 lacks cpu.' });
  });

  test.each(['no nodes available to schedule pods', '0/0 nodes are available: ', '0/0 nodes are available'])('%s', (message) => {
    expect(findingsAt(11, unplaced(message))[0]).toMatchObject({ code: 'no-node-fits', cause: expect.stringContaining('No node takes it: ') });
  });

  test('a selector that fits no node says which label differs on which nodes', () => {
    const message = `0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${none}`;
    const nodes = [
      nodeFacts({ metadata: { name: 'a', labels: { disk: 'slow', n: 1 } } }),
      nodeFacts({ metadata: { name: 'b' } }),
      nodeFacts({ metadata: { name: 'c' } }),
    ];
    const given = unplaced(message, { spec: { nodeSelector: { disk: 'fast' } }, context: { nodes } });
    expect(findingsAt(11, given)[0]).toMatchObject({
      about: 'disk=fast',
      cause: 'No node takes it: of 3 nodes, 3 do not match its node selector disk=fast; a has disk=slow, b and c have no label disk.',
      next: 'kubectl get nodes --show-labels',
    });
    const met = [nodeFacts({ metadata: { name: 'a', labels: { disk: 'fast' } } })];
    expect(findingsAt(11, { ...given, context: { nodes: met } })[0]?.cause).toBe('No node takes it: of 3 nodes, 3 do not match its node selector disk=fast.');
    const two = [...nodes.slice(0, 1), nodeFacts({ metadata: { name: 'd', labels: { disk: 'slow' } } }), ...nodes.slice(1, 2), nodeFacts({})];
    expect(findingsAt(11, { ...given, context: { nodes: two } })[0]?.cause).toContain('a and d have disk=slow');
    expect(findingsAt(11, { ...given, context: { nodes: nodes.slice(0, 2) } })[0]?.cause).toContain('a has disk=slow, b has no label disk');
    expect(findingsAt(11, unplaced(message, { spec: { nodeSelector: { gpu: '' } } }))[0]?.cause).toContain('its node selector gpu="".');
  });

  test('where all nodes that the selector takes in are tainted, it is the taint', () => {
    const nodes = (...taints: readonly (readonly object[])[]) => [
      nodeFacts({ metadata: { name: 'worker' } }),
      ...taints.map((own, index) => nodeFacts({ metadata: { name: `gpu-${index}`, labels: { gpu: 'yes' } }, spec: { taints: own } })),
    ];
    const message = `0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) didn't match Pod's node affinity/selector. ${none}`;
    const given = (...taints: readonly (readonly object[])[]) =>
      unplaced(message, { spec: { nodeSelector: { gpu: 'yes' } }, context: { nodes: nodes(...taints) } });
    const team = { key: 'team', value: 'data', effect: 'NoSchedule' };
    const [first] = findingsAt(11, given([team, { key: 'soft', effect: 'PreferNoSchedule' }]));
    expect(first).toMatchObject({ code: 'taint-not-tolerated', about: 'team: data', next: 'kubectl describe nodes' });
    expect(first?.cause).toBe('No node takes it: of 2 nodes, 1 has a taint that it does not tolerate (team=data), 1 does not match its node selector gpu=yes.');
    expect(findingsAt(11, given([team], [{ key: 'spot', effect: 'NoExecute' }]))[0]).toMatchObject({
      code: 'taint-not-tolerated',
      about: undefined,
      cause: expect.stringContaining('1 has a taint that it does not tolerate, among them gpu-0 and gpu-1 that it selects, 1 does not match'),
    });
    expect(findingsAt(11, given([team], []))[0]?.code).toBe('node-selector');
    expect(findingsAt(11, given())[0]?.code).toBe('node-selector');
    const named = message.replace('taint(s)', 'taint {team: data}');
    const told = unplaced(named, { spec: { nodeSelector: { gpu: 'yes' } }, context: { nodes: nodes([{ ...team, value: 'x' }]) } });
    expect(findingsAt(11, told)[0]).toMatchObject({ code: 'taint-not-tolerated', about: 'team: data' });
  });

  test('claims are named', () => {
    const missing = unplaced(`0/3 nodes are available: persistentvolumeclaim "data" not found. ${none}`);
    expect(findingsAt(11, missing)[0]).toMatchObject({
      code: 'claim-missing',
      about: 'data',
      cause: 'No node takes it: the PersistentVolumeClaim data does not exist.',
      next: 'kubectl get pvc -n shop',
    });
    const unbound = (context = {}) => unplaced(`0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${none}`, { context });
    expect(findingsAt(11, unbound())[0]).toMatchObject({ code: 'claim-unbound', cause: 'No node takes it: its PersistentVolumeClaim is not bound.' });
    const references = [
      reference('PersistentVolumeClaim', 'bound', 'volume', { phase: 'Bound' }),
      reference('PersistentVolumeClaim', 'data', 'volume', { phase: 'Pending' }),
    ];
    const [named] = findingsAt(11, unbound({ references }));
    expect(named).toMatchObject({ cause: 'No node takes it: its PersistentVolumeClaim data is not bound.', next: 'kubectl describe pvc data -n shop' });
    const lost = unplaced(`0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "disk". ${none}`);
    expect(findingsAt(11, lost)[0]).toMatchObject({
      code: 'claim-unbound',
      about: 'data',
      cause: 'No node takes it: its PersistentVolumeClaim data is bound to the PersistentVolume disk, which does not exist.',
    });
    expect(named?.evidence.at(-1)).toEqual({ source: 'reference', object: 'PersistentVolumeClaim shop/data', text: 'is Pending' });
  });

  test('a new node on its way is waited for', () => {
    const message = `0/3 nodes are available: 3 Insufficient cpu. ${none}`;
    const up = event('TriggeredScaleUp', 'pod triggered scale-up', 30);
    expect(findingsAt(120, unplaced(message, { context: { events: [up] } }))[0]).toMatchObject({ code: 'scale-up-triggered', verdict: 'waiting' });
    expect(findingsAt(1000, unplaced(message, { context: { events: [up] } }))[0]?.verdict).toBe('stuck');
    const not = event('NotTriggerScaleUp', "pod didn't trigger scale-up", 60);
    expect(findingsAt(120, unplaced(message, { context: { events: [up, not] } }))[0]).toMatchObject({ code: 'insufficient-resources', verdict: 'stuck' });
  });

  test('gates, a nominated node, a scheduler that fails or is not there', () => {
    expect(findingsAt(9999, unplaced('blocked', { reason: 'SchedulingGated', spec: { schedulingGates: [{ name: 'q' }] } }))[0]).toMatchObject({
      code: 'scheduling-gated',
      verdict: 'waiting',
      about: 'q',
    });
    expect(findingsAt(60, unplaced('x', { status: { nominatedNodeName: 'worker' } }))[0]).toMatchObject({ code: 'node-nominated', verdict: 'waiting' });
    expect(findingsAt(60, unplaced('boom', { reason: 'SchedulerError' }))[0]).toMatchObject({ code: 'scheduler-error', cause: 'The scheduler failed: boom.' });
    expect(findingsAt(60, unplaced(undefined))[0]).toMatchObject({ code: 'not-scheduled', verdict: 'stuck', cause: 'No scheduler has placed it yet.' });
    for (const [schedulerName, cause] of [
      ['default-scheduler', 'No scheduler has placed it yet.'],
      ['nobody', 'The scheduler nobody has not placed it yet.'],
    ]) {
      expect(findingsAt(60, unplaced(undefined, { spec: { schedulerName } }))[0]?.cause).toBe(cause);
    }
    const told = {
      spec: { nodeName: undefined },
      status: { conditions: [] },
      context: { events: [event('FailedScheduling', '0/1 nodes are available: 1 Insufficient cpu.', 3)] },
    };
    expect(findingsAt(60, told)[0]?.cause).toBe('No node takes it: of 1 node, 1 lacks cpu.');
    expect(findingsAt(60, unplaced('0/1 nodes are available: 1 node(s) are odd.', { metadata: {} }))[0]?.next).toBe('kubectl get pod/web -o yaml -n shop');
  });
});

describe('admission, disruption and resize', () => {
  const failed = (reason: string, message = 'm', spec = {}): Given => ({ spec, status: { phase: 'Failed', reason, message, conditions: [scheduled] } });
  test.each([
    ['OutOfcpu', 'node-out-of-resources', 'cpu'],
    ['NodeAffinity', 'node-refused', 'NodeAffinity'],
    ['SysctlForbidden', 'node-refused', 'SysctlForbidden'],
    ['Evicted', 'evicted', 'worker'],
    ['Preempting', 'preempted', 'worker'],
    ['Terminated', 'node-shutdown', 'worker'],
    ['DeadlineExceeded', 'deadline-exceeded', 'worker'],
    ['NodeLost', 'node-lost', 'worker'],
  ])('%s', (reason, code, about) => {
    expect(findingsAt(5, failed(reason))).toMatchObject([{ code, verdict: 'doomed', about, cause: `${reason}: m.` }]);
  });

  test('without a node there is none to look at', () => {
    expect(findingsAt(5, failed('OutOfcpu', 'm', { nodeName: undefined }))[0]).toMatchObject({ subject: 'Pod', next: undefined });
    expect(findingsAt(5, failed('Evicted', 'm', { nodeName: undefined }))[0]?.next).toBeUndefined();
  });

  test('a node that is lost, and one that only fell silent', () => {
    expect(findingsAt(5, { status: { phase: 'Unknown' } })).toMatchObject([{ code: 'node-lost', verdict: 'stuck', subject: 'node worker' }]);
    const silent = notReady.map((condition) => ({ ...condition, status: 'Unknown', message: 'silence' }));
    const containerStatuses = [{ name: 'app', ready: true, state: { running: {} } }];
    expect(findingsAt(5, { status: { conditions: [scheduled, ...silent], containerStatuses } })).toMatchObject([
      { code: 'node-lost', verdict: 'stuck', cause: 'Its node worker does not report: silence.' },
    ]);
    // What the node lifecycle controller writes: all is as the kubelet left it, but Ready, which it gives no reason for.
    const [made, own] = ready;
    const takenBack = (reason?: string, gate: string = 'True') => ({
      spec: { readinessGates: [{ conditionType: 'balanced' }] },
      status: { conditions: [scheduled, made, { type: 'balanced', status: gate }, { ...own, status: 'False', reason }], containerStatuses },
    });
    expect(findingsAt(5, takenBack())).toMatchObject([{ code: 'node-lost', verdict: 'stuck', cause: 'Its node worker does not report.' }]);
    expect(findingsAt(5, takenBack('ReadinessGatesNotReady'))[0]?.code).toBe('not-ready');
    expect(findingsAt(5, takenBack(undefined, 'False'))[0]?.code).toBe('readiness-gate');
  });

  test('a deletion says who asked for it and what holds it up', () => {
    const metadata = { deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 };
    const target = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting',
      lastTransitionTime: at(1),
    };
    const context = { events: [event('FailedPreStopHook', 'PreStopHook failed', 3)] };
    const findings = findingsAt(40, { metadata, status: { conditions: [scheduled, target] }, context });
    expect(findings).toMatchObject([
      { code: 'terminating', verdict: 'waiting' },
      { code: 'disruption-target', verdict: 'info', cause: 'Chosen to be ended (DeletionByTaintManager): Taint manager: deleting.' },
    ]);
    expect(findings[0]?.evidence.at(-1)).toMatchObject({ reason: 'FailedPreStopHook' });
    expect(findingsAt(99, { metadata })).toMatchObject([{ code: 'terminating-overdue', verdict: 'stuck', next: 'kubectl describe pod web -n shop' }]);
    const finalizers = ['a.b/c'];
    expect(findingsAt(99, { metadata: { ...metadata, finalizers } })[0]?.next).toBe("kubectl get pod web -o 'jsonpath={.metadata.finalizers}' -n shop");
    const silent = { ...target, status: 'True', reason: undefined, message: undefined };
    expect(findingsAt(40, { metadata, status: { conditions: [silent] } })[1]?.cause).toBe('Chosen to be ended.');
    expect(findingsAt(40, { metadata, status: { conditions: [{ ...target, status: 'False' }] } })).toHaveLength(1);
  });

  test.each([
    ['PodResizePending', 'Infeasible', 'resize-infeasible', 'The resize that was asked for cannot be done on its node: m.'],
    ['PodResizePending', 'Deferred', 'resize-deferred', 'The resize that was asked for waits for room on its node: m.'],
    ['PodResizeInProgress', 'Error', 'resize-failed', 'The resize goes on, but the kubelet fails at it: m.'],
  ])('%s %s', (type, reason, code, cause) => {
    const resize = { type, status: 'True', reason, message: 'm', lastTransitionTime: at(2) };
    const containerStatuses = [{ name: 'app', ready: true, state: { running: {} } }];
    const seen = (condition: object) => findingsAt(5, { status: { conditions: [scheduled, ...ready, condition], containerStatuses } });
    expect(seen(resize)).toMatchObject([{ code, verdict: 'degraded', severity: 'warning', cause }]);
    expect(seen({ ...resize, status: 'False' })).toEqual([]);
    expect(seen({ ...resize, type: 'PodResizeInProgress', reason: undefined })).toEqual([]);
  });
});

describe('volume', () => {
  const unready = { type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: at(0) };
  const creating = (context: Given['context'], spec = {}): Given => ({
    spec: {
      volumes: [
        { name: 'keys', secret: { secretName: 'tls' } },
        { name: 'conf', configMap: { name: 'settings' } },
        { name: 'disk', persistentVolumeClaim: { claimName: 'data' } },
      ],
      ...spec,
    },
    status: { ...waiting('ContainerCreating'), conditions: [scheduled, unready, ...notReady] },
    ...(context && { context }),
  });
  const told = (reason: string, message: string): Given => creating({ events: [event(reason, message, 1)] });

  test.each([
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "keys" : secret "tls" not found',
      'secret-missing',
      'The volume keys waits for the Secret tls, which does not exist.',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: schema',
      'config-map-key-missing',
      'The volume conf waits for the key schema, which the ConfigMap settings does not have.',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "keys" : references non-existent secret key: crt',
      'secret-key-missing',
      'The volume keys waits for the key crt, which the Secret tls does not have.',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "disk" : references non-existent config key: x',
      'volume-mount',
      'The volume disk cannot be mounted: references non-existent config key: x.',
    ],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[disk], timed out',
      'volume-mount',
      'The volume disk cannot be mounted: Unable to attach or mount volumes: unmounted volumes=[disk], timed out.',
    ],
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pv-1"',
      'volume-attach',
      'The volume pv-1 cannot be attached: Multi-Attach error for volume "pv-1".',
    ],
    ['FailedMapVolume', 'no device', 'volume-mount', 'A volume cannot be mounted: no device.'],
    ['FailedCreatePodSandBox', 'Failed to create pod sandbox: no addresses left', 'sandbox-failed', 'Its sandbox cannot be created: no addresses left.'],
    ['NetworkNotReady', 'network is not ready', 'network-not-ready', 'The network of its node worker is not ready: network is not ready.'],
    ['FailedSync', 'error determining status', 'sandbox-failed', 'Its sandbox cannot be created: error determining status.'],
  ])('%s: %s', (reason, message, code, cause) => {
    expect(findingsAt(90, told(reason, message))).toMatchObject([{ code, verdict: 'stuck', cause }]);
  });

  test('each sandbox that fails has an Event of its own: the first counts, and what the runtime said last is told', () => {
    const of = (id: string, seconds: number, combined = '') => {
      const wrapped = `failed to start sandbox "${id}": failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: `;
      const message = `${combined}Failed to create pod sandbox: rpc error: code = Unknown desc = ${wrapped}unable to start container process: invalid argument`;
      return event('FailedCreatePodSandBox', message, seconds);
    };
    const network = event('FailedCreatePodSandBox', 'Failed to create pod sandbox: failed to setup network for sandbox "c": no addresses left', 1);
    const events = [network, of('a', 5), of('b', 80, '(combined from similar events): ')];
    expect(findingsAt(90, creating({ events }))).toMatchObject([
      { code: 'sandbox-failed', verdict: 'stuck', cause: 'Its sandbox cannot be created: invalid argument.', since: Date.parse(at(5)) },
    ]);
    expect(findingsAt(4, creating({ events: [network] }))[0]?.cause).toBe('Its sandbox cannot be created: no addresses left.');
  });

  test('a long chain of errors is cut to its end', () => {
    expect(findingsAt(5, told('FailedCreatePodSandBox', `${'x'.repeat(300)}the end`))[0]?.cause).toMatch(/: … x+the end\.$/);
  });

  test('without a word of the kubelet, a look-up tells what is missing', () => {
    const references = [
      reference('ConfigMap', 'maybe', 'volume', { state: 'missing', optional: true }),
      reference('Secret', 'tls', 'volume', { state: 'missing', user: 'keys' }),
    ];
    expect(findingsAt(20, creating({ references }))).toMatchObject([{ code: 'secret-missing', verdict: 'stuck', subject: 'volume keys' }]);
    expect(findingsAt(20, creating({ references: [reference('PersistentVolumeClaim', 'data', 'volume', { state: 'missing' })] }))[0]?.code).toBe(
      'container-creating',
    );
  });

  test('once a container has run, or the sandbox is ready, older words no longer count', () => {
    const events = [event('FailedMount', 'MountVolume.SetUp failed for volume "keys" : secret "tls" not found', 1)];
    const begun = { ...unready, status: 'True' };
    expect(findingsAt(90, { status: { ...waiting('ContainerCreating'), conditions: [scheduled, begun] }, context: { events } })[0]?.code).toBe(
      'container-creating',
    );
    const running = [{ name: 'app', ready: true, state: { running: {} } }];
    expect(findingsAt(90, { status: { conditions: [scheduled, ...ready], containerStatuses: running }, context: { events } })).toEqual([]);
  });
});

describe('controller', () => {
  const web = { target: 'deploy/web', namespace: 'shop' };
  test.each([
    [
      'Error creating: pods "web-1" is forbidden: exceeded quota: compute, requested: cpu=1',
      'quota-exceeded',
      'compute',
      'kubectl describe quota compute -n shop',
    ],
    [
      'Error creating: pods "web-1" is forbidden: failed quota: compute: must specify limits.cpu',
      'quota-exceeded',
      'compute',
      'kubectl describe quota compute -n shop',
    ],
    [
      'Error creating: pods "web-1" is forbidden: violates PodSecurity "restricted:latest": x',
      'pod-security',
      'restricted:latest',
      'kubectl get namespace shop -o yaml',
    ],
    ['Error creating: admission webhook "v.example" denied the request', 'webhook-refused', 'v.example', 'kubectl describe deploy/web -n shop'],
    ['Internal error occurred: failed calling webhook "v.example"', 'webhook-refused', 'v.example', 'kubectl describe deploy/web -n shop'],
    [
      `Error creating: pods "web-1" is forbidden: ValidatingAdmissionPolicy 'owned' with binding 'owned-here' denied request: say whose it is`,
      'policy-refused',
      'owned',
      'kubectl get validatingadmissionpolicy owned -o yaml',
    ],
    [
      'Error creating: pods "web-1" is forbidden: error looking up service account shop/x: serviceaccount "x" not found',
      'service-account-missing',
      'x',
      'kubectl get serviceaccounts -n shop',
    ],
    ['Error creating: pods "web-1" is forbidden: no PriorityClass with name high was found', 'priority-class-missing', 'high', 'kubectl get priorityclasses'],
    ['Error creating: odd', 'pod-not-created', undefined, 'kubectl describe deploy/web -n shop'],
  ])('%s', (message, code, about, next) => {
    const [first] = diagnoseController(web, [event('FailedCreate', message, 5)]);
    expect(first).toMatchObject({ code, verdict: 'stuck', class: 'controller', subject: 'deploy/web' });
    expect(first?.about).toBe(about);
    expect(first?.cause).toContain('Pods of deploy/web cannot be created: ');
    expect(first?.next).toBe(next);
  });

  test('the latest of each cause, the latest first; other Events say nothing', () => {
    const events = [
      event('FailedCreate', 'Error creating: a', 5),
      event('FailedCreate', 'exceeded quota: q', 7),
      event('FailedCreate', 'Error creating: b', 6),
      event('ScalingReplicaSet', 'x', 9),
    ];
    expect(diagnoseController(web, events).map(({ cause }) => cause)).toEqual([
      'Pods of deploy/web cannot be created: exceeded quota: q.',
      'Pods of deploy/web cannot be created: b.',
    ]);
  });
});

test.each([
  ['EvictionByEvictionAPI', ', evicted through the API, as a drain does.'],
  ['PreemptionByScheduler', ', preempted for a Pod of higher priority.'],
  ['Else', '.'],
])('a Pod that is being deleted says who wanted that: %s', (reason, words) => {
  const conditions = [{ type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime: at(1) }];
  const [worst] = findingsAt(5, { metadata: { deletionTimestamp: at(33), deletionGracePeriodSeconds: 30 }, status: { conditions } });
  expect(worst).toMatchObject({ code: 'terminating', verdict: 'waiting', cause: `Being deleted since 2s${words}` });
});

describe('references', () => {
  test('what a Pod refers to, in the order of its spec', () => {
    const found = podReferences({
      metadata: { namespace: 'shop' },
      spec: {
        serviceAccountName: 'runner',
        imagePullSecrets: [{ name: 'regcred' }],
        volumes: [
          { name: 'conf', configMap: { name: 'settings', items: [{ key: 'a' }, { key: 'b' }], optional: true } },
          { name: 'disk', persistentVolumeClaim: { claimName: 'data' } },
          { name: 'all', projected: { sources: [{ secret: { name: 'keys' } }, { configMap: { name: 'ca' } }, { serviceAccountToken: {} }] } },
          { name: 'tls', secret: { secretName: 'tls' } },
        ],
        containers: [
          {
            name: 'app',
            envFrom: [{ configMapRef: { name: 'env' } }, { secretRef: { name: 'env', optional: true } }],
            env: [
              { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'schema' } } },
              { name: 'B', valueFrom: { secretKeyRef: { name: 'keys', key: 'b' } } },
              { name: 'C', value: 'c' },
            ],
          },
        ],
      },
    });
    expect(found.map(({ kind, name, key, use, user, optional }) => [kind, name, key, use, user, optional])).toEqual([
      ['ServiceAccount', 'runner', undefined, 'service-account', '', false],
      ['Secret', 'regcred', undefined, 'pull-secret', '', false],
      ['ConfigMap', 'settings', 'a', 'volume', 'conf', true],
      ['ConfigMap', 'settings', 'b', 'volume', 'conf', true],
      ['PersistentVolumeClaim', 'data', undefined, 'volume', 'disk', false],
      ['Secret', 'keys', undefined, 'volume', 'all', false],
      ['ConfigMap', 'ca', undefined, 'volume', 'all', false],
      ['Secret', 'tls', undefined, 'volume', 'tls', false],
      ['ConfigMap', 'env', undefined, 'env', 'app', false],
      ['Secret', 'env', undefined, 'env', 'app', true],
      ['ConfigMap', 'settings', 'schema', 'env', 'app', false],
      ['Secret', 'keys', 'b', 'env', 'app', false],
    ]);
    expect(podReferences(undefined)).toEqual([]);
  });

  test.each([
    ['until nslookup db; do sleep 2; done', ['shop/db']],
    ['until nc -z -w 2 db 5432; do sleep 1; done', ['shop/db']],
    ['wget -qO- http://api:8080/ready && curl https://web.shop/', ['shop/api', 'shop/web']],
    ['pg_isready -h db.data.svc.cluster.local -p 5432', ['data/db']],
    ['nc -z db 1; nc -z db 2', ['shop/db']],
    ['curl https://example.com/x; ping localhost; nslookup a.b.svc.other.domain; dig a.b.c', []],
    ['echo db', []],
  ])('Services that an init step may poll: %s', (command, services) => {
    const pod = { metadata: { namespace: 'shop' }, spec: { initContainers: [{ name: 'wait', command: ['sh', '-c', command] }] } };
    expect(podReferences(pod).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(services);
  });

  test('of what is looked up only names are kept', () => {
    const [secret] = podReferences({ metadata: { namespace: 'shop' }, spec: { imagePullSecrets: [{ name: 'regcred' }] } });
    if (secret === undefined) throw new Error('no reference');
    const kept = referenceFacts(secret, { type: 'Opaque', data: { password: 'aHVudGVyMg==' } });
    expect(kept).toMatchObject({ state: 'found', keys: ['password'], type: 'Opaque' });
    expect(JSON.stringify(kept)).not.toContain('aHVudGVyMg');
    const [claim] = podReferences({ spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] } });
    if (claim === undefined) throw new Error('no reference');
    expect(referenceFacts(claim, { status: { phase: 'Pending' } })).toMatchObject({ phase: 'Pending', keys: undefined });
    expect(
      readyEndpoints([
        {
          endpoints: [
            { addresses: ['a', 'b'], conditions: { ready: true } },
            { addresses: ['c'], conditions: { ready: false } },
          ],
        },
        undefined,
      ]),
    ).toBe(2);
  });
});

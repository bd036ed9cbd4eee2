/** What lint says of API versions, fields and features by the version of Kubernetes that a manifest is for. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { lintCommand } from '../../cmd/lint.ts';
import { apiLifetime, apiSuccessor, servedVersions } from '../../src/manifest/api-history.ts';
import history from '../../src/manifest/api-history-data.json' with { type: 'json' };
import { fieldHistory } from '../../src/manifest/field-history.ts';
import { minorOf, newestMinor } from '../../src/manifest/kubernetes-version.ts';
import { lintManifests } from '../../src/manifest/lint.ts';

const versionRules: ReadonlySet<string> = new Set([
  'api-version',
  'removed-api',
  'deprecated-api',
  'newer-api',
  'newer-field',
  'feature-off',
  'deprecated-field',
]);

/** The findings about versions, as `rule: message | hint`. */
function told(minor: number, object: object): readonly string[] {
  const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(JSON.stringify(object)), named: true }], { minor });
  return findings.filter(({ rule }) => versionRules.has(rule)).map(({ rule, message, hint }) => `${rule}: ${message}${hint === undefined ? '' : ` | ${hint}`}`);
}

const of = (minor: number, apiVersion: string, kind: string): readonly string[] => told(minor, { apiVersion, kind, metadata: { name: 'a' } });

describe('an apiVersion', () => {
  test.each([
    [
      36,
      'extensions/v1beta1',
      'Deployment',
      'removed-api: Deployment of extensions/v1beta1 is gone since 1.16 | Write apiVersion: apps/v1. There spec.selector is required.',
    ],
    [36, 'apps/v1beta2', 'StatefulSet', 'removed-api: StatefulSet of apps/v1beta2 is gone since 1.16 | Write apiVersion: apps/v1'],
    [
      15,
      'extensions/v1beta1',
      'Ingress',
      'deprecated-api: Ingress of extensions/v1beta1 is deprecated since 1.14, and gone in 1.22 | Write apiVersion: networking.k8s.io/v1beta1',
    ],
    [
      22,
      'extensions/v1beta1',
      'Ingress',
      'removed-api: Ingress of extensions/v1beta1 is gone since 1.22 | Write apiVersion: networking.k8s.io/v1. There a backend is service.name and service.port, and pathType is required.',
    ],
    [36, 'batch/v1beta1', 'CronJob', 'removed-api: CronJob of batch/v1beta1 is gone since 1.25 | Write apiVersion: batch/v1'],
    [
      24,
      'policy/v1beta1',
      'PodSecurityPolicy',
      'deprecated-api: PodSecurityPolicy of policy/v1beta1 is deprecated since 1.21, and gone in 1.25 | Pod Security admission takes its place: the label pod-security.kubernetes.io/enforce of the namespace.',
    ],
    [
      36,
      'extensions/v1beta1',
      'PodSecurityPolicy',
      'removed-api: PodSecurityPolicy of extensions/v1beta1 is gone since 1.16 | Pod Security admission takes its place: the label pod-security.kubernetes.io/enforce of the namespace.',
    ],
    [
      16,
      'extensions/v1beta1',
      'PodSecurityPolicy',
      'removed-api: PodSecurityPolicy of extensions/v1beta1 is gone since 1.16 | Write apiVersion: policy/v1beta1',
    ],
    [
      25,
      'autoscaling/v2beta2',
      'HorizontalPodAutoscaler',
      'deprecated-api: HorizontalPodAutoscaler of autoscaling/v2beta2 is deprecated since 1.23, and gone in 1.26 | Write apiVersion: autoscaling/v2',
    ],
    [
      36,
      'rbac.authorization.k8s.io/v1beta1',
      'ClusterRole',
      'removed-api: ClusterRole of rbac.authorization.k8s.io/v1beta1 is gone since 1.22 | Write apiVersion: rbac.authorization.k8s.io/v1',
    ],
    [
      36,
      'apiextensions.k8s.io/v1beta1',
      'CustomResourceDefinition',
      'removed-api: CustomResourceDefinition of apiextensions.k8s.io/v1beta1 is gone since 1.22 | Write apiVersion: apiextensions.k8s.io/v1. There each version has a structural schema of its own.',
    ],
    [
      28,
      'flowcontrol.apiserver.k8s.io/v1beta1',
      'FlowSchema',
      'removed-api: FlowSchema of flowcontrol.apiserver.k8s.io/v1beta1 is gone since 1.26 | Write apiVersion: flowcontrol.apiserver.k8s.io/v1beta3',
    ],
    [
      36,
      'flowcontrol.apiserver.k8s.io/v1beta1',
      'FlowSchema',
      'removed-api: FlowSchema of flowcontrol.apiserver.k8s.io/v1beta1 is gone since 1.26 | Write apiVersion: flowcontrol.apiserver.k8s.io/v1',
    ],
    [36, 'events.k8s.io/v1beta1', 'Event', 'removed-api: Event of events.k8s.io/v1beta1 is gone since 1.25 | Write apiVersion: events.k8s.io/v1'],
    [
      20,
      'policy/v1',
      'PodDisruptionBudget',
      'newer-api: PodDisruptionBudget of policy/v1 is there since 1.21, and the target is 1.20 | Write apiVersion: policy/v1beta1',
    ],
    [36, 'v1', 'Endpoints', 'deprecated-api: Endpoints of v1 is deprecated since 1.33 | EndpointSlice of discovery.k8s.io/v1 takes its place.'],
    [
      36,
      'scheduling.k8s.io/v1alpha2',
      'Workload',
      'feature-off: scheduling.k8s.io/v1alpha2 is an alpha that is served only where the cluster is set up for it | kube-apiserver takes --runtime-config=scheduling.k8s.io/v1alpha2=true.',
    ],
    [
      36,
      'networking.k8s.io/v1beta1',
      'IPAddress',
      'deprecated-api: IPAddress of networking.k8s.io/v1beta1 is deprecated since 1.34, and to go in 1.37 | Write apiVersion: networking.k8s.io/v1',
    ],
    [
      32,
      'networking.k8s.io/v1beta1',
      'IPAddress',
      'feature-off: networking.k8s.io/v1beta1 is a beta that is served only where the cluster is set up for it | kube-apiserver takes --runtime-config=networking.k8s.io/v1beta1=true.',
    ],
    [36, 'networking.k8s.io/v1', 'Deployment', 'api-version: There is no Deployment in networking.k8s.io/v1 | Write apiVersion: apps/v1'],
    [36, 'networking.k8s.io/v1', 'Ingres', 'api-version: There is no Ingres in networking.k8s.io/v1 | Did you mean Ingress?'],
    [36, 'apps/v3', 'Something', 'api-version: There is no apps/v3 in Kubernetes'],
    [36, 'mine/v1', 'Pod', 'api-version: There is no Pod in mine/v1 | Write apiVersion: v1'],
  ] as const)('for 1.%d: %s %s', (minor, apiVersion, kind, words) => {
    expect(of(minor, apiVersion, kind)).toEqual([words]);
  });

  test.each([
    [15, 'apps/v1', 'Deployment'],
    [20, 'batch/v1beta1', 'CronJob'],
    [36, 'networking.k8s.io/v1', 'Ingress'],
    [31, 'flowcontrol.apiserver.k8s.io/v1', 'FlowSchema'],
    [36, 'gateway.networking.k8s.io/v1', 'Gateway'],
    [36, 'serving.knative.dev/v1', 'Service'],
    [36, 'audit.k8s.io/v1', 'Event'],
    [36, 'v1', 'Binding'],
    [36, 'v1', 'PodList'],
  ] as const)('for 1.%d: nothing of %s %s', (minor, apiVersion, kind) => {
    expect(of(minor, apiVersion, kind)).toEqual([]);
  });
});

const pod = (spec: object, annotations: object = {}): object => {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', annotations }, spec: { containers: [{ name: 'a', image: 'a:1' }], ...spec } };
};

describe('a field', () => {
  test('that is newer than the target is refused there, later dropped, and then used', () => {
    const sidecar = pod({ initContainers: [{ name: 's', image: 's:1', restartPolicy: 'Always' }] });
    const hint = 'Without it an init container is waited for until it ends: put the sidecar among the containers, as `new --classic` does.';
    expect(told(27, sidecar)).toEqual([`newer-field: restartPolicy is there since 1.28, and usable by default since 1.29; the target is 1.27 | ${hint}`]);
    expect(told(28, sidecar)).toEqual([
      `feature-off: restartPolicy belongs to a feature that is off by default before 1.29: where it is off, the field is dropped without a word | ${hint}`,
    ]);
    expect(told(29, sidecar)).toEqual([]);
  });

  test('of a Pod, a volume, a Job, a StatefulSet', () => {
    const rules = (minor: number, object: object) => told(minor, object).map((words) => words.replace(/ is there.*| belongs.*/, ''));
    expect(rules(31, pod({ resources: { limits: { cpu: '1' } } }))).toEqual(['newer-field: resources']);
    expect(rules(33, pod({ resources: { limits: { cpu: '1' } } }))).toEqual(['feature-off: resources']);
    expect(rules(30, pod({ volumes: [{ name: 'v', image: { reference: 'a:1' } }] }))).toEqual(['newer-field: image']);
    expect(rules(34, pod({ volumes: [{ name: 'v', image: { reference: 'a:1' } }] }))).toEqual(['feature-off: image']);
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: { podReplacementPolicy: 'Failed', template: {} } };
    expect(rules(27, job)).toEqual(['newer-field: podReplacementPolicy']);
    expect(rules(29, job)).toEqual([]);
    const set = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'a' },
      spec: { ordinals: { start: 1 }, updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } },
    };
    expect(rules(25, set)).toEqual(['newer-field: ordinals', 'feature-off: maxUnavailable']);
    expect(rules(36, set)).toEqual(['feature-off: maxUnavailable']);
  });

  test('that says nothing, or stands in the status, is left alone', () => {
    expect(told(20, pod({ hostUsers: null }))).toEqual([]);
    expect(told(20, { ...pod({}), status: { observedGeneration: 1, resize: 'Proposed' } })).toEqual([]);
  });

  test('that is deprecated, from the version on in which it is', () => {
    const profile = pod({}, { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default' });
    expect(told(18, profile)).toEqual([]);
    const words = 'deprecated-field: The annotation seccomp.security.alpha.kubernetes.io/pod is deprecated since 1.19';
    expect(told(26, profile)).toEqual([`${words} and stops to work in 1.27; securityContext.seccompProfile takes its place`]);
    expect(told(27, profile)).toEqual([`${words} and does not work since 1.27; securityContext.seccompProfile takes its place`]);
    expect(told(29, pod({}, { 'container.apparmor.security.beta.kubernetes.io/a': 'runtime/default' }))).toEqual([]);
    const git = pod({ volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] });
    expect(told(32, git)[0]).toContain('is deprecated since 1.11 and stops to work in 1.33');
    expect(told(10, git)).toEqual([]);
  });

  test('the restartPolicy of a container that is no sidecar', () => {
    const restarted = pod({
      containers: [{ name: 'a', image: 'a:1', restartPolicy: 'OnFailure' }],
      initContainers: [{ name: 's', image: 's:1', restartPolicy: 'Always' }],
    });
    const words = 'restartPolicy of a, which is no sidecar, is there since 1.34, and usable by default since 1.35';
    const hint = 'Leave it out: the restartPolicy of the Pod counts.';
    expect(told(33, restarted)).toEqual([`newer-field: ${words}; the target is 1.33 | ${hint}`]);
    expect(told(34, restarted)).toEqual([`feature-off: ${words}; the target is 1.34 | ${hint}`]);
    expect(told(35, restarted)).toEqual([]);
    expect(told(27, restarted).filter((each) => each.includes('no sidecar'))).toEqual([]);
  });

  test('labels of nodes that the affinity asks for', () => {
    const terms = [{ matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'In', values: ['linux'] }] }];
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: terms[0] }, { weight: 1 }],
      },
    };
    expect(told(36, pod({ affinity }))).toHaveLength(2);
    expect(told(36, pod({ nodeSelector: { constructor: 'a' } }))).toEqual([]);
    expect(told(13, pod({ affinity }))).toEqual([]);
  });
});

test('what is advised is there in the version', () => {
  const hints = (minor: number, rule: string, ...objects: readonly object[]) => {
    const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(text), named: true }], { minor });
    return findings.filter((finding) => finding.rule === rule).map(({ hint }) => hint);
  };
  const containers = [
    { name: 'load', image: 'a:1' },
    { name: 'proxy', image: 'b:1' },
  ];
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: { template: { spec: { restartPolicy: 'Never', containers } } } };
  expect(hints(28, 'classic-sidecar-in-job', job)).toEqual(['Let the others tell it to end when they have done their work, through a file or a request.']);
  expect(hints(29, 'classic-sidecar-in-job', job)).toEqual(['Make it a sidecar: an init container with restartPolicy: Always ends with the others.']);
  const asking = pod({
    initContainers: [{ name: 'migrate', image: 'a:1', args: ['localhost:5432'] }],
    containers: [{ name: 'db', image: 'b:1', ports: [{ containerPort: 5432 }] }],
  });
  expect(hints(28, 'sidecar-order', asking)).toEqual(['Let migrate do its work as a container beside db, or reach it in another Pod.']);
  const served = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', labels: { app: 'a' } },
    spec: { containers: [{ name: 'a', image: 'a:1', ports: [{ containerPort: 80 }] }] },
  };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { selector: { app: 'a' }, ports: [{ port: 80 }] } };
  expect(hints(29, 'no-pre-stop', service, served)).toEqual(['Let it sleep a few seconds first: lifecycle.preStop.exec, where its image has sleep.']);
  expect(hints(30, 'no-pre-stop', service, served)).toEqual(['Let it sleep a few seconds first: lifecycle.preStop.sleep.seconds.']);
});

describe('objects that make no Pods', () => {
  const object = (apiVersion: string, kind: string, annotations: object, spec: object = {}): object => ({
    apiVersion,
    kind,
    metadata: { name: 'a', annotations },
    spec,
  });

  test.each([
    [
      24,
      object('v1', 'Service', {}, { loadBalancerIP: '10.0.0.1' }),
      "loadBalancerIP is deprecated since 1.24; an annotation of the load balancer's provider takes its place",
    ],
    [36, object('v1', 'Service', {}, { externalIPs: ['10.0.0.1'] }), 'externalIPs is deprecated since 1.36; a Service of type LoadBalancer takes its place'],
    [
      27,
      object('v1', 'Service', { 'service.kubernetes.io/topology-aware-hints': 'Auto' }),
      'The annotation service.kubernetes.io/topology-aware-hints is deprecated since 1.27; service.kubernetes.io/topology-mode takes its place',
    ],
    [
      36,
      object('networking.k8s.io/v1', 'Ingress', { 'kubernetes.io/ingress.class': 'nginx' }),
      'The annotation kubernetes.io/ingress.class is deprecated since 1.18; spec.ingressClassName takes its place',
    ],
    [
      36,
      object('v1', 'PersistentVolumeClaim', { 'volume.beta.kubernetes.io/storage-class': 'a' }),
      'The annotation volume.beta.kubernetes.io/storage-class is deprecated since 1.8; spec.storageClassName takes its place',
    ],
    [31, object('v1', 'PersistentVolume', {}, { rbd: {} }), 'rbd is deprecated since 1.28 and does not work since 1.31; a CSI driver takes its place'],
  ] as const)('for 1.%d: %j', (minor, manifest, words) => {
    expect(told(minor, manifest)).toEqual([`deprecated-field: ${words}`]);
  });

  test('not before they are, nor in kinds of others', () => {
    expect(told(23, object('v1', 'Service', {}, { loadBalancerIP: '10.0.0.1' }))).toEqual([]);
    expect(told(36, object('x.test/v1', 'Ingress', { 'kubernetes.io/ingress.class': 'nginx' }))).toEqual([]);
  });
});

describe('--kubernetes-version', () => {
  const minor = (version: string) => lintCommand.request(readArguments(['a.yaml', '--kubernetes-version', version], lintCommand.flags, '')).minor;

  test.each([
    ['1.29', 29],
    ['v1.29.3', 29],
    ['1.30.1+k3s1', 30],
    ['v1.31.2-eks-1a2b3c', 31],
    ['1.27+', 27],
  ])('%s is 1.%d', (version, wanted) => {
    expect(minor(version)).toBe(wanted);
  });

  test.each(['1.99', '1.8', 'foo', '', '29', '2.0', '1.29.x', '1.'])('"%s" is refused with what is known', (version) => {
    expect(() => minor(version)).toThrow(expect.objectContaining({ code: 'usage', hint: 'Versions from 1.9 to 1.36 are known.' }));
  });
});

describe('the history', () => {
  test('ends with the newest version that is known', () => {
    expect(history.newest).toBe(newestMinor);
  });

  test('the stable version of a kind goes before its betas, and what is off is not offered', () => {
    expect(servedVersions('HorizontalPodAutoscaler', 25)).toEqual(['autoscaling/v2', 'autoscaling/v1', 'autoscaling/v2beta2']);
    expect(servedVersions('ResourceClaim', 33)).toEqual([]);
    expect(apiSuccessor('scheduling.k8s.io/v1alpha1', 'PriorityClass', 36)).toBe('scheduling.k8s.io/v1');
    expect(apiLifetime('example.com/v1', 'Deployment')).toBeUndefined();
  });

  test('what is told of fields agrees with when their types had them first', () => {
    const { fields } = history;
    const differing = Object.entries(fields).filter(([name, minor]) => {
      const [type = '', field = ''] = name.split('.');
      const { alpha, on } = fieldHistory(type, field) ?? {};
      return minorOf(alpha ?? on ?? '') !== minor;
    });
    expect(differing).toEqual([]);
    expect(Object.keys(fields).length).toBeGreaterThan(100);
    expect(fieldHistory('HPAScalingRules', 'tolerance')).toEqual({ alpha: undefined, on: '1.33', stable: undefined });
  });

  test('a kind is deprecated before it is removed', () => {
    const disordered = Object.keys(history.kinds).filter((name) => {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const { introduced = 0, deprecated = 0, removed = 0 } = apiLifetime(apiVersion, kind) ?? {};
      return removed > 0 && (introduced >= removed || deprecated >= removed);
    });
    expect(disordered).toEqual([]);
  });
});

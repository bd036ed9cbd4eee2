/** What lint says of each thing that the API server refuses: the rule, the field and the words, one broken field at a time. */
import { expect, test } from 'vitest';
import { lintManifests } from '../../src/manifest/lint.ts';

/** Errors as `rule path: message`. */
function errors(object: object): readonly string[] {
  const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(JSON.stringify(object)), named: true }]);
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, path, message }) => `${rule} ${path}: ${message}`);
}

type Part = Readonly<Record<string, unknown>>;
type Row = readonly [part: Part, ...expected: readonly string[]];

const pod = (spec: Part, metadata: Part = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...metadata },
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});
const container = (part: Part, spec: Part = {}): object => pod({ containers: [{ name: 'web', image: 'web', ...part }], ...spec });
const workload = (kind: string, apiVersion: string, spec: Part, template: Part = {}): object => ({
  apiVersion,
  kind,
  metadata: { name: 'web' },
  spec: {
    ...(kind === 'Job' ? {} : { selector: { matchLabels: { app: 'web' } } }),
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web' }], ...(kind === 'Job' ? { restartPolicy: 'Never' } : {}), ...template },
    },
    ...spec,
  },
});

const title = '$0';

const metadata: readonly Row[] = [
  [{ name: '' }, 'missing-field metadata: metadata.name is missing'],
  [
    { name: 'Web' },
    'invalid-value metadata.name: name "Web" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
  ],
  [{ name: 'a'.repeat(254) }, `invalid-value metadata.name: name "${'a'.repeat(60)}…" is not valid: it may have no more than 253 characters, and has 254`],
  [{ name: '', generateName: 'web-' }],
  [
    { name: '', generateName: 'Web-' },
    'invalid-value metadata.generateName: generateName "Weba" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
  ],
  [
    { namespace: 'a.b' },
    'invalid-value metadata.namespace: namespace "a.b" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
  ],
  [
    { labels: { 'a/b/c': 'x' } },
    'invalid-value metadata.labels["a/b/c"]: The label\'s key "a/b/c" is not valid: it may have one slash, between a domain and a name',
  ],
  [{ labels: { '/b': 'x' } }, 'invalid-value metadata.labels["/b"]: The label\'s key "/b" is not valid: it has before its slash to be a domain in lower case'],
  [{ labels: { 'a/': 'x' } }, 'invalid-value metadata.labels["a/"]: The label\'s key "a/" is not valid: it has to have a name'],
  [
    { labels: { a: '-x' } },
    'invalid-value metadata.labels.a: a "-x" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
  ],
  [{ labels: { a: '' } }],
  [{ annotations: { 'UPPER/a': 'x' } }],
  [
    { annotations: { 'a b': 'x' } },
    'invalid-value metadata.annotations["a b"]: The annotation\'s key "a b" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
  ],
  [{ annotations: { a: 'x'.repeat(270_000) } }, 'invalid-value metadata.annotations: The annotations have 270001 bytes, and may have 262144 in all'],
  [{ finalizers: ['hold'] }, 'invalid-value metadata.finalizers[0]: finalizers "hold" is not valid: it has to have a domain before a slash'],
  [{ finalizers: ['orphan', 'example.test/hold'] }],
  [
    { ownerReferences: [0, 1].map((uid) => ({ apiVersion: 'a/b/c', kind: 'A', name: 'a', uid: `u${uid}`, controller: true })) },
    'conflict metadata.ownerReferences[1].controller: Only one owner can be the controller',
    'invalid-value metadata.ownerReferences[0].apiVersion: "a/b/c" is no apiVersion',
    'invalid-value metadata.ownerReferences[1].apiVersion: "a/b/c" is no apiVersion',
  ],
  [{ ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'a', uid: 'u' }] }, 'invalid-value metadata.ownerReferences[0]: An Event cannot own anything'],
  [
    { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '1.5' } },
    'invalid-value metadata.annotations["controller.kubernetes.io/pod-deletion-cost"]: The deletion cost has to be a whole number of 32 bits',
  ],
  [
    { annotations: { 'kubernetes.io/config.mirror': 'x' } },
    'conflict metadata.annotations["kubernetes.io/config.mirror"]: The annotation of a mirror Pod needs spec.nodeName',
  ],
  [
    { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'mine', 'container.apparmor.security.beta.kubernetes.io/other': 'mine' } },
    'invalid-value metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"]: "mine" is no seccomp profile',
    'unknown-reference metadata.annotations["container.apparmor.security.beta.kubernetes.io/other"]: The Pod has no container other',
    'invalid-value metadata.annotations["container.apparmor.security.beta.kubernetes.io/other"]: "mine" is no AppArmor profile',
  ],
];

test.for(metadata.map(([part, ...expected]) => [JSON.stringify(part).slice(0, 80), part, expected] as const))(`metadata ${title}`, ([, part, expected]) => {
  expect(errors(pod({}, part)).toSorted()).toEqual(expected.toSorted());
});

const containers: readonly Row[] = [
  [{ image: '' }, 'missing-field spec.containers[0]: image is missing in the container web'],
  [{ image: ' web' }, 'invalid-value spec.containers[0].image: image has blanks around it'],
  [
    { name: 'a_b' },
    'invalid-value spec.containers[0].name: name "a_b" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
  ],
  [{ imagePullPolicy: 'always' }, 'invalid-value spec.containers[0].imagePullPolicy: imagePullPolicy is Always, IfNotPresent or Never, not "always"'],
  [
    { terminationMessagePolicy: 'Log' },
    'invalid-value spec.containers[0].terminationMessagePolicy: terminationMessagePolicy is File or FallbackToLogsOnError, not "Log"',
  ],
  [{ ports: [{ containerPort: 0 }] }, 'invalid-value spec.containers[0].ports[0].containerPort: containerPort has to be from 1 to 65535, and is 0'],
  [{ ports: [{ containerPort: 1, hostPort: 70_000 }] }, 'invalid-value spec.containers[0].ports[0].hostPort: hostPort has to be from 1 to 65535, and is 70000'],
  [{ ports: [{ containerPort: 1, protocol: 'tcp' }] }, 'invalid-value spec.containers[0].ports[0].protocol: protocol is TCP, UDP or SCTP, not "tcp"'],
  [
    { ports: [{ containerPort: 1, name: 'a'.repeat(16) }] },
    `invalid-value spec.containers[0].ports[0].name: name "${'a'.repeat(16)}" is not valid: it may have no more than 15 characters`,
  ],
  [{ ports: [{ containerPort: 1, name: '8080' }] }, 'invalid-value spec.containers[0].ports[0].name: name "8080" is not valid: it has to have a letter'],
  [
    { ports: [{ containerPort: 1, name: 'a--b' }] },
    'invalid-value spec.containers[0].ports[0].name: name "a--b" is not valid: it may not begin or end with a dash, nor have two in a row',
  ],
  [
    { ports: [{ containerPort: 1, name: 'A' }] },
    'invalid-value spec.containers[0].ports[0].name: name "A" is not valid: it may have lower case letters, digits and dashes',
  ],
  [
    {
      ports: [
        { containerPort: 1, name: 'a' },
        { containerPort: 2, name: 'a' },
      ],
    },
    'duplicate-name spec.containers[0].ports[1].name: There are two ports a in this container',
  ],
  [{ env: [{ name: 'A=B' }] }, 'invalid-value spec.containers[0].env[0].name: name "A=B" is not valid: it may have printable ASCII characters except ='],
  [{ env: [{ name: 'A', valueFrom: {} }] }, 'missing-field spec.containers[0].env[0].valueFrom: valueFrom says not where from'],
  [
    { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    'conflict spec.containers[0].env[0].valueFrom: A variable has a value or a valueFrom, not both',
  ],
  [
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nodeNam' }, secretKeyRef: { name: 'a', key: 'b' } } }] },
    'conflict spec.containers[0].env[0].valueFrom.secretKeyRef: secretKeyRef cannot stand beside fieldRef',
    'invalid-value spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: fieldPath is metadata.name, metadata.namespace, metadata.uid, spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP or status.podIPs, not "spec.nodeNam"',
  ],
  [{ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.host' } } }] }],
  [
    { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: "metadata.labels['a b']" } } }] },
    'invalid-value spec.containers[0].env[0].valueFrom.fieldRef.apiVersion: apiVersion is v1, not "v2"',
    'invalid-value spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: The key "a b" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
  ],
  [
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } } }] },
    'invalid-value spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: divisor is 1 or 1m, not "1Mi"',
  ],
  [
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '3' } } }] },
    'invalid-value spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: divisor is a unit such as 1, 1k or 1Mi, not "3"',
  ],
  [
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'cpu' } } }] },
    'invalid-value spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: resource is limits.cpu, requests.cpu, limits.memory, requests.memory, limits.ephemeral-storage or requests.ephemeral-storage, not "cpu"',
  ],
  [
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { key: '..' } } }] },
    'missing-field spec.containers[0].env[0].valueFrom.configMapKeyRef: name is missing',
    'invalid-value spec.containers[0].env[0].valueFrom.configMapKeyRef.key: key ".." is not valid: it may not be . or begin with ..',
  ],
  [
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'A', key: 'a b' } } }] },
    'invalid-value spec.containers[0].env[0].valueFrom.secretKeyRef.name: name "A" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
    'invalid-value spec.containers[0].env[0].valueFrom.secretKeyRef.key: key "a b" is not valid: it may have letters, digits, dashes, underscores and points',
  ],
  [
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'none', path: '../a', key: 'A=' } } }] },
    'invalid-value spec.containers[0].env[0].valueFrom.fileKeyRef.key: key "A=" is not valid: it may have printable ASCII characters except =',
    'invalid-value spec.containers[0].env[0].valueFrom.fileKeyRef.path: path may not have ".." in it',
    'unknown-volume spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: The Pod has no volume none',
  ],
  [
    { envFrom: [{ prefix: 'é' }] },
    'invalid-value spec.containers[0].envFrom[0].prefix: prefix "é" is not valid: it may have printable ASCII characters except =',
    'missing-field spec.containers[0].envFrom[0]: One of configMapRef and secretRef is missing',
  ],
  [
    { envFrom: [{ configMapRef: { name: 'a' }, secretRef: {} }] },
    'conflict spec.containers[0].envFrom[0].secretRef: secretRef cannot stand beside configMapRef: make it an item of its own',
    'missing-field spec.containers[0].envFrom[0].secretRef: name is missing',
  ],
  [{ resources: { limits: { cpu: '-1' } } }, 'invalid-value spec.containers[0].resources.limits.cpu: cpu has to be 0 or more, and is -1'],
  [
    { resources: { limits: { storage: '1' } } },
    'invalid-value spec.containers[0].resources.limits.storage: storage is no resource of a container: those without a domain are cpu, memory, ephemeral-storage and hugepages-SIZE',
  ],
  [
    { resources: { limits: { 'a b': '1' } } },
    'invalid-value spec.containers[0].resources.limits["a b"]: a b is no resource of a container: its name may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
  ],
  [
    { resources: { limits: { 'requests.example.test/a': '1' } } },
    'invalid-value spec.containers[0].resources.limits["requests.example.test/a"]: requests.example.test/a is no resource of a container: the name does not follow that of extended resources',
  ],
  [
    { resources: { limits: { 'example.test/gpu': '0.5' } } },
    'invalid-value spec.containers[0].resources.limits["example.test/gpu"]: example.test/gpu is counted in whole numbers, and this is 0.5',
  ],
  [
    { resources: { requests: { 'example.test/gpu': '1' } } },
    'missing-field spec.containers[0].resources.requests["example.test/gpu"]: A limit for example.test/gpu is missing: of this resource it has to be equal to the request',
  ],
  [
    { resources: { requests: { 'example.test/gpu': '1' }, limits: { 'example.test/gpu': '2' } } },
    'request-above-limit spec.containers[0].resources.requests["example.test/gpu"]: The request for example.test/gpu, 1, has to be equal to its limit of 2',
  ],
  [
    { resources: { requests: { cpu: '1100m' }, limits: { cpu: '1' } } },
    'request-above-limit spec.containers[0].resources.requests.cpu: The request for cpu, 1100m, is above its limit of 1',
  ],
  [{ resources: { requests: { cpu: '0.1' }, limits: { cpu: '100m' } } }],
  [
    { resources: { limits: { 'hugepages-2Mi': '3Mi' } } },
    'conflict spec.containers[0].resources: Huge pages need cpu or memory beside them',
    'invalid-value spec.containers[0].resources.limits.hugepages-2Mi: 3Mi is no multiple of the page in hugepages-2Mi',
  ],
  [
    { resizePolicy: [{ resourceName: 'disk', restartPolicy: 'Never' }] },
    'invalid-value spec.containers[0].resizePolicy[0].resourceName: resourceName is cpu or memory, not "disk"',
    'invalid-value spec.containers[0].resizePolicy[0].restartPolicy: restartPolicy is NotRequired or RestartContainer, not "Never"',
  ],
  [
    { resizePolicy: ['NotRequired', 'RestartContainer'].map((restartPolicy) => ({ resourceName: 'cpu', restartPolicy })) },
    'duplicate-name spec.containers[0].resizePolicy[1]: There are two policies for cpu',
  ],
  [
    { restartPolicyRules: [{}] },
    'missing-field spec.containers[0]: restartPolicy is missing: restartPolicyRules need it',
    'missing-field spec.containers[0].restartPolicyRules[0]: action is missing',
    'missing-field spec.containers[0].restartPolicyRules[0]: exitCodes is missing',
  ],
  [
    { restartPolicy: '', restartPolicyRules: Array.from({ length: 21 }, () => ({ action: 'Restart', exitCodes: { operator: 'In', values: [1] } })) },
    'invalid-value spec.containers[0].restartPolicy: restartPolicy is empty; it is one of Always, Never, OnFailure',
    'invalid-value spec.containers[0].restartPolicyRules: There may be 20 restartPolicyRules',
  ],
  [
    {
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Stop', exitCodes: { operator: 'Is', values: Array.from({ length: 256 }, (_, value) => value) } }],
    },
    'invalid-value spec.containers[0].restartPolicyRules[0].action: action is Restart or RestartAllContainers, not "Stop"',
    'invalid-value spec.containers[0].restartPolicyRules[0].exitCodes.operator: operator is In or NotIn, not "Is"',
    'invalid-value spec.containers[0].restartPolicyRules[0].exitCodes.values: There may be 255 values',
  ],
  [{ livenessProbe: {} }, 'missing-field spec.containers[0].livenessProbe: One of exec, httpGet, tcpSocket, grpc is missing'],
  [
    { livenessProbe: { exec: {}, grpc: { port: 0 }, periodSeconds: -1, successThreshold: 2 } },
    'conflict spec.containers[0].livenessProbe.grpc: grpc cannot stand beside exec: there is one way to probe or act',
    'missing-field spec.containers[0].livenessProbe.exec: command is missing',
    'invalid-value spec.containers[0].livenessProbe.periodSeconds: periodSeconds has to be at least 0, and is -1',
    'invalid-value spec.containers[0].livenessProbe.successThreshold: successThreshold of a livenessProbe has to be 1',
  ],
  [{ livenessProbe: { grpc: { port: 0 } } }, 'invalid-value spec.containers[0].livenessProbe.grpc.port: port has to be from 1 to 65535, and is 0'],
  [
    { startupProbe: { tcpSocket: { port: '80' } } },
    'invalid-value spec.containers[0].startupProbe.tcpSocket.port: "80" in quotes is the name of a port, and names have a letter',
  ],
  [
    { readinessProbe: { httpGet: { port: 'a_b', scheme: 'http', httpHeaders: [{ name: 'a b', value: '' }] }, terminationGracePeriodSeconds: 0 } },
    'invalid-value spec.containers[0].readinessProbe.httpGet.port: port "a_b" is not valid: it may have lower case letters, digits and dashes',
    'invalid-value spec.containers[0].readinessProbe.httpGet.scheme: scheme is HTTP or HTTPS, not "http"',
    'invalid-value spec.containers[0].readinessProbe.httpGet.httpHeaders[0].name: name "a b" is not valid: it may have letters, digits and dashes',
    'invalid-value spec.containers[0].readinessProbe.terminationGracePeriodSeconds: terminationGracePeriodSeconds has to be at least 1, and is 0',
    'conflict spec.containers[0].readinessProbe.terminationGracePeriodSeconds: A readinessProbe has no terminationGracePeriodSeconds: it ends nothing',
  ],
  [
    { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
    "invalid-value spec.containers[0].lifecycle.preStop.sleep.seconds: sleep has to be from 0 to the Pod's 30 seconds of grace, and is 31",
  ],
  [
    { lifecycle: { postStart: { sleep: { seconds: -1 } } } },
    "invalid-value spec.containers[0].lifecycle.postStart.sleep.seconds: sleep has to be from 0 to the Pod's 30 seconds of grace, and is -1",
  ],
  [{ lifecycle: { preStop: { sleep: {} } } }],
  [
    {
      securityContext: {
        runAsUser: -1,
        runAsGroup: 2 ** 31,
        procMount: 'None',
        privileged: true,
        allowPrivilegeEscalation: false,
        capabilities: { add: ['CAP_SYS_ADMIN'] },
      },
    },
    'invalid-value spec.containers[0].securityContext.runAsUser: runAsUser has to be from 0 to 2147483647, and is -1',
    'invalid-value spec.containers[0].securityContext.runAsGroup: runAsGroup has to be from 0 to 2147483647, and is 2147483648',
    'invalid-value spec.containers[0].securityContext.procMount: procMount is Default or Unmasked, not "None"',
    'conflict spec.containers[0].securityContext.allowPrivilegeEscalation: allowPrivilegeEscalation cannot be false where privileged is true',
    'conflict spec.containers[0].securityContext.capabilities.add[0]: CAP_SYS_ADMIN cannot be added where allowPrivilegeEscalation is false',
  ],
  [
    { securityContext: { procMount: 'Unmasked' } },
    'conflict spec.containers[0].securityContext.procMount: procMount Unmasked needs hostUsers: false in the Pod',
  ],
  [
    { securityContext: { seccompProfile: { type: 'Localhost' }, appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'a' } } },
    'missing-field spec.containers[0].securityContext.seccompProfile: localhostProfile is missing: the type is Localhost',
    'conflict spec.containers[0].securityContext.appArmorProfile.localhostProfile: localhostProfile goes with the type Localhost only',
  ],
  [
    { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: '/a' }, appArmorProfile: { type: 'Localhost', localhostProfile: ' a' } } },
    'invalid-value spec.containers[0].securityContext.seccompProfile.localhostProfile: localhostProfile "/a" is not valid: it has to be a relative path',
    'invalid-value spec.containers[0].securityContext.appArmorProfile.localhostProfile: localhostProfile has blanks around it',
  ],
  [
    { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: ' ' } } },
    'missing-field spec.containers[0].securityContext.appArmorProfile.localhostProfile: localhostProfile is empty',
  ],
  [
    { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'a'.repeat(4096) } } },
    'invalid-value spec.containers[0].securityContext.appArmorProfile.localhostProfile: localhostProfile may have 4095 characters',
  ],
  ...(['a\\b\\c', '', 'b\\', ':bad\\user', 'ends?', `x\\${'u'.repeat(105)}`, '..'] as const).map((runAsUserName): Row => {
    const wrong =
      { 'a\\b\\c': 'has to be USER or DOMAIN\\USER', '': 'has to be USER or DOMAIN\\USER', ':bad\\user': 'has no valid domain' }[runAsUserName as string] ??
      'has no valid user';
    const shown = runAsUserName.length > 60 ? `${runAsUserName.slice(0, 60)}…` : runAsUserName;
    return [
      { securityContext: { windowsOptions: { runAsUserName } } },
      `invalid-value spec.containers[0].securityContext.windowsOptions.runAsUserName: runAsUserName "${shown}" is not valid: it ${wrong}`,
    ];
  }),
  [{ securityContext: { windowsOptions: { runAsUserName: 'some.example.domain.test\\user' } } }],
  [
    { securityContext: { windowsOptions: { gmsaCredentialSpec: '', gmsaCredentialSpecName: '_' } } },
    'invalid-value spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec: gmsaCredentialSpec has to have up to 64 KiB, and not to be empty',
    'invalid-value spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpecName: gmsaCredentialSpecName "_" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
  ],
];

test.for(containers.map(([part, ...expected]) => [JSON.stringify(part).slice(0, 80), part, expected] as const))(`container ${title}`, ([, part, expected]) => {
  expect(errors(container(part)).toSorted()).toEqual(expected.toSorted());
});

const withVolume = (volume: Part): Part => ({ volumes: [{ name: 'v', ...volume }] });

const specs: readonly Row[] = [
  [{ containers: [] }, 'missing-field spec.containers: containers is empty'],
  [{ restartPolicy: 'always' }, 'invalid-value spec.restartPolicy: restartPolicy is Always, OnFailure or Never, not "always"'],
  [{ dnsPolicy: 'None' }, 'missing-field spec: dnsConfig.nameservers is missing: dnsPolicy None needs it'],
  [
    { dnsConfig: { nameservers: ['a', '1.1.1.01', '::ffff:1.2.3.4', '192.0.2.1'], searches: ['A', '.', 'a_b.test.'], options: [{}] } },
    'invalid-value spec.dnsConfig.nameservers: There may be 3 nameservers',
    'invalid-value spec.dnsConfig.nameservers[0]: nameservers "a" is not valid: it has to be an IP address',
    'invalid-value spec.dnsConfig.nameservers[1]: nameservers "1.1.1.01" is not valid: it has to be an IP address',
    'invalid-value spec.dnsConfig.nameservers[2]: nameservers "::ffff:1.2.3.4" is not valid: it has to be an IP address',
    'invalid-value spec.dnsConfig.searches[0]: searches "A" is not valid: it has to be a domain in lower case',
    'missing-field spec.dnsConfig.options[0]: name is missing',
  ],
  [
    { dnsConfig: { searches: Array.from({ length: 33 }, () => 'a') } },
    'invalid-value spec.dnsConfig.searches: There may be 32 searches with 2048 characters in all',
  ],
  [
    { hostAliases: [{ ip: 'x', hostnames: ['A'] }] },
    'invalid-value spec.hostAliases[0].ip: ip "x" is not valid: it has to be an IP address',
    'invalid-value spec.hostAliases[0].hostnames[0]: hostnames "A" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
  ],
  [
    { hostnameOverride: 'a'.repeat(65), hostNetwork: true },
    `invalid-value spec.hostnameOverride: hostnameOverride "${'a'.repeat(60)}…" is not valid: it may have no more than 64 characters`,
    'conflict spec.hostnameOverride: hostnameOverride cannot stand beside hostNetwork',
  ],
  [{ hostnameOverride: 'a', setHostnameAsFQDN: true }, 'conflict spec.hostnameOverride: hostnameOverride cannot stand beside setHostnameAsFQDN'],
  [
    { hostNetwork: true, containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 1, hostPort: 2 }, { containerPort: 3 }] }] },
    'conflict spec.containers[0].ports[0].hostPort: With hostNetwork the hostPort has to be the containerPort, 1',
  ],
  [
    { hostname: 'a.b', subdomain: 'A' },
    'invalid-value spec.hostname: hostname "a.b" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
    'invalid-value spec.subdomain: subdomain "A" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
  ],
  [{ activeDeadlineSeconds: 0 }, 'invalid-value spec.activeDeadlineSeconds: activeDeadlineSeconds has to be from 1 to 2147483647, and is 0'],
  [{ preemptionPolicy: '' }, 'invalid-value spec.preemptionPolicy: preemptionPolicy is empty; it is one of PreemptLowerPriority, Never'],
  [
    { runtimeClassName: '' },
    'invalid-value spec.runtimeClassName: runtimeClassName "" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
  ],
  [
    { readinessGates: [{ conditionType: 'a b' }] },
    'invalid-value spec.readinessGates[0].conditionType: conditionType "a b" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
  ],
  [
    { schedulingGates: [{ name: 'a' }, { name: 'a' }], nodeName: 'n' },
    'duplicate-name spec.schedulingGates[1].name: There are two gates a',
    'conflict spec.nodeName: nodeName cannot be set while there are schedulingGates',
  ],
  [{ ephemeralContainers: [{ name: 'd', image: 'd' }] }, 'conflict spec.ephemeralContainers: Ephemeral containers are added to a Pod that runs'],
  [
    { resourceClaims: [{ name: 'a' }, { name: 'a', resourceClaimName: 'x' }] },
    'conflict spec.resourceClaims[0]: A claim has either a resourceClaimName or a resourceClaimTemplateName',
    'duplicate-name spec.resourceClaims[1].name: There are two claims a',
  ],
  [
    { resources: { claims: [{ name: 'a' }], limits: { 'ephemeral-storage': '1' } } },
    'conflict spec.resources.claims: A Pod as a whole makes no claims',
    'invalid-value spec.resources.limits.ephemeral-storage: ephemeral-storage is no resource of a Pod: a Pod as a whole has cpu, memory and huge pages',
    'unknown-reference spec.resources.claims[0].name: The Pod has no resource claim a',
  ],
  [
    {
      resources: { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1', memory: '1Gi' } },
      initContainers: [
        { name: 'side', image: 'a', restartPolicy: 'Always', resources: { requests: { cpu: '300m' } } },
        { name: 'init', image: 'a', resources: { requests: { cpu: '900m' } } },
      ],
      containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '2', memory: '1' } } }],
    },
    "conflict spec.resources.requests.cpu: The containers together request more cpu than the Pod's 1",
    "conflict spec.containers[0].resources.limits.cpu: The limit of 2 is above the Pod's own limit of 1 for cpu",
  ],
  [
    { os: { name: 'windows' }, resources: {}, hostPID: true, hostUsers: true, securityContext: { runAsUser: 1 } },
    'conflict spec.resources: A Pod for Windows cannot have resources as a whole',
    'conflict spec.securityContext.runAsUser: runAsUser cannot be set for a Pod of windows',
    'conflict spec.hostPID: hostPID cannot be set for a Pod of windows',
    'conflict spec.hostUsers: hostUsers cannot be set for a Pod of windows',
  ],
  [
    { os: { name: 'linux' }, securityContext: { windowsOptions: {} } },
    'conflict spec.securityContext.windowsOptions: windowsOptions cannot be set for a Pod of linux',
  ],
  [{ os: { name: 'plan9' } }, 'invalid-value spec.os.name: name is linux or windows, not "plan9"'],
  [{ shareProcessNamespace: true, hostPID: true }, 'conflict spec.shareProcessNamespace: shareProcessNamespace cannot stand beside hostPID'],
  [
    {
      hostUsers: false,
      hostIPC: true,
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }],
      containers: [{ name: 'a', image: 'a', volumeDevices: [{ name: 'v', devicePath: '/d' }] }],
    },
    'conflict spec.hostIPC: hostIPC cannot be true where hostUsers is false',
    'conflict spec.containers[0].volumeDevices: volumeDevices cannot be used where hostUsers is false',
  ],
  [
    {
      securityContext: { windowsOptions: { hostProcess: true } },
      containers: [
        { name: 'a', image: 'a', securityContext: { windowsOptions: { hostProcess: false } } },
        { name: 'b', image: 'b' },
      ],
    },
    'conflict spec.containers[0].securityContext.windowsOptions.hostProcess: hostProcess has to be true, as it is for the Pod',
    'conflict spec: Where one container is a hostProcess all have to be',
    'conflict spec: hostProcess needs hostNetwork: true',
  ],
  [
    {
      hostNetwork: true,
      hostIPC: true,
      securityContext: {
        sysctls: [
          { name: 'net.a', value: '1' },
          { name: 'kernel/sem', value: '1' },
          { name: 'A', value: '' },
          { name: 'net.a', value: '' },
        ],
      },
    },
    'conflict spec.securityContext.sysctls[0].name: net.a cannot be set with hostNetwork',
    'conflict spec.securityContext.sysctls[1].name: kernel/sem cannot be set with hostIPC',
    'invalid-value spec.securityContext.sysctls[2].name: name "A" is not valid: it may have lower case letters, digits, dashes and underscores, in parts that points or slashes separate',
    'duplicate-name spec.securityContext.sysctls[3].name: The sysctl net.a is there twice',
    'conflict spec.securityContext.sysctls[3].name: net.a cannot be set with hostNetwork',
  ],
  [
    { securityContext: { supplementalGroups: [-1], fsGroupChangePolicy: '', seLinuxChangePolicy: 'MountOption' } },
    'invalid-value spec.securityContext.supplementalGroups[0]: supplementalGroups has to be from 0 to 2147483647, and is -1',
    'invalid-value spec.securityContext.fsGroupChangePolicy: fsGroupChangePolicy is empty; it is one of OnRootMismatch, Always',
    'invalid-value spec.securityContext.seLinuxChangePolicy: seLinuxChangePolicy is Recursive, not "MountOption"',
  ],
  [
    {
      tolerations: [
        { effect: 'NoSchedul', tolerationSeconds: 1 },
        { key: 'a', operator: 'Exists', value: 'b' },
        { key: 'a', operator: 'Is' },
      ],
    },
    'conflict spec.tolerations[0]: A toleration without a key takes every taint, and its operator has to be Exists',
    'conflict spec.tolerations[0].tolerationSeconds: tolerationSeconds goes with the effect NoExecute only',
    'invalid-value spec.tolerations[0].effect: effect is NoSchedule, PreferNoSchedule or NoExecute, not "NoSchedul"',
    'conflict spec.tolerations[1].value: The operator Exists takes no value',
    'invalid-value spec.tolerations[2].operator: operator is Equal or Exists, not "Is"',
  ],
  [
    {
      topologySpreadConstraints: [0, 1].map(() => ({
        maxSkew: 0,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        minDomains: 1,
        matchLabelKeys: ['a'],
        nodeTaintsPolicy: 'Obey',
      })),
    },
    ...[0, 1].flatMap((index) => [
      `invalid-value spec.topologySpreadConstraints[${index}].maxSkew: maxSkew has to be at least 1, and is 0`,
      `conflict spec.topologySpreadConstraints[${index}].minDomains: minDomains goes with whenUnsatisfiable: DoNotSchedule only`,
      `conflict spec.topologySpreadConstraints[${index}].matchLabelKeys: matchLabelKeys needs a labelSelector`,
      `invalid-value spec.topologySpreadConstraints[${index}].nodeTaintsPolicy: nodeTaintsPolicy is Honor or Ignore, not "Obey"`,
    ]),
    'duplicate-name spec.topologySpreadConstraints[1]: There is a constraint for zone and ScheduleAnyway already',
  ],
  [
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'Gt', values: [] },
                  { key: 'a', operator: 'Like', values: ['-'] },
                ],
                matchFields: [
                  { key: 'name', operator: 'In', values: ['A'] },
                  { key: 'metadata.name', operator: 'Exists' },
                  { key: 'metadata.name', operator: 'In' },
                ],
              },
            ],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, preference: { matchExpressions: [{ key: 'a', operator: 'In', values: ['-'] }] } }],
        },
        podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: 'a b', namespaces: ['A'] } }] },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: 'zone',
              labelSelector: {
                matchLabels: { a: 'b' },
                matchExpressions: [
                  { key: 'a', operator: 'In' },
                  { key: 'b', operator: 'Exists', values: ['x'] },
                ],
              },
              matchLabelKeys: ['a', 'b c'],
              mismatchLabelKeys: ['a'],
            },
          ],
        },
      },
    },
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: The operator Gt takes exactly one value',
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].operator: operator is one of In, NotIn, Exists, DoesNotExist, Gt, Lt, not "Like"',
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values[0]: values "-" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: The one field that nodes are chosen by is metadata.name, not "name"',
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]: values "A" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[1].operator: operator is In or NotIn for fields, not "Exists"',
    'invalid-value spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[2]: matchFields takes exactly one value',
    'invalid-value spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: weight has to be from 1 to 100, and is 101',
    'invalid-value spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: weight has to be from 1 to 100, and is 0',
    'invalid-value spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: topologyKey "a b" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
    'invalid-value spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.namespaces[0]: namespaces "A" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
    'missing-field spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchExpressions[0]: values is missing: the operator In needs them',
    'conflict spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchExpressions[1].values: The operator Exists takes no values',
    'conflict spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: a is in the labelSelector too',
    'invalid-value spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[1]: matchLabelKeys "b c" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
    'conflict spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: a is in mismatchLabelKeys too',
  ],
  [
    {
      initContainers: [
        { name: 'web', image: 'a', livenessProbe: { exec: { command: ['a'] } }, resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
      ],
    },
    'duplicate-name spec.initContainers[0].name: There are two containers web',
    'init-container-field spec.initContainers[0].livenessProbe: An init container that ends has no livenessProbe',
    'conflict spec.initContainers[0].resizePolicy[0].restartPolicy: An init container that ends is not restarted to resize it',
  ],
  [
    { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }] },
    "conflict spec.containers[0].resizePolicy[0].restartPolicy: RestartContainer cannot be where the Pod's restartPolicy is Never",
  ],
  [
    {
      volumes: [
        { name: 'e', emptyDir: {} },
        { name: 'c', persistentVolumeClaim: { claimName: 'c' } },
      ],
      containers: [
        {
          name: 'a',
          image: 'a',
          volumeMounts: [
            { name: 'c', mountPath: '/d', subPath: '/a', subPathExpr: '../b', mountPropagation: 'Bidirectional', recursiveReadOnly: 'Enabled' },
            { name: 'none', mountPath: '/d', mountPropagation: 'Up', recursiveReadOnly: 'Yes' },
          ],
          volumeDevices: [
            { name: 'c', devicePath: '/d' },
            { name: 'e', devicePath: '../x' },
            { name: 'c', devicePath: '/d' },
            { name: 'none', devicePath: '/n' },
          ],
        },
      ],
    },
    'conflict spec.containers[0].volumeMounts[0].name: The volume c is used as a device too',
    'conflict spec.containers[0].volumeMounts[0].mountPath: A device is at /d too',
    'invalid-value spec.containers[0].volumeMounts[0].subPath: subPath "/a" is not valid: it has to be a relative path',
    'invalid-value spec.containers[0].volumeMounts[0].subPathExpr: subPathExpr "../b" is not valid: it may not have ".." in it',
    'conflict spec.containers[0].volumeMounts[0].subPathExpr: subPathExpr cannot stand beside subPath',
    'conflict spec.containers[0].volumeMounts[0].mountPropagation: Bidirectional is for privileged containers only',
    'conflict spec.containers[0].volumeMounts[0].recursiveReadOnly: recursiveReadOnly needs readOnly: true',
    'conflict spec.containers[0].volumeMounts[0].recursiveReadOnly: recursiveReadOnly goes with mountPropagation None only',
    'unknown-volume spec.containers[0].volumeMounts[1].name: The Pod has no volume none',
    'duplicate-mount-path spec.containers[0].volumeMounts[1].mountPath: Two volumes are mounted at /d',
    'conflict spec.containers[0].volumeMounts[1].name: The volume none is used as a device too',
    'conflict spec.containers[0].volumeMounts[1].mountPath: A device is at /d too',
    'invalid-value spec.containers[0].volumeMounts[1].mountPropagation: mountPropagation is None, HostToContainer or Bidirectional, not "Up"',
    'invalid-value spec.containers[0].volumeMounts[1].recursiveReadOnly: recursiveReadOnly is Disabled, IfPossible or Enabled, not "Yes"',
    'conflict spec.containers[0].volumeDevices[1].name: The volume e is no claim: only those can be devices',
    'invalid-value spec.containers[0].volumeDevices[1].devicePath: devicePath may not have ".." in it',
    'duplicate-name spec.containers[0].volumeDevices[2].name: The volume c is a device twice',
    'duplicate-mount-path spec.containers[0].volumeDevices[2].devicePath: Two devices are at /d',
    'unknown-volume spec.containers[0].volumeDevices[3].name: The Pod has no volume none',
  ],
];

test.for(specs.map(([part, ...expected]) => [JSON.stringify(part).slice(0, 80), part, expected] as const))(`spec ${title}`, ([, part, expected]) => {
  expect(errors(pod(part)).toSorted()).toEqual(expected.toSorted());
});

const volumes: readonly Row[] = [
  [{}],
  [{ emptyDir: { sizeLimit: '-1' } }, 'invalid-value spec.volumes[0].emptyDir.sizeLimit: sizeLimit cannot be negative'],
  [{ emptyDir: {}, secret: {} }, 'conflict spec.volumes[0].secret: A volume is one thing: secret cannot stand beside emptyDir'],
  [
    { hostPath: { path: '/a/../b', type: 'Folder' } },
    'invalid-value spec.volumes[0].hostPath.path: path "/a/../b" may not have ".." in it',
    'invalid-value spec.volumes[0].hostPath.type: type is DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice or BlockDevice, not "Folder"',
  ],
  [
    { configMap: { defaultMode: 644, items: [{ key: 'a', path: '..a', mode: -1 }] } },
    'missing-field spec.volumes[0].configMap: name is missing: which ConfigMap?',
    'invalid-value spec.volumes[0].configMap.defaultMode: defaultMode is up to 0777, and 644 is 01204',
    'invalid-value spec.volumes[0].configMap.items[0].path: path "..a" is not valid: it may not begin with ".."',
    'invalid-value spec.volumes[0].configMap.items[0].mode: mode is up to 0777, and -1 is 0-1',
  ],
  [{ secret: {} }, 'missing-field spec.volumes[0].secret: secretName is missing'],
  [
    {
      downwardAPI: {
        items: [
          { path: '/a' },
          { path: 'b', fieldRef: { fieldPath: 'spec.nodeName' }, resourceFieldRef: { resource: 'limits.cpu' } },
          { path: 'c', resourceFieldRef: { resource: 'limits.cpu' } },
        ],
      },
    },
    'invalid-value spec.volumes[0].downwardAPI.items[0].path: path "/a" is not valid: it has to be a relative path',
    'missing-field spec.volumes[0].downwardAPI.items[0]: One of fieldRef and resourceFieldRef is missing',
    'invalid-value spec.volumes[0].downwardAPI.items[1].fieldRef.fieldPath: fieldPath is metadata.name, metadata.namespace, metadata.labels, metadata.annotations or metadata.uid, not "spec.nodeName"',
    'conflict spec.volumes[0].downwardAPI.items[1].resourceFieldRef: resourceFieldRef cannot stand beside fieldRef',
    'missing-field spec.volumes[0].downwardAPI.items[2].resourceFieldRef: containerName is missing',
  ],
  [
    {
      projected: {
        defaultMode: 512,
        sources: [
          { secret: { items: [{ key: 'a', path: 'a' }] }, configMap: { name: 'c', items: [{ key: 'a', path: 'a' }] } },
          { serviceAccountToken: { path: '../t', expirationSeconds: 1 } },
          { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.uid' } }] } },
        ],
      },
    },
    'invalid-value spec.volumes[0].projected.defaultMode: defaultMode is up to 0777, and 512 is 01000',
    'conflict spec.volumes[0].projected.sources[0].configMap: A source is one thing: configMap cannot stand beside secret',
    'missing-field spec.volumes[0].projected.sources[0].secret: name is missing',
    'duplicate-name spec.volumes[0].projected.sources[0].configMap.items[0].path: Two sources write a',
    'invalid-value spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: expirationSeconds has to be from 600 to 4294967296, and is 1',
    'invalid-value spec.volumes[0].projected.sources[1].serviceAccountToken.path: path "../t" is not valid: it may not have ".." in it',
    'duplicate-name spec.volumes[0].projected.sources[2].downwardAPI.items[0].path: Two sources write a',
  ],
  [{ ephemeral: {} }, 'missing-field spec.volumes[0].ephemeral: volumeClaimTemplate is missing'],
  [
    {
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { name: 'a' },
          spec: {
            accessModes: ['RWO', ''],
            volumeMode: 'Disk',
            storageClassName: 'A',
            dataSource: { kind: 'X', name: 'x' },
            dataSourceRef: { apiGroup: 'A', kind: 'Y', name: 'x', namespace: 'A' },
          },
        },
      },
    },
    'conflict spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: name cannot be set here: only labels and annotations can',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes[0]: accessModes is ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod, not "RWO"',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes[1]: accessModes is empty; it is one of ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod',
    'missing-field spec.volumes[0].ephemeral.volumeClaimTemplate.spec: resources.requests.storage is missing',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.storageClassName: storageClassName "A" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.volumeMode: volumeMode is Filesystem or Block, not "Disk"',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.dataSource: Without an apiGroup the kind has to be PersistentVolumeClaim',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.dataSourceRef.apiGroup: apiGroup "A" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.dataSourceRef.namespace: namespace "A" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
    'conflict spec.volumes[0].ephemeral.volumeClaimTemplate.spec.dataSource: dataSource has to be the same as dataSourceRef',
  ],
  [
    { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'], resources: { requests: { storage: '0' } } } } } },
    'conflict spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: ReadWriteOncePod cannot stand beside other access modes',
    'invalid-value spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests.storage: storage has to be more than 0',
  ],
  [
    { csi: { driver: 'a'.repeat(64), nodePublishSecretRef: {} } },
    `invalid-value spec.volumes[0].csi.driver: driver "${'a'.repeat(60)}…" is not valid: it may have no more than 63 characters`,
    'missing-field spec.volumes[0].csi.nodePublishSecretRef: name is missing',
  ],
  [{ nfs: { server: 's', path: 'a' } }, 'invalid-value spec.volumes[0].nfs.path: path has to be absolute'],
  [
    { gitRepo: { repository: 'r', directory: '/a' } },
    'invalid-value spec.volumes[0].gitRepo.directory: directory "/a" is not valid: it has to be a relative path',
  ],
  [
    { image: { pullPolicy: 'Often' } },
    'missing-field spec.volumes[0].image: reference is missing',
    'invalid-value spec.volumes[0].image.pullPolicy: pullPolicy is Always, IfNotPresent or Never, not "Often"',
  ],
  [
    { awsElasticBlockStore: { volumeID: 'v', partition: 256 } },
    'invalid-value spec.volumes[0].awsElasticBlockStore.partition: partition has to be from 0 to 255, and is 256',
  ],
  [
    { iscsi: { targetPortal: 'p'.repeat(70), iqn: 'x', lun: 256, chapAuthDiscovery: true, initiatorName: 'eui.0123456789abcdef' } },
    'invalid-value spec.volumes[0].iscsi.lun: lun has to be from 0 to 255, and is 256',
    'invalid-value spec.volumes[0].iscsi.iqn: iqn "x" is not valid: it has to be an iqn, eui or naa name',
    'missing-field spec.volumes[0].iscsi: secretRef is missing: CHAP needs it',
    'invalid-value spec.volumes[0].iscsi: The names of volume and targetPortal are too long for an initiatorName',
  ],
  [{ fc: {} }, 'conflict spec.volumes[0].fc: fc needs either targetWWNs or wwids'],
  [{ fc: { targetWWNs: ['a'] } }, 'missing-field spec.volumes[0].fc: lun is missing: targetWWNs needs it'],
  [
    { flocker: { datasetName: 'a/b', datasetUUID: 'u' } },
    'conflict spec.volumes[0].flocker: flocker needs either datasetName or datasetUUID',
    'invalid-value spec.volumes[0].flocker.datasetName: datasetName may not have a slash',
  ],
  [
    { quobyte: { registry: 'r', volume: 'v', tenant: 't'.repeat(65) } },
    'invalid-value spec.volumes[0].quobyte.tenant: tenant may have 64 characters',
    'invalid-value spec.volumes[0].quobyte.registry: registry "r" is not valid: it has to be HOST:PORT',
  ],
  [
    { azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Managed', cachingMode: 'All' } },
    'invalid-value spec.volumes[0].azureDisk.diskURI: diskURI of a managed disk begins with /subscriptions',
    'invalid-value spec.volumes[0].azureDisk.cachingMode: cachingMode is None, ReadOnly or ReadWrite, not "All"',
  ],
  [{ azureDisk: { diskName: 'd', diskURI: 'x' } }, 'invalid-value spec.volumes[0].azureDisk.diskURI: diskURI begins with https://'],
  [{ scaleIO: { gateway: 'g', system: 's' } }, 'missing-field spec.volumes[0].scaleIO: volumeName is missing'],
  [{ storageos: {} }, 'missing-field spec.volumes[0].storageos: volumeName is missing'],
  [
    { storageos: { volumeName: 'A', volumeNamespace: 'B' } },
    'invalid-value spec.volumes[0].storageos.volumeName: volumeName "A" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
    'invalid-value spec.volumes[0].storageos.volumeNamespace: volumeNamespace "B" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
  ],
];

test.for(volumes.map(([part, ...expected]) => [JSON.stringify(part).slice(0, 80), part, expected] as const))(`volume ${title}`, ([, part, expected]) => {
  expect(errors(pod(withVolume(part))).toSorted()).toEqual(expected.toSorted());
});

test('an ephemeral volume makes a claim, whose name has to fit and is nobody else’s', () => {
  const ephemeral = { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } };
  expect(
    errors(
      pod({
        volumes: [
          { name: 'own', ephemeral },
          { name: 'other', persistentVolumeClaim: { claimName: 'web-own' } },
        ],
      }),
    ),
  ).toEqual(['conflict spec.volumes[1].persistentVolumeClaim.claimName: This claim is made for the ephemeral volume own']);
  const name = 'a'.repeat(250);
  expect(errors(pod({ volumes: [{ name: 'own', ephemeral }] }, { name }))).toEqual([
    expect.stringMatching(/makes of its claim's name a+-own, which is too long$/),
  ]);
});

type WorkloadRow = readonly [kind: string, spec: Part, ...expected: readonly string[]];

const workloads: readonly WorkloadRow[] = [
  [
    'Deployment',
    { replicas: -1, minReadySeconds: 600 },
    'invalid-value spec.replicas: replicas has to be at least 0, and is -1',
    'conflict spec.progressDeadlineSeconds: progressDeadlineSeconds, 600, has to be above minReadySeconds, 600',
  ],
  ['Deployment', { strategy: { type: 'Rolling' } }, 'invalid-value spec.strategy.type: type is Recreate or RollingUpdate, not "Rolling"'],
  [
    'Deployment',
    { strategy: { type: 'Recreate', rollingUpdate: {} } },
    'conflict spec.strategy.rollingUpdate: rollingUpdate cannot stand beside the type Recreate',
  ],
  [
    'Deployment',
    { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
    'conflict spec.strategy.rollingUpdate: maxUnavailable and maxSurge cannot both be 0: nothing could be replaced',
  ],
  [
    'Deployment',
    { strategy: { rollingUpdate: { maxSurge: '3', maxUnavailable: '101%' } } },
    'invalid-value spec.strategy.rollingUpdate.maxSurge: maxSurge is a whole number or a percentage, not "3"',
    'invalid-value spec.strategy.rollingUpdate.maxUnavailable: maxUnavailable has to be up to 100%, and is 101%',
  ],
  [
    'Deployment',
    { strategy: { rollingUpdate: { maxSurge: -1 } } },
    'invalid-value spec.strategy.rollingUpdate.maxSurge: maxSurge has to be at least 0, and is -1',
  ],
  ['Deployment', { selector: {} }, 'missing-field spec.selector: The selector is empty'],
  [
    'Deployment',
    { selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } },
    'selector-mismatch spec.selector: The selector does not take the Pods of its own template',
  ],
  [
    'Deployment',
    { selector: { matchLabels: { app: 'web', tier: 'a' } } },
    'selector-mismatch spec.selector: The selector does not take the Pods of its own template: tier is a here and missing there',
  ],
  [
    'Deployment',
    { selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] } },
    'invalid-value spec.selector.matchExpressions[0].operator: operator is one of In, NotIn, Exists, DoesNotExist, not "Is"',
  ],
  [
    'Deployment',
    { template: {} },
    "missing-field spec.template: The Pod's spec is missing in the template",
    'selector-mismatch spec.selector: The selector does not take the Pods of its own template: app is web here and missing there',
  ],
  ['ReplicaSet', { minReadySeconds: -1 }, 'invalid-value spec.minReadySeconds: minReadySeconds has to be at least 0, and is -1'],
  [
    'StatefulSet',
    { serviceName: 'A', podManagementPolicy: 'Any', ordinals: { start: -1 } },
    'invalid-value spec.serviceName: serviceName "A" is not valid: it may have lower case letters, digits and dashes, and begins and ends with a letter or digit',
    'invalid-value spec.podManagementPolicy: podManagementPolicy is OrderedReady or Parallel, not "Any"',
    'invalid-value spec.ordinals.start: start has to be at least 0, and is -1',
  ],
  [
    'StatefulSet',
    { updateStrategy: { type: 'OnDelete', rollingUpdate: {} } },
    'conflict spec.updateStrategy.rollingUpdate: rollingUpdate cannot stand beside the type OnDelete',
  ],
  [
    'StatefulSet',
    { updateStrategy: { rollingUpdate: { partition: -1, maxUnavailable: -1 } } },
    'invalid-value spec.updateStrategy.rollingUpdate.partition: partition has to be at least 0, and is -1',
  ],
  [
    'StatefulSet',
    { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Drop' } },
    'invalid-value spec.persistentVolumeClaimRetentionPolicy.whenScaled: whenScaled is Retain or Delete, not "Drop"',
  ],
  [
    'StatefulSet',
    { volumeClaimTemplates: [{ metadata: { name: 'd' } }] },
    'missing-field spec.volumeClaimTemplates[0].spec: accessModes is missing',
    'missing-field spec.volumeClaimTemplates[0].spec: resources.requests.storage is missing',
  ],
  [
    'DaemonSet',
    { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
    'conflict spec.updateStrategy.rollingUpdate: One of maxUnavailable and maxSurge has to be 0',
  ],
  [
    'DaemonSet',
    { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
    'conflict spec.updateStrategy.rollingUpdate: One of maxUnavailable and maxSurge has to be 0, and the other not',
  ],
  ['DaemonSet', { updateStrategy: { type: 'Always' } }, 'invalid-value spec.updateStrategy.type: type is RollingUpdate or OnDelete, not "Always"'],
  ['Job', { selector: { matchLabels: { a: 'b' } } }, 'conflict spec.selector: The selector of a Job is made by the server'],
  ['Job', { manualSelector: true }, 'missing-field spec: selector is missing: manualSelector needs it'],
  [
    'Job',
    { parallelism: -1, managedBy: 'me', completionMode: '', podReplacementPolicy: '' },
    'invalid-value spec.parallelism: parallelism has to be at least 0, and is -1',
    'invalid-value spec.managedBy: managedBy "me" is not valid: it has to be DOMAIN/PATH, in 63 characters',
    'invalid-value spec.completionMode: completionMode is empty; it is one of NonIndexed, Indexed',
    'invalid-value spec.podReplacementPolicy: podReplacementPolicy is empty; it is one of TerminatingOrFailed, Failed',
  ],
  [
    'Job',
    { maxFailedIndexes: 1, successPolicy: { rules: [{}] } },
    'conflict spec.maxFailedIndexes: maxFailedIndexes goes with completionMode: Indexed only',
    'conflict spec.successPolicy: successPolicy goes with completionMode: Indexed only',
    'missing-field spec.maxFailedIndexes: backoffLimitPerIndex is missing: maxFailedIndexes needs it',
  ],
  ['Job', { completionMode: 'Indexed' }, 'missing-field spec: completions is missing: completionMode Indexed needs it'],
  [
    'Job',
    { completionMode: 'Indexed', completions: 200_000, parallelism: 20_000, backoffLimitPerIndex: 1 },
    'invalid-value spec.parallelism: parallelism has to be from 0 to 10000, and is 20000',
    'missing-field spec: maxFailedIndexes is missing: more than 100000 completions need it',
  ],
  [
    'Job',
    {
      completionMode: 'Indexed',
      completions: 3,
      backoffLimitPerIndex: 1,
      maxFailedIndexes: 4,
      successPolicy: {
        rules: [
          {},
          { succeededIndexes: '2-1' },
          { succeededIndexes: 'x' },
          { succeededIndexes: '0-1', succeededCount: 3 },
          { succeededIndexes: '', succeededCount: 1 },
        ],
      },
    },
    'invalid-value spec.maxFailedIndexes: maxFailedIndexes has to be from 0 to 3, and is 4',
    'missing-field spec.successPolicy.rules[0]: One of succeededCount and succeededIndexes is missing',
    'invalid-value spec.successPolicy.rules[1].succeededIndexes: succeededIndexes is a list such as 0,2-4 of rising indexes below 3, not "2-1"',
    'invalid-value spec.successPolicy.rules[2].succeededIndexes: succeededIndexes is a list such as 0,2-4 of rising indexes below 3, not "x"',
    'invalid-value spec.successPolicy.rules[3].succeededCount: succeededCount has to be from 0 to 2, and is 3',
    'invalid-value spec.successPolicy.rules[4].succeededCount: succeededCount has to be from 0 to 0, and is 1',
  ],
  [
    'Job',
    { completionMode: 'Indexed', completions: 1, successPolicy: { rules: Array.from({ length: 21 }, () => ({ succeededCount: 1 })) } },
    'invalid-value spec.successPolicy.rules: There may be 20 rules',
  ],
  [
    'Job',
    {
      podReplacementPolicy: 'TerminatingOrFailed',
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex' },
          { action: 'Retry', onExitCodes: { operator: 'In', containerName: 'none', values: [2, 1, 0] }, onPodConditions: [{ type: 'a b', status: 'Yes' }] },
        ],
      },
    },
    'invalid-value spec.podReplacementPolicy: podReplacementPolicy is Failed, not "TerminatingOrFailed"',
    'conflict spec.podFailurePolicy.rules[0].action: FailIndex needs backoffLimitPerIndex',
    'conflict spec.podFailurePolicy.rules[0]: A rule has either onExitCodes or onPodConditions',
    'invalid-value spec.podFailurePolicy.rules[1].action: action is Count, FailIndex, FailJob or Ignore, not "Retry"',
    'conflict spec.podFailurePolicy.rules[1]: A rule has either onExitCodes or onPodConditions',
    'invalid-value spec.podFailurePolicy.rules[1].onPodConditions[0].type: type "a b" is not valid: it may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit',
    'invalid-value spec.podFailurePolicy.rules[1].onPodConditions[0].status: status is True, False or Unknown, not "Yes"',
    'unknown-reference spec.podFailurePolicy.rules[1].onExitCodes.containerName: The template has no container none',
    'invalid-value spec.podFailurePolicy.rules[1].onExitCodes.values[1]: The values have to rise',
    'invalid-value spec.podFailurePolicy.rules[1].onExitCodes.values[2]: 0 is no failure',
    'invalid-value spec.podFailurePolicy.rules[1].onExitCodes.values[2]: The values have to rise',
  ],
];

const versions: Readonly<Record<string, string>> = { Job: 'batch/v1' };

test.for(workloads.map(([kind, spec, ...expected]) => [`${kind} ${JSON.stringify(spec).slice(0, 80)}`, kind, spec, expected] as const))(
  '%s',
  ([, kind, spec, expected]) => {
    expect(errors(workload(kind, versions[kind] ?? 'apps/v1', spec)).toSorted()).toEqual(expected.toSorted());
  },
);

test('what does not suit the workload: restartPolicy and deadlines', () => {
  expect(errors(workload('DaemonSet', 'apps/v1', {}, { restartPolicy: 'OnFailure', activeDeadlineSeconds: 1 })).toSorted()).toEqual([
    'conflict spec.template.spec.activeDeadlineSeconds: The Pods of this workload are kept running: they have no activeDeadlineSeconds',
    'restart-policy spec.template.spec.restartPolicy: The Pods of this workload are kept running: restartPolicy is Always, not OnFailure',
  ]);
  expect(errors(workload('Job', 'batch/v1', {}, { restartPolicy: 'Always' }))).toEqual([
    'restart-policy spec.template.spec.restartPolicy: The Pods of a Job end: restartPolicy is Never or OnFailure, not Always',
  ]);
  expect(errors(workload('Job', 'batch/v1', { podFailurePolicy: { rules: [] } }, { restartPolicy: 'OnFailure' }))).toEqual([
    'restart-policy spec.template.spec.restartPolicy: With a podFailurePolicy restartPolicy has to be Never',
  ]);
});

test('a ReplicationController selects by the labels of its template where it has no selector', () => {
  const controller = (spec: Part) => errors({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'a' }, spec });
  const spec = { containers: [{ name: 'a', image: 'a' }] };
  expect(controller({ template: { metadata: { labels: { a: 'b' } }, spec } })).toEqual([]);
  expect(controller({ selector: {}, template: { spec } })).toEqual(['missing-field spec: selector is missing, and the template has no labels to make one of']);
  expect(controller({})).toEqual(['missing-field spec: template is missing']);
});

const schedules: readonly (readonly [schedule: string, fault: string | undefined])[] = [
  ['*/5 0-23/2 ? JAN,dec sun', undefined],
  ['@hourly', undefined],
  ['@every 1h30m', undefined],
  ['@every soon', '"soon" is no time such as 90s or 1h30m'],
  ['@often', '@often is none of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly and @every TIME'],
  ['TZ=UTC * * * * *', 'the time zone goes into the field timeZone'],
  ['* * * *', 'it has five fields, minute hour day month weekday, and this has 4'],
  ['60 * * * *', 'the minute is from 0 to 59, and this is 60'],
  ['5-1 * * * *', 'the minute 5-1 ends before it begins'],
  ['a * * * *', '"a" is no minute'],
  ['1-2-3 * * * *', '"1-2-3" is no range of the minute'],
  ['*/0 * * * *', '"*/0" has no step'],
  ['*/1/2 * * * *', '"*/1/2" is no range of the minute'],
  ['* * * * 7', 'the day of the week is from 0 to 6, and this is 7'],
];

const cronJob = (spec: Part, metadata: Part = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'a', ...metadata },
  spec: { schedule: '@daily', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } } }, ...spec },
});

test.for(schedules)('schedule %s', ([schedule, fault]) => {
  expect(errors(cronJob({ schedule }))).toEqual(fault === undefined ? [] : [`invalid-value spec.schedule: schedule "${schedule}" is not valid: ${fault}`]);
});

test('CronJobs: time zones, names, and what the template may not say', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']) expect(errors(cronJob({ timeZone: zone }))).toEqual([]);
  for (const zone of ['', 'Local', '../etc', 'Mars/Base', '+01:00']) {
    expect(errors(cronJob({ timeZone: zone }))).toEqual([
      `invalid-value spec.timeZone: There is no time zone "${zone}"; they have names such as Europe/Berlin`,
    ]);
  }
  expect(errors(cronJob({ concurrencyPolicy: 'Skip', failedJobsHistoryLimit: -1 }, { name: 'a'.repeat(53) })).toSorted()).toEqual([
    'invalid-value metadata.name: The name of a CronJob may have 52 characters: its Jobs get a suffix',
    'invalid-value spec.concurrencyPolicy: concurrencyPolicy is Allow, Forbid or Replace, not "Skip"',
    'invalid-value spec.failedJobsHistoryLimit: failedJobsHistoryLimit has to be at least 0, and is -1',
  ]);
  expect(errors(cronJob({ jobTemplate: {} }))).toEqual(['missing-field spec.jobTemplate: spec is missing in the jobTemplate']);
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } };
  expect(errors(cronJob({ jobTemplate: { spec: { selector: {}, manualSelector: true, template } } }))).toEqual([
    'conflict spec.jobTemplate.spec.selector: The selector of a Job is made by the server',
    'conflict spec.jobTemplate.spec.manualSelector: A CronJob cannot select the Pods of its Jobs',
  ]);
});

test('a Job’s name becomes a label and, with an index, a hostname', () => {
  const job = (name: string, spec: Part = {}) => errors({ ...workload('Job', 'batch/v1', spec), metadata: { name } });
  expect(job('a'.repeat(64))).toEqual([expect.stringMatching(/no more than 63 characters, and has 64$/)]);
  expect(job('a'.repeat(62), { completionMode: 'Indexed', completions: 10 })).toEqual([expect.stringMatching(/has no room for the indexes behind it/)]);
});

test('the fields of other kinds are checked, and what is in them is not', () => {
  expect(errors({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 1 }, dat: {} }).toSorted()).toEqual([
    'unknown-field dat: dat is not a field of a ConfigMap',
    'wrong-type data.a: a takes text, and this is the number 1',
  ]);
  expect(errors({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: 'aGk=', b: '*' } })).toEqual([
    'wrong-type data.b: b takes bytes in base64',
  ]);
  expect(errors({ apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'a' } })).toEqual([
    "missing-field template: The Pod's spec is missing in the template",
  ]);
  expect(errors({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })).toEqual(['missing-field : spec is missing']);
});

/** What `lint --fix` mends, how the text looks after it, and what it leaves alone. */
import { expect, test } from 'vitest';
import { lintManifests } from '../../src/manifest/lint.ts';
import { fixManifests } from '../../src/manifest/lint-fixes.ts';
import { shownText } from '../../src/manifest/shown-text.ts';

function fixed(text: string): { readonly after: string; readonly did: readonly string[] } {
  const { report, texts } = fixManifests([{ file: 'a.yaml', bytes: Buffer.from(text), named: true }], lintManifests);
  return { after: texts[0]?.after ?? text, did: (report.fixed ?? []).map(({ fix }) => fix?.description ?? '') };
}

/** A Pod with these lines in its spec, or in its container. */
function pod(lines: string, container = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: registry.example/web:1\n${container}${lines}`;
}

interface Case {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly did: string;
}

const inSpec = (what: string, before: string, after: string, did: string): Case => ({ what, before: pod(before), after: pod(after), did });
const inContainer = (what: string, before: string, after: string, did: string): Case => ({ what, before: pod('', before), after: pod('', after), did });
/** The frozen registry, whose name is put together so that nothing asks it by accident. */
const frozen = ['k8s', 'gcr', 'io'].join('.');

test.for<Case>([
  inContainer(
    'a field in another case',
    '    imagepullpolicy: Always # soon\n',
    '    imagePullPolicy: Always # soon\n',
    'Write imagePullPolicy in place of imagepullpolicy',
  ),
  inContainer('a quoted field', '    "comand": [web]\n', '    "command": [web]\n', 'Write command in place of comand'),
  inSpec('swapped letters', '  restartPoilcy: Never\n', '  restartPolicy: Never\n', 'Write restartPolicy in place of restartPoilcy'),
  inContainer('a boolean where text is wanted', '    env:\n    - {name: A, value: yes}\n', '    env:\n    - {name: A, value: "yes"}\n', 'Put value in quotes'),
  inContainer('a number in a list of text', '    args: [a, 0644]\n', '    args: [a, "0644"]\n', 'Put the item of args in quotes'),
  inContainer(
    'text where a number is wanted',
    "    ports:\n    - containerPort: '80'\n",
    '    ports:\n    - containerPort: 80\n',
    'Take the quotes of containerPort away',
  ),
  inContainer('text where a boolean is wanted', '    tty: "true"\n', '    tty: true\n', 'Take the quotes of tty away'),
  inContainer('a port in quotes', '    livenessProbe: {httpGet: {port: "80"}}\n', '    livenessProbe: {httpGet: {port: 80}}\n', 'Take the quotes of port away'),
  inSpec('seconds', '  terminationGracePeriodSeconds: 30s\n', '  terminationGracePeriodSeconds: 30\n', 'Write 30'),
  inContainer('a word', "    imagePullPolicy: 'always'\n", "    imagePullPolicy: 'Always'\n", 'Write Always'),
  inSpec(
    'the mode of files',
    '  volumes: [{name: a, configMap: {name: a, defaultMode: 644}}]\n',
    '  volumes: [{name: a, configMap: {name: a, defaultMode: 0644}}]\n',
    'Write 0644',
  ),
  inSpec('a deprecated field', '  serviceAccount: "web"\n', '  serviceAccountName: "web"\n', 'Write serviceAccountName in place of serviceAccount'),
  inSpec(
    'a label of the kubelet',
    '  nodeSelector: {beta.kubernetes.io/os: linux}\n',
    '  nodeSelector: {kubernetes.io/os: linux}\n',
    'Write kubernetes.io/os in place of beta.kubernetes.io/os',
  ),
  {
    what: 'the frozen registry',
    before: pod('').replace('registry.example', frozen),
    after: pod('').replace('registry.example', 'registry.k8s.io'),
    did: 'Write registry.k8s.io/web:1',
  },
  {
    what: 'a field of the Pod in a container, with its comments',
    before: pod('  nodeName: a\n', '    # of the node\n    hostNetwork: true  # yes\n    tty: true\n'),
    after: pod('  nodeName: a\n  # of the node\n  hostNetwork: true  # yes\n', '    tty: true\n'),
    did: 'Move hostNetwork to spec',
  },
  {
    what: 'a list of several lines, further out',
    before: pod('', '    tolerations:\n    - key: a\n      operator: Exists\n\n    - operator: Exists\n    tty: true\n'),
    after: pod('  tolerations:\n  - key: a\n    operator: Exists\n\n  - operator: Exists\n', '    tty: true\n'),
    did: 'Move tolerations to spec',
  },
  inContainer(
    'a field into a map that is made for it',
    '    runAsUser: 7 # nobody\n    tty: true\n',
    '    securityContext:\n      runAsUser: 7 # nobody\n    tty: true\n',
    'Move runAsUser to spec.containers[0].securityContext',
  ),
  inContainer(
    'two fields into one map',
    '    runAsUser: 7\n    tty: true\n    runAsGroup: 7\n',
    '    securityContext:\n      runAsUser: 7\n      runAsGroup: 7\n    tty: true\n',
    'Move runAsUser to spec.containers[0].securityContext, Move runAsGroup to spec.containers[0].securityContext',
  ),
  inContainer(
    'several fields into one map that is there',
    '    runAsUser: 7\n    runAsGroup: 7\n    runAsNonRoot: true\n    securityContext:\n      privileged: false\n',
    '    securityContext:\n      privileged: false\n      runAsUser: 7\n      runAsGroup: 7\n      runAsNonRoot: true\n',
    ['runAsUser', 'runAsGroup', 'runAsNonRoot'].map((name) => `Move ${name} to spec.containers[0].securityContext`).join(', '),
  ),
  inContainer(
    'a field into a map in braces',
    '    runAsUser: 7\n    securityContext: {privileged: true}\n',
    '    securityContext: {privileged: true, runAsUser: 7}\n',
    'Move runAsUser to spec.containers[0].securityContext',
  ),
  inContainer(
    'a text of several lines',
    '    securityContext:\n      args:\n      - |\n        a\n          b\n\n        c\n      privileged: true\n',
    '    securityContext:\n      privileged: true\n    args:\n    - |\n      a\n        b\n\n      c\n',
    'Move args to spec.containers[0]',
  ),
  inContainer(
    'an item that is there twice',
    '    ports:\n    - {name: a, containerPort: 80}\n    - {name: a, containerPort: 80}\n',
    '    ports:\n    - {name: a, containerPort: 80}\n',
    'Take out the second one, which is the same',
  ),
  inContainer(
    'the same in brackets',
    '    ports: [{name: a, containerPort: 80}, {name: a, containerPort: 80}]\n',
    '    ports: [{name: a, containerPort: 80}]\n',
    'Take out the second one, which is the same',
  ),
  inContainer(
    'a field that is there twice',
    '    args:\n    - a\n    tty: true\n    args: [a]\n',
    '    args:\n    - a\n    tty: true\n',
    'Take out the second one, which says the same',
  ),
  inSpec('the same in braces', '  nodeSelector: {a: b, c: d, a: b}\n', '  nodeSelector: {a: b, c: d}\n', 'Take out the second one, which says the same'),
  {
    what: 'at the end of a text without a line end',
    before: pod('', '    tty: true\n    hostNetwork: true').trimEnd(),
    after: pod('  hostNetwork: true', '    tty: true\n'),
    did: 'Move hostNetwork to spec',
  },
  {
    what: 'annotations that have become fields',
    before: `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    seccomp.security.alpha.kubernetes.io/pod: localhost/a.json
    container.apparmor.security.beta.kubernetes.io/web: runtime/default
    note: stays
spec:
  securityContext: {runAsUser: 7}
  containers:
    - name: web
      image: registry.example/web:1
`,
    after: `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    note: stays
spec:
  securityContext: {runAsUser: 7, seccompProfile: {type: Localhost, localhostProfile: a.json}}
  containers:
    - name: web
      image: registry.example/web:1
      securityContext:
        appArmorProfile:
          type: RuntimeDefault
`,
    did: 'Write spec.securityContext.seccompProfile in place of the annotation, Write spec.containers[0].securityContext.appArmorProfile in place of the annotation',
  },
  {
    what: 'JSON',
    before: `{
  "apiVersion": "v1",
  "kind": "Pod",
  "metadata": {"name": "web"},
  "spec": {
    "volumes": [{"name": "a", "configMap": {"name": "a", "defaultMode": 644}}],
    "containers": [
      {"runAsUser": 7, "name": "web", "image": "registry.example/web:1", "hostNetwork": true}
    ]
  }
}
`,
    after: `{
  "apiVersion": "v1",
  "kind": "Pod",
  "metadata": {"name": "web"},
  "spec": {
    "volumes": [{"name": "a", "configMap": {"name": "a", "defaultMode": 420}}],
    "containers": [
      {"securityContext": {"runAsUser": 7}, "name": "web", "image": "registry.example/web:1"}
    ],
    "hostNetwork": true
  }
}
`,
    did: 'Write 420, Move runAsUser to spec.containers[0].securityContext, Move hostNetwork to spec',
  },
  {
    what: 'each object of a List',
    before: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: a, image: a}]}\n',
    after: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: a, image: a}]}\n',
    did: 'Write v1',
  },
  { what: 'a kind', before: pod('').replace('kind: Pod', 'kind: pod'), after: pod(''), did: 'Write Pod' },
])('mends $what', ({ before, after, did }) => {
  const found = fixed(before);
  expect({ after: found.after, did: found.did.join(', ') }).toEqual({ after, did });
  expect(fixed(after).did).toEqual([]);
});

test('old versions of the same shape, and no others', () => {
  const workload = (version: string, kind: string): string =>
    `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: a:1}]}\n`;
  expect(fixed(workload('apps/v1beta2', 'Deployment')).after).toBe(workload('apps/v1', 'Deployment'));
  // Its defaults were others.
  for (const version of ['extensions/v1beta1', 'apps/v1beta1']) expect(fixed(workload(version, 'Deployment')).did).toEqual([]);
});

test('a version that is to go, once the target has its successor', () => {
  const role = 'apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: a}\n';
  const job = '{template: {spec: {restartPolicy: Never, containers: [{name: a, image: a:1}]}}}';
  const cron = `apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: "* * * * *", jobTemplate: {spec: ${job}}}\n`;
  const after = (text: string, minor: number): string | undefined => {
    const target = { minor };
    const { texts } = fixManifests(
      [{ file: 'a.yaml', bytes: Buffer.from(text), named: true }],
      (inputs) => lintManifests(inputs, target),
      () => target,
    );
    return texts[0]?.after;
  };
  expect(after(role, 20)).toBe(role.replace('v1beta1', 'v1'));
  expect(after(role, 36)).toBe(role.replace('v1beta1', 'v1'));
  expect([20, 21, 36].map((minor) => after(cron, minor))).toEqual([undefined, cron.replace('v1beta1', 'v1'), cron.replace('v1beta1', 'v1')]);
  // What nobody could check before is left where it would be refused then.
  expect(after(cron.replace('Never', 'Always'), 21)).toBeUndefined();
});

test.for([
  ['two fields that were meant for the same', pod('  restartPoilcy: Never\n  restartPolcy: Always\n')],
  ['a field that is there already', pod('  hostNetwork: false\n', '    hostNetwork: true\n')],
  ['a field that could be one of two', pod('  hostIPX: true\n')],
  ['a probe that could be one of three', pod('', '    httpGet: {port: 80}\n')],
  ['a field of containers around them', pod('  env: [{name: A}]\n')],
  ['a command that is one text', pod('', '    command: run it\n')],
  ['a mode with its zero in quotes', pod('  volumes: [{name: a, configMap: {name: a, defaultMode: "0644"}}]\n')],
  ['minutes', pod('  terminationGracePeriodSeconds: 5m\n')],
  ['a value with a tag', pod('', '    env: [{name: A, value: !!int 5}]\n')],
  ['what an alias stands for', pod('', '    env: [{name: A, value: &a 5}, {name: B, value: *a}]\n')],
  ['a field on the line of a dash', pod('').replace('- name: web\n    image', '- hostNetwork: true\n    name: web\n    image')],
  ['what would leave a map empty', pod('', '    securityContext:\n      args: [a]\n')],
  ['a comment that would be lost', pod('', '    ports:\n    - containerPort: 80\n      name: a\n    - containerPort: 80\n      name: a # the second\n')],
  ['items that are not the same', pod('', '    ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}]\n')],
  ['fields that say something else', pod('  restartPolicy: Never\n  restartPolicy: Always\n')],
  ['what a comment asks to leave', pod('  serviceAccount: web # podwright: ignore deprecated-field for old tools\n')],
  ['a volume that is something else', pod('  volumes: [{name: a, emptyDir: {}, repository: b}]\n')],
  ['a label that somebody else gives', pod('  nodeSelector: {failure-domain.beta.kubernetes.io/zone: a}\n')],
  ['broken YAML', 'a: [\n'],
])('leaves alone %s', ([, text = '']) => {
  expect(fixed(text)).toEqual({ after: text, did: [] });
});

test('all files of a run, each by itself', () => {
  const [one, two] = [pod('  serviceAccount: a\n'), pod('')];
  const { report, texts } = fixManifests(
    [
      { file: 'one.yaml', bytes: Buffer.from(one), named: true },
      { file: 'two.yaml', bytes: Buffer.from(two), named: true },
    ],
    lintManifests,
  );
  expect(texts).toEqual([{ file: 'one.yaml', before: one, after: pod('  serviceAccountName: a\n') }]);
  expect(report.fixed?.map(({ place }) => place.file)).toEqual(['one.yaml']);
});

test('a text is shown without the values of secrets, document by document', () => {
  const secret = 'apiVersion: v1\r\nkind: Secret\r\nstringData:\r\n  a: b\r\n';
  expect(shownText(`# c\n---\n${secret}---\nname: DB_PASSWORD\nvalue: x\n`)).toBe(
    `# c\n---\n${secret.replace('a: b', 'a: [redacted]')}---\nname: DB_PASSWORD\nvalue: [redacted]\n`,
  );
});

/** lint as a whole: what is found where, Lists and several documents, what is passed over, comments that ignore, secrets that stay hidden. */
import { expect, test } from 'vitest';
import type { LintReport } from '../../src/core/lint-report.ts';
import { lintManifests } from '../../src/manifest/lint.ts';

function lint(text: string, named = true): LintReport {
  return lintManifests([{ file: 'a.yaml', bytes: Buffer.from(text), named }]);
}

/** Errors as `line:column rule message`. */
function errors(text: string): readonly string[] {
  return lint(text)
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, message, place }) => `${place.line}:${place.column} ${rule} ${message}`);
}

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n${spec.replace(/^(?=.)/gm, '  ')}`;
const web = 'containers:\n- name: web\n  image: registry.example/web:1\n';

test('a Pod that is right has no errors', () => {
  expect(errors(pod(web))).toEqual([]);
  expect(lint(pod(web))).toMatchObject({ files: 1, objects: 1, ignored: 0 });
});

test('fields: spelled wrong, in the wrong place, further up, under a neighbour', () => {
  expect(errors(pod(`${web}  imagePullPolcy: Always\n`))).toEqual(
    ['8:3 unknown-field imagePullPolcy is not a field of a container'].map((line) => line.replace('8:3', '8:5')),
  );
  expect(errors(pod(`${web}  httpGet: {port: 80}\n`))).toEqual([
    '8:5 misplaced-field httpGet is not a field of a container; it belongs under readinessProbe, livenessProbe or startupProbe',
  ]);
  expect(errors(pod(`initContainers:\n- name: a\n  image: a\n  containers: []\n${web}`))).toContain(
    '8:5 misplaced-field containers is not a field of a container; it is one of a Pod spec',
  );
  expect(errors(pod(`${web}  resources: {cpu: 100m}\n`))).toEqual([
    '8:17 misplaced-field cpu is not a field of resources; it belongs under requests or limits',
  ]);
  expect(errors(pod(`${web}  env:\n  - name: A\n    emptyDir: {}\n`))).toEqual([
    '10:7 misplaced-field emptyDir is not a field of an environment variable; it belongs under spec.volumes[]',
  ]);
});

test('types: YAML that means something else, numbers and text', () => {
  expect(errors(pod(`${web}  env:\n  - {name: A, value: on}\n  - {name: B, value: 8080}\n`))).toEqual([
    '9:24 wrong-type value takes text, and this is on, which YAML reads as true',
    '10:24 wrong-type value takes text, and this is the number 8080',
  ]);
  expect(errors(pod('containers: {name: web}\n'))).toEqual(['5:3 wrong-type containers takes a list, and this is a map of fields']);
  expect(errors(pod(`hostNetwork: "true"\n${web}`))).toEqual(['5:16 wrong-type hostNetwork takes true or false, and this is the text "true"']);
  expect(errors(pod(`terminationGracePeriodSeconds: 1e1\n${web}`))).toEqual([]);
  expect(errors(pod(`priority: 3000000000\n${web}`))).toEqual(['5:13 invalid-value 3000000000 is beyond what 32 bits hold']);
  expect(errors(pod(`${web}  resources: {limits: {memory: 64MB}}\n`))).toEqual(['8:34 invalid-value "64MB" is no quantity']);
});

test('types: each kind of scalar, list and map', () => {
  const typed = (metadata: string, spec = ''): readonly string[] =>
    errors(`apiVersion: v1\nkind: Pod\nmetadata: {name: web, ${metadata}}\nspec: {containers: [{name: web, image: web}], ${spec}}\n`).map((line) =>
      line.replace(/^\S+ /, ''),
    );
  expect(typed('creationTimestamp: 2026-01-31T12:00:00Z, deletionGracePeriodSeconds: ~')).toEqual([]);
  expect(typed('creationTimestamp: 2026-01-31')).toEqual(['wrong-type creationTimestamp takes a time, and this is the text "2026-01-31"']);
  expect(typed('managedFields: [{manager: a, operation: Update, time: 7, fieldsV1: {"f:a": [1, {b: c}]}}]')).toEqual([
    'wrong-type time takes a time, and this is the number 7',
  ]);
  expect(typed('generation: 9223372036854775808')).toEqual(['invalid-value 9223372036854775808 is beyond what 64 bits hold']);
  expect(typed('generation: 9223372036854775807')).toEqual([]);
  expect(typed('labels: [a]')).toEqual(['wrong-type labels takes names with values, and this is a list']);
  expect(typed('labels: a')).toEqual(['wrong-type labels takes names with values, and this is the text "a"']);
  expect(typed('finalizers: a/b')).toEqual(['wrong-type finalizers takes a list, and this is the text "a/b"']);
  expect(typed('name: [web]')).toContain('wrong-type name takes text, and this is a list');
  expect(typed('', 'securityContext: []')).toEqual(['wrong-type securityContext takes fields, and this is a list']);
  expect(typed('', `hostname: ${'x'.repeat(50)}, os: 5`)).toEqual(['wrong-type os takes fields, and this is the number 5']);
  expect(typed('', 'hostNetwork: maybe')).toEqual(['wrong-type hostNetwork takes true or false, and this is the text "maybe"']);
  expect(typed('', 'terminationGracePeriodSeconds: "30"')).toEqual([
    'wrong-type terminationGracePeriodSeconds takes a whole number, and this is the text "30"',
  ]);
  expect(typed('', 'terminationGracePeriodSeconds: .inf')).toEqual([
    'wrong-type terminationGracePeriodSeconds takes a whole number, and this is the number .inf',
  ]);
  expect(typed('', 'overhead: {cpu: true}')).toEqual(['invalid-value "true" is no quantity']);
  expect(typed('', 'overhead: {cpu: 1.5, memory: 1e9}')).toEqual([]);
  // In a list or map null is the zero of its type.
  expect(typed('finalizers: [~]')).toEqual(['invalid-value finalizers "" is not valid: it has to have a name']);
  expect(typed('', 'securityContext: {supplementalGroups: [~]}, overhead: {cpu: ~}')).toEqual([]);
  expect(typed('', 'tolerations: [~]')).toEqual(['conflict A toleration without a key takes every taint, and its operator has to be Exists']);
  // What the status says is not looked at, but for its types.
  expect(errors('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\nstatus: {conditions: [{}], phas: x}\n')).toEqual([
    '5:28 unknown-field phas is not a field of a PodStatus',
  ]);
});

test('what to try instead', () => {
  const hints = (spec: string) => lint(pod(spec)).findings.flatMap(({ severity, hint }) => (severity === 'error' ? (hint ?? '') : []));
  expect(hints(`${web}  livenessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 2m, periodSeconds: "5", timeoutSeconds: soon}\n`)).toEqual([
    'It is counted in seconds: 120.',
    'Take the quotes away.',
    '',
  ]);
  expect(hints(`${web}  resources: {limits: {memory: 64MB, cpu: lots}}\n`)).toEqual(['Write 64Mi.', 'Quantities look like 250m, 1.5, 64Mi or 2G.']);
  expect(hints('containers: {name: web}\n')).toEqual(['Put "- " before the first field of each item.']);
  expect(hints('hostNetwork: "true"\ncontainers: web\n')).toEqual(['Take the quotes away.', 'Put each item into a line that begins with "- ".']);
});

test('Lists and several documents, each object with its name', () => {
  const item = '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: []}}';
  const { findings, objects } = lint(`apiVersion: v1\nkind: List\nitems:\n- ${item}\n---\n${item.replace('name: a', 'name: b, namespace: shop')}\n`);
  expect(objects).toBe(2);
  expect(findings.filter(({ rule }) => rule === 'missing-field').map(({ object, path }) => [object, path])).toEqual([
    ['Pod a', 'spec.containers'],
    ['Pod shop/b', 'spec.containers'],
  ]);
});

test('kinds: what others define is passed over, what left its version is told, and YAML of other tools only where it was named', () => {
  expect(lint('apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\n')).toMatchObject({ findings: [], objects: 0 });
  expect(errors('apiVersion: batch/v1beta1\nkind: CronJob\n')).toEqual(['1:13 removed-api CronJob of batch/v1beta1 is gone since 1.25']);
  expect(errors('apiVersion: apps/v1\nkind: deployment\n')).toEqual(['2:7 api-version There is no deployment in apps/v1']);
  expect(errors('kind: Pod\n')).toEqual(['1:1 no-kind apiVersion is missing in this Pod']);
  expect(errors('replicas: 3\n')).toEqual(['1:1 no-kind kind and apiVersion are missing']);
  expect(errors('- a\n')).toEqual(['1:1 no-kind An object has fields such as kind and metadata, and this is a list']);
  expect(lint('replicas: 3\n', false).findings).toEqual([]);
});

test('a comment ignores a rule on its line, or on the one below it', () => {
  const spec = (comment: string) => pod(`containers:\n- name: web\n  image: registry.example/web ${comment}\n`);
  expect(lint(spec('')).findings.map(({ rule }) => rule)).toContain('latest-tag');
  const ignoring = lint(spec('# podwright: ignore latest-tag it is for a test'));
  expect(ignoring.findings.map(({ rule }) => rule)).not.toContain('latest-tag');
  expect(ignoring.ignored).toBe(1);
  expect(lint(spec('# podwright: ignore qos')).findings.map(({ rule }) => rule)).toContain('latest-tag');
  const above = pod('containers:\n- name: web\n  # podwright: ignore qos, latest-tag\n  image: registry.example/web\n');
  expect(lint(above).findings.map(({ rule }) => rule)).not.toContain('latest-tag');
});

test('values of secrets are neither told nor shown', () => {
  const texts = [
    'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  pin: 473911\ndata:\n  key: hunter2!\n',
    'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  key: hunter2!\n   x: 1\n',
    pod(`${web}  env:\n  - {name: DB_PASSWORD, value: hunter2!}\n`),
    pod(`${web}  env:\n  - name: API_KEY\n    value: hunter2!\n    bad: 1\n`),
    pod(`${web}  args: ["postgres://app:hunter2!@db/x"]\n  bad: 1\n`),
  ];
  for (const text of texts) {
    const report = lint(text);
    expect(report.findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(report)).not.toMatch(/hunter2|473911/);
  }
});

test('what another file has is known', () => {
  const files = [
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n',
    pod(`${web}  ports: [{containerPort: 80}]\n`).replace('{name: web}', '{name: web, labels: {app: web}}'),
  ];
  const { findings } = lintManifests(files.map((text, index) => ({ file: `${index}.yaml`, bytes: Buffer.from(text), named: false })));
  expect(findings.filter(({ rule }) => rule === 'no-pre-stop')).toMatchObject([{ place: { file: '1.yaml', line: 6 }, object: 'Pod web' }]);
});

/** What `add` puts where, what it uses that is there already, and what it refuses, with the place. */
import { describe, expect, test } from 'vitest';
import { pattern } from '../../cmd/pattern-catalogue.ts';
import { addPattern, type EditTarget, patternPatch, removePattern } from '../../src/manifest/patterns/pattern-edits.ts';
import { chooseValues, readSetting, type Values } from '../../src/manifest/patterns/pattern-options.ts';
import { readPattern } from '../../src/manifest/patterns/pattern-template.ts';

const target: EditTarget = { to: undefined, file: 'web.yaml' };

function values(name: string, ...settings: readonly string[]): Values {
  const [only] = chooseValues([pattern(name)], settings.map(readSetting));
  if (only === undefined) throw new Error('no values');
  return only;
}

const add = (text: string, name: string, ...settings: readonly string[]): string => addPattern(text, target, values(name, ...settings), false).text;
const refusal = (text: string, name: string, ...settings: readonly string[]): unknown => {
  try {
    add(text, name, ...settings);
  } catch (error) {
    return error;
  }
  return undefined;
};

const podOf = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n${spec}`;
const web = podOf('  containers:\n  - name: web   # the site\n    image: registry.example/web:1\n');

describe('where it goes', () => {
  test('in the style of its neighbours, recorded above the spec', () => {
    expect(add(web, 'shared-processes')).toBe(`apiVersion: v1
kind: Pod
metadata:
  name: web
# podwright add shared-processes made spec.shareProcessNamespace
spec:
  containers:
  - name: web   # the site
    image: registry.example/web:1
  # One process table for all containers: each sees and may signal the others' processes. No app is process 1 then, so none has to reap or forward signals.
  shareProcessNamespace: true
`);
    const wide =
      'apiVersion: v1\nkind: Pod\nmetadata:\n    name: web\nspec:\n    containers:\n    -   name: web   # the site\n        image: registry.example/web:1\n';
    const deep = add(wide, 'config:env', 'config-map=settings');
    expect(deep).toContain(`    -   name: web   # the site
        image: registry.example/web:1
        envFrom:
        # Read once, when the container starts. A key that is no name of a variable is left out.
        - configMapRef: {name: settings}
`);
  });

  test('sidecars and init steps above the containers, below the comments of what is above', () => {
    const text = add(
      podOf('  # first of all\n\n  # the site\n  containers:\n    - name: web\n      image: registry.example/web:1\n      # args: []\n'),
      'wait-for',
      'host=db',
      'port=5432',
    );
    expect(text).toContain('  # first of all\n\n  initContainers:\n    # The next container starts when this one has ended well.\n    - name: wait-for\n');
    expect(text).toContain('  # the site\n  containers:\n');
    expect(text).toMatch(/ {6}# args: \[\]\n$/);
  });

  test('inside flow style, in one line', () => {
    const text = podOf('  containers: [{name: web, image: "registry.example/web:1"}]\n');
    const edited = add(text, 'config:files', 'config-map=settings');
    expect(edited).toContain('containers: [{name: web, image: "registry.example/web:1", volumeMounts: [{name: config, mountPath: /etc/app, readOnly: true}]}]');
    expect(edited).toContain('  volumes:\n    - name: config\n      configMap:\n        name: settings\n');
  });

  test('CRLF, no final newline, a text that keeps its empty lines', () => {
    const crlf = web.replaceAll('\n', '\r\n').replace(/\r\n$/, '');
    expect(add(crlf, 'shared-processes').replaceAll('\r\n', '')).not.toContain('\n');
    expect(add(crlf, 'shared-processes')).toMatch(/shareProcessNamespace: true$/);
    const kept = podOf('  containers:\n    - name: web\n      image: registry.example/web:1\n      args:\n        - |+\n          text\n\n\n');
    expect(add(kept, 'shared-processes')).toContain('          text\n\n\n  # One process table');
    const clipped = kept.replace('|+', '|');
    expect(add(clipped, 'shared-processes')).toContain('          text\n  # One process table');
  });

  test('the chosen workload of several documents, and of a List', () => {
    const items = ['a', 'b'].map((name) => `- apiVersion: v1\n  kind: Pod\n  metadata: {name: ${name}}\n  spec:\n    containers: [{name: x, image: y}]\n`);
    const list = `apiVersion: v1\nkind: List\nitems:\n${items.join('')}`;
    const edited = addPattern(list, { to: { kind: 'pod', name: 'b' }, file: 'f' }, values('shared-processes'), false).text;
    expect(edited.startsWith(list.slice(0, list.indexOf('name: b')))).toBe(true);
    expect(edited).toContain('  # podwright add shared-processes made spec.shareProcessNamespace\n  spec:\n');
    expect(() => add(list, 'shared-processes')).toThrow('there are several: pod/a, pod/b');
    expect(() => addPattern(list, { to: { kind: 'pod', name: 'c' }, file: 'f' }, values('shared-processes'), false)).toThrow('there is no pod/c');
  });

  test('classic: an ordinary container, but not in a Job', () => {
    const text = addPattern(web, target, values('log-streamer'), true).text;
    expect(text).not.toContain('initContainers');
    expect(text).not.toContain('restartPolicy');
    expect(text).toContain('  # Prints the log file of the app to its own stdout.\n  - name: log-streamer\n');
    const job =
      'apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: x, image: y}]\n';
    expect(() => addPattern(job, target, values('log-streamer'), true)).toThrow('would run on after the work is done');
    expect(addPattern(job, target, values('wait-for', 'host=db', 'port=1'), true).text).toContain('wait-for');
  });
});

describe('what is there already is used', () => {
  const mounted = (mount: string, volume: string): string =>
    podOf(`  containers:\n    - name: web\n      image: registry.example/web:1\n      volumeMounts:\n        - ${mount}\n  volumes:\n    - ${volume}\n`);

  test('a volume that the app mounts there, or above', () => {
    const { text, notes } = addPattern(
      mounted('{name: work, mountPath: /var/log, subPath: web}', '{name: work, persistentVolumeClaim: {claimName: work}}'),
      target,
      values('log-streamer'),
      false,
    );
    expect(text).toContain('volumeMounts:\n        - name: work\n          mountPath: /var/log\n          readOnly: true\n          subPath: web\n');
    expect(text).not.toContain('emptyDir');
    expect(text).toContain('made spec.+initContainers[log-streamer]\n');
    expect(notes).toEqual(['The app mounts /var/log already (web.yaml:10:11): its volume work is used.']);
  });

  test('a volume of the same name; not one that cannot be written to', () => {
    const { text, notes } = addPattern(mounted('{name: logs, mountPath: /elsewhere}', '{name: logs, emptyDir: {}}'), target, values('log-streamer'), false);
    expect(text.match(/emptyDir/g)).toHaveLength(1);
    expect(notes).toEqual(['Volume logs is there already (web.yaml:12:7), and is used.']);
    const other = addPattern(mounted('{name: logs, mountPath: /elsewhere}', '{name: logs, secret: {secretName: logs}}'), target, values('log-streamer'), false);
    expect(other.text).toContain('- name: logs-2\n      emptyDir');
    expect(other.notes).toEqual(['Volume logs is something else (web.yaml:12:7): this is logs-2.']);
  });

  test('the claim of a StatefulSet, and the next name that is free', () => {
    const claims = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  volumeClaimTemplates: [{metadata: {name: data}}]
  template:
    spec:
      containers: [{name: web, image: x, volumeMounts: [{name: data, mountPath: /data/}]}]
`;
    expect(add(claims, 'init:fix-ownership')).not.toContain('emptyDir');
    expect(add(claims, 'log-streamer', 'volume=data')).toContain('- name: data\n              mountPath: /var/log/app\n');
    const taken = podOf('  containers: [{name: web, image: x}]\n  volumes: [{name: logs, secret: {}}, {name: logs-2, secret: {}}]\n');
    expect(add(taken, 'log-streamer')).toContain('{name: logs-3, emptyDir');
  });

  test('a mount of its own in place of one that is only written like it', () => {
    const beside = mounted('{name: work, mountPath: /var/log/application}', '{name: work, emptyDir: {}}');
    expect(add(beside, 'log-streamer')).toContain('- name: logs\n      emptyDir');
  });

  test('a field that is there without a value is given one', () => {
    const empty = podOf('  containers:\n    - name: web\n      image: x\n      envFrom: # none yet\n  volumes:\n');
    const edited = add(add(empty, 'log-streamer'), 'config:env', 'config-map=c');
    expect(edited).toContain('      envFrom: # none yet\n        # Read once');
    expect(edited).toContain('  volumes:\n    # Lives as long');
    const back = removePattern(edited, target, pattern('config:env'), undefined).text;
    expect(removePattern(back, target, pattern('log-streamer'), undefined).text).toBe(empty);
  });

  test('a free port in place of one that is taken', () => {
    const { text, notes } = addPattern(
      podOf('  containers:\n    - name: web\n      image: x\n      ports: [{containerPort: 8080}, {containerPort: 8081}]\n'),
      target,
      values('file-server'),
      false,
    );
    expect(text).toContain('containerPort: 8082');
    expect(text).toContain('value: "8082"');
    expect(notes).toEqual(['Port 8080 is taken by container web (web.yaml:9:15): this is 8082.']);
  });

  test('what has been added: nothing changes, also where the record is gone', () => {
    const once = add(web, 'log-streamer', 'dir=/logs');
    expect(add(once, 'log-streamer', 'dir=/logs')).toBe(once);
    const unrecorded = once.replace(/^# podwright.*\n/m, '');
    expect(add(unrecorded, 'log-streamer', 'dir=/logs')).toBe(unrecorded);
  });
});

describe('what is refused, with its place', () => {
  const named = podOf('  containers:\n    - name: web\n      image: x\n    - name: log-streamer\n      image: y\n');
  const listens = podOf('  containers:\n    - name: web\n      image: x\n      ports:\n        - containerPort: 9000\n');
  const mounts = podOf(
    '  containers:\n    - name: web\n      image: x\n      volumeMounts: [{name: c, mountPath: /etc/app}]\n  volumes: [{name: c, configMap: {name: c}}]\n',
  );
  test.each<[string, string, readonly string[], string]>([
    [
      'a name among the init containers',
      named
        .replace('containers:\n', 'containers:\n    - name: app\n      image: x\n  initContainers:\n')
        .replace(/ {4}- name: web[^]*$/, '    - name: file-server\n      image: y\n'),
      ['file-server'],
      'web.yaml:10:7: container file-server is there already',
    ],
    [
      'an environment variable',
      podOf('  containers: [{name: web, image: x, env: [{name: CACHE_HOST, value: redis}]}]\n'),
      ['ambassador:cache', 'host=redis'],
      'web.yaml:6:44: environment variable CACHE_HOST is there already',
    ],
    [
      'an annotation',
      web.replace('  name: web', '  name: web\n  annotations: {prometheus.io/port: "1"}'),
      ['metrics-exporter'],
      'web.yaml:5:17: prometheus.io/port is there already',
    ],
    [
      'a mount that is read-only',
      podOf('  containers: [{name: web, image: x, volumeMounts: [{name: l, mountPath: /var/log, readOnly: true}]}]\n  volumes: [{name: l, emptyDir: {}}]\n'),
      ['log-streamer'],
      'web.yaml:6:53: the app mounts /var/log already, and cannot write to it',
    ],
    [
      'a merge key',
      podOf('  <<: {hostNetwork: true}\n  containers: [{name: web, image: x}]\n'),
      ['shared-processes'],
      'web.yaml:6:3: this map is merged with another',
    ],
    [
      'a value that is an alias',
      web.replace('metadata:', 'x: &x {}\nmetadata:').replace('  containers', '  securityContext: *x\n  containers'),
      ['security:restricted'],
      'web.yaml:7:20: securityContext is an alias',
    ],
    ['no value in flow style', podOf('  {containers: [{name: web, image: x, env: }]}\n'), ['ambassador:cache', 'host=a'], 'web.yaml:6:'],
    ['a Pod without a spec', 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n', ['shared-processes'], 'web.yaml:1:1: this Pod has no spec'],
    ['a kind that others define', web.replace('v1', 'example.com/v1'), ['shared-processes'], 'web.yaml: there is no Pod'],
    ['a List of Pods without one', 'apiVersion: v1\nkind: List\nitems: [1, {kind: Pod}]\n', ['shared-processes'], 'web.yaml: there is no Pod'],
    ['a name', named, ['log-streamer'], 'web.yaml:9:7: container log-streamer is there already'],
    ['a port that was asked for', listens, ['file-server', 'port=9000'], 'web.yaml:10:11: port 9000 is taken by container web'],
    ['a mount', mounts, ['config:files', 'config-map=other'], 'web.yaml:9:22: a mount at /etc/app is there already'],
    [
      'a directory that cannot be written to',
      mounts,
      ['fetch-config', 'url=http://x/y'],
      'web.yaml:9:22: the app mounts /etc/app already, from volume c, which cannot be written to',
    ],
    ['a volume that was asked for', mounts, ['log-streamer', 'volume=c'], 'web.yaml:10:13: volume c is there already'],
    ['a probe', web.replace(/\n$/, '\n    livenessProbe: {tcpSocket: {port: 80}}\n'), ['probes:tcp'], 'web.yaml:9:5: livenessProbe is there already'],
    ['a field', `${web}  shareProcessNamespace: false\n`, ['shared-processes'], 'web.yaml:9:3: shareProcessNamespace is there already'],
    [
      'what stands elsewhere too',
      `${web.replace('spec:', 'spec: &s')}x: *s
`,
      ['shared-processes'],
      'web.yaml:6:3: this stands elsewhere too',
    ],
    ['a Pod without containers', podOf('  containers: []\n'), ['shared-processes'], 'web.yaml:6:3: this Pod has no containers'],
    ['a container that is not there', web, ['shared-processes', 'container=api'], 'web.yaml:6:3: this Pod has no container api'],
    [
      'JSON',
      '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": [{"name": "a", "image": "b"}]}}',
      ['shared-processes'],
      'web.yaml:1:1: ',
    ],
    ['a Helm template', web.replace('registry.example/web:1', '{{ .Values.image }}'), ['shared-processes'], 'web.yaml:8:13: This is a template, not yet YAML'],
    ['a Helm template that breaks YAML', `{{- if .Values.on }}\n${web}{{- end }}\n`, ['shared-processes'], 'web.yaml:1:1: This is a template, not yet YAML'],
    ['broken YAML', 'kind: Pod\n  a: b\n', ['shared-processes'], 'web.yaml:2:3: a is indented'],
    ['what nests without end', `${web}x: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`, ['shared-processes'], 'web.yaml:9:10004: It nests deeper'],
    ['a field that is there twice', `${web}kind: Pod\n`, ['shared-processes'], 'web.yaml:9:1: this field is there twice'],
    ['a container without a name', podOf('  containers:\n    - image: x\n'), ['log-streamer'], 'web.yaml:7:7: this container has no name'],
    ['a control character', 'kind: \0', ['shared-processes'], 'web.yaml:1:7: The control character U+0000'],
    ['no workload', 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\n', ['shared-processes'], 'web.yaml: there is no Pod and no workload'],
    [
      'other options',
      add(web, 'log-streamer'),
      ['log-streamer', 'dir=/logs'],
      'web.yaml:5:1: sidecar:log-streamer is in pod/web already, with other options (none)',
    ],
  ])('%s', (_, text, [name = '', ...settings], message) => {
    expect(refusal(text, name, ...settings)).toMatchObject({ code: 'input', message: expect.stringContaining(message), hint: expect.any(String) });
  });
});

describe('taking out', () => {
  test('what was added, and nothing that others have added since', () => {
    const first = add(web, 'log-streamer');
    const both = add(first, 'json-logs');
    expect(removePattern(both, target, pattern('json-logs'), undefined).text).toBe(first);
    const kept = removePattern(both, target, pattern('log-streamer'), undefined);
    expect(kept.notes).toEqual(['Volume logs stays: container json-logs mounts it.']);
    expect(kept.text).toContain('- name: json-logs');
    expect(kept.text).not.toContain('- name: log-streamer');
  });

  test('one of two, by its name', () => {
    const two = add(add(web, 'wait-for', 'host=a', 'port=1'), 'wait-for', 'host=b', 'port=2', 'name=wait-for-b');
    expect(() => removePattern(two, target, pattern('wait-for'), undefined)).toThrow(
      'added more than once: pod/web as wait-for (line 5), pod/web as wait-for-b (line 6)',
    );
    expect(removePattern(two, target, pattern('wait-for'), 'wait-for-b').text).toBe(add(web, 'wait-for', 'host=a', 'port=1'));
  });

  test('of one of several Pods', () => {
    const other = web.replace('name: web', 'name: api');
    const text = `${add(web, 'shared-processes')}---\n${add(other, 'shared-processes')}`;
    expect(() => removePattern(text, target, pattern('shared-processes'), undefined)).toThrow(
      'added more than once: pod/web as shared-processes (line 5), pod/api as shared-processes (line 17)',
    );
    expect(removePattern(text, { to: { kind: 'pod', name: 'api' }, file: 'f' }, pattern('shared-processes'), undefined).text).toBe(
      `${add(web, 'shared-processes')}---\n${other}`,
    );
  });

  test('a record that was changed by hand harms nothing', () => {
    const text = add(web, 'log-streamer').replace(/made .*$/m, 'made spec.%zz spec.containers[no].x spec.volumes[logs');
    const { text: after, notes } = removePattern(text, target, pattern('log-streamer'), undefined);
    expect(after).toBe(text.replace(/^# podwright.*\n/m, ''));
    expect(notes).toEqual(['spec.%25zz is gone already.', 'spec.containers[no].x is gone already.', 'Volume logs stays: container log-streamer mounts it.']);
  });

  test('without a record of that name it is refused', () => {
    expect(() => removePattern(add(web, 'log-streamer'), target, pattern('log-streamer'), 'other')).toThrow(
      'no record that sidecar:log-streamer (name=other) was added',
    );
  });

  test('without a record it is refused; what is gone already is said', () => {
    expect(() => removePattern(web, target, pattern('log-streamer'), undefined)).toThrow('there is no record');
    const edited = add(web, 'shared-processes').replace(/ {2}# One.*\n.*\n$/, '');
    const { text, notes } = removePattern(edited, target, pattern('shared-processes'), undefined);
    expect(text).toBe(web);
    expect(notes).toEqual(['spec.shareProcessNamespace is gone already.']);
  });
});

test('a patch of a workload has it where the Pod is described', () => {
  const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers: [{name: web, image: x}]\n`;
  expect(patternPatch(deployment, target, values('shared-processes'), false).text).toContain('spec:\n  template:\n    spec:\n      # One process');
  const { text } = patternPatch(web, target, values('metrics-exporter'), false);
  expect(text).toContain('metadata:\n  name: web\n  annotations:\n    # Read by Prometheus');
});

test('words that YAML 1.1 takes for booleans are quoted in a patch too', () => {
  expect(patternPatch(web, target, values('config:env', 'config-map=yes'), false).text).toContain('name: "yes"');
});

test('a text whose aliases would fill the memory is not edited', () => {
  const levels = Array.from({ length: 9 }, (_, level) => `x${level + 1}: &x${level + 1} [${Array.from({ length: 9 }, () => `*x${level}`).join(', ')}]`);
  expect(refusal(`${web}x0: &x0 [a]\n${levels.join('\n')}\n`, 'shared-processes')).toMatchObject({
    message: expect.stringContaining('web.yaml:10:30: Aliases make this document grow'),
  });
});

test('a strategic merge patch has what is to be added, and whose it is', () => {
  const { text } = patternPatch(
    web.replace('kind: Pod', 'kind: Pod').replace('  name: web', '  name: web\n  namespace: shop'),
    target,
    values('config:env', 'config-map=settings'),
    false,
  );
  expect(text).toBe(`apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      envFrom:
        # Read once, when the container starts. A key that is no name of a variable is left out.
        - configMapRef: {name: settings}
`);
});

test('a template says what is wrong with it', () => {
  const pod = '---\nspec: {}\n';
  expect(readPattern('a:b', `options: {name: {type: name}}\n${pod}`)).toMatchObject({
    purpose: '',
    notWhen: '',
    drawing: '',
    podSecurity: 'restricted',
    options: [{ name: 'name', fallback: 'b', says: '' }, { name: 'container' }],
  });
  expect(() => readPattern('a:b', 'options: {}\n')).toThrow('it has two documents');
  expect(() => readPattern('a:b', `options: {}\n---\n[]\n`)).toThrow('the second is a Pod');
  expect(() => readPattern('a:b', `a: b: c\n${pod}`)).toThrow('the template a:b is broken: Nested mappings');
  expect(() => readPattern('a:b', 'a: b\n---\na: b: c\n')).toThrow('the template a:b is broken: Nested mappings');
  expect(() => readPattern('a:b', `options: {x: {type: y}}\n${pod}`)).toThrow('the template a:b: x has no type');
});

test.each<[readonly string[], readonly string[], string, string]>([
  [['log-streamer'], ['xyzzy=1'], 'sidecar:log-streamer has no option xyzzy', 'Options: dir, file,'],
  [['log-streamer'], ['xyzzy.dir=1'], 'xyzzy is none of the patterns here', 'There is log-streamer.'],
  [['log-streamer'], ['log-streame.dir=1'], 'log-streame is none of the patterns here', 'Did you mean log-streamer.dir?'],
  [['wait-for'], ['host=db'], 'init:wait-for needs port', 'Add --set port=VALUE.'],
  [['wait-for', 'cache'], ['host=db'], 'which host? init:wait-for and ambassador:cache have it', 'Write wait-for.host=… or cache.host=….'],
])('%j with %j: %s', (names, settings, message, hint) => {
  expect(() => chooseValues(names.map(pattern), settings.map(readSetting))).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) }),
  );
});

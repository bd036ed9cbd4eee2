/** What `add` puts where, what it uses that is there already, and what it refuses, with the place. */
import { describe, expect, test } from 'vitest';
import { pattern } from '../../cmd/pattern-catalogue.ts';
import { addPattern, type EditTarget, patternPatch, removePattern } from '../../src/manifest/patterns/pattern-edits.ts';
import { chooseValues, readSetting, type Values } from '../../src/manifest/patterns/pattern-options.ts';

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
      'an alias',
      podOf('  containers: &c\n    - name: web\n      image: x\n---\n').replace('metadata:', 'other: *c\nmetadata:'),
      ['shared-processes'],
      'web.yaml:',
    ],
    ['a Pod without containers', podOf('  containers: []\n'), ['shared-processes'], 'web.yaml:6:3: this Pod has no containers'],
    ['a container that is not there', web, ['shared-processes', 'container=api'], 'web.yaml:6:3: this Pod has no container api'],
    [
      'JSON',
      '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": [{"name": "a", "image": "b"}]}}',
      ['shared-processes'],
      'web.yaml:1:1: ',
    ],
    ['a Helm template', web.replace('registry.example/web:1', '{{ .Values.image }}'), ['shared-processes'], 'web.yaml:8:12: this is a template of Helm'],
    ['a Helm template that breaks YAML', `{{- if .Values.on }}\n${web}{{- end }}\n`, ['shared-processes'], 'web.yaml:1:1: this is a template of Helm'],
    ['broken YAML', 'kind: Pod\n  a: b\n', ['shared-processes'], 'web.yaml:1:7: '],
    ['binary', 'kind: \0', ['shared-processes'], 'web.yaml: this is no text'],
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

  test('without a record it is refused; what is gone already is said', () => {
    expect(() => removePattern(web, target, pattern('log-streamer'), undefined)).toThrow('there is no record');
    const edited = add(web, 'shared-processes').replace(/ {2}# One.*\n.*\n$/, '');
    const { text, notes } = removePattern(edited, target, pattern('shared-processes'), undefined);
    expect(text).toBe(web);
    expect(notes).toEqual(['spec.shareProcessNamespace is gone already.']);
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

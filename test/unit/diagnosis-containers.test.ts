/** Findings about containers that cannot run: images, configuration, endings. */
import { describe, expect, test } from 'vitest';
import { at, crashing, event, findingsAt, type Given, notReady, ready, reference, scheduled, waiting } from './diagnosed-pod.ts';

type Row = readonly [what: string, seconds: number, given: Given, code: string, verdict: string, cause: string];

/** The worst finding is as told. */
function worst(_: string, seconds: number, given: Given, code: string, verdict: string, cause: string): void {
  const [first] = findingsAt(seconds, given);
  expect({ code: first?.code, verdict: first?.verdict, cause: first?.cause }).toEqual({ code, verdict, cause });
}

const pull = (message: string, reason = 'ImagePullBackOff'): Given => ({ status: waiting(reason, message) });
const image = (words: string): string => `The image shop/web:1 of app ${words}.`;

describe('image', () => {
  test.each<Row>([
    ['first failure', 5, pull('shop/web:1: not found', 'ErrImagePull'), 'image-not-found', 'waiting', image('was not found')],
    ['backed off', 5, pull('shop/web:1: not found'), 'image-not-found', 'doomed', image('was not found')],
    ['platform', 5, pull('no match for platform in manifest'), 'image-platform', 'doomed', image("is not made for its node's platform")],
    ['no host', 20, pull('lookup r.example: no such host'), 'image-registry-unreachable', 'stuck', image('cannot be pulled: its registry cannot be reached')],
    ['unavailable', 5, pull('', 'RegistryUnavailable'), 'image-registry-unreachable', 'waiting', image('cannot be pulled: its registry cannot be reached')],
    ['TLS', 20, pull('x509: unknown authority'), 'image-registry-tls', 'stuck', image('cannot be pulled: the TLS connection to its registry fails')],
    ['signature', 5, pull('', 'SignatureValidationFailed'), 'image-signature', 'waiting', image('is refused for its signature')],
    ['signature, by its message', 20, pull('bad signature'), 'image-signature', 'stuck', image('is refused for its signature')],
    ['inspection', 20, pull('broken layer', 'ImageInspectError'), 'image-pull-failed', 'stuck', image('cannot be pulled: broken layer')],
    ['another failure, of which nothing is said', 20, pull(''), 'image-pull-failed', 'stuck', image('cannot be pulled')],
    [
      'another failure, with what the registry said',
      20,
      pull(
        'Back-off pulling image "shop/web:1": ErrImagePull: failed to pull and unpack image "shop/web:1": failed to resolve reference "shop/web:1": unexpected status: 500 Internal Server Error',
      ),
      'image-pull-failed',
      'stuck',
      image('cannot be pulled: unexpected status: 500 Internal Server Error'),
    ],
    ['never', 0, pull('', 'ErrImageNeverPull'), 'image-never-pulled', 'doomed', image('is not on the node, and its pull policy is Never')],
    [
      'no image, or no right to it',
      20,
      pull('pull access denied, repository does not exist or may require authorization'),
      'image-pull-denied',
      'stuck',
      image('cannot be pulled: the registry refuses the credentials'),
    ],
  ])('%s', worst);

  const denied = (context: Given['context']): string | undefined => findingsAt(20, { ...pull('401 Unauthorized'), ...(context && { context }) })[0]?.cause;

  test('a pull secret is named where it is missing or of the wrong type', () => {
    const refused = 'cannot be pulled: the registry refuses the credentials';
    expect(denied({ references: [reference('Secret', 'regcred', 'pull-secret', { state: 'missing' })] })).toBe(
      image(`${refused}, and its pull secret regcred does not exist`),
    );
    expect(denied({ references: [reference('Secret', 'regcred', 'pull-secret', { type: 'Opaque' })] })).toBe(
      image(`${refused}, and its pull secret regcred is of type Opaque, which holds none`),
    );
    expect(denied({ references: [reference('Secret', 'regcred', 'pull-secret', { type: 'kubernetes.io/dockerconfigjson' })] })).toBe(image(refused));
    const unable = event('FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (regcred); attempting to pull may fail.', 1);
    expect(denied({ events: [unable] })).toBe(image(`${refused}, and its pull secret regcred does not exist`));
  });

  test('containers that share an image share a finding, which shows where each says so', () => {
    const spec = { containers: ['a', 'b', 'c'].map((name) => ({ name, image: name === 'c' ? 'other:1' : 'shop/web:1' })) };
    const containerStatuses = ['a', 'b', 'c'].map((name) => ({ name, state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } }));
    const findings = findingsAt(20, { spec, status: { conditions: [scheduled, ...notReady], containerStatuses } });
    expect(findings.map(({ cause }) => cause)).toEqual(['The image shop/web:1 of a and b was not found.', 'The image other:1 of c was not found.']);
    expect(findings[0]?.evidence).toEqual([
      { source: 'status', path: 'status.containerStatuses[0].state.waiting', text: 'ImagePullBackOff: not found' },
      { source: 'status', path: 'status.containerStatuses[1].state.waiting', text: 'ImagePullBackOff: not found' },
    ]);
    expect(findings[0]).toMatchObject({ subject: 'container a, container b', about: 'shop/web:1', next: 'kubectl set image pod/web a=IMAGE:TAG -n shop' });
  });

  test('the evidence is what the registry said, without what names the image again', () => {
    const message =
      'Back-off pulling image "shop/web:1": ErrImagePull: rpc error: code = Unknown desc = failed to resolve reference "shop/web:1": 429 Too Many Requests';
    expect(findingsAt(20, pull(message))[0]?.evidence[0]).toMatchObject({ text: 'ImagePullBackOff: 429 Too Many Requests' });
  });

  test('the image of a volume is told from that of the container that mounts it', () => {
    const volumes = [{ name: 'model', image: { reference: 'shop/model' } }];
    const spec = { containers: ['a', 'b'].map((name) => ({ name, image: 'shop/web:1' })), volumes };
    const refused = (name: string, image: string) => ({ name, state: { waiting: { reason: 'ImagePullBackOff', message: `"${image}": not found` } } });
    const seen = (...images: readonly [string, string]) => {
      const containerStatuses = [refused('a', images[0]), refused('b', images[1])];
      return findingsAt(20, { spec, status: { conditions: [scheduled, ...notReady], containerStatuses } });
    };
    expect(seen('shop/model:latest', 'shop/model:latest')).toMatchObject([
      {
        code: 'image-not-found',
        cause: 'The image shop/model of the volume model of a and b was not found.',
        about: 'shop/model',
        next: 'kubectl describe pod web -n shop',
      },
    ]);
    expect(seen('shop/model', 'shop/web:1').map(({ cause }) => cause)).toEqual([
      'The image shop/model of the volume model of a was not found.',
      'The image shop/web:1 of b was not found.',
    ]);
  });

  test('a pull of the image of a volume goes on until it has ended', () => {
    const spec = {
      volumes: [
        { name: 'model', image: { reference: 'shop/model:2' } },
        { name: 'other', image: {} },
      ],
    };
    const pulling = event('Pulling', 'Pulling image "shop/model:2"', 5);
    const given = (events = [pulling]): Given => ({ spec, status: waiting('ContainerCreating'), context: { events } });
    expect(findingsAt(125, given())).toMatchObject([{ code: 'image-pulling', verdict: 'waiting', subject: 'volume model', about: 'shop/model:2' }]);
    expect(findingsAt(125, given())[0]?.cause).toBe('The volume model waits for its image shop/model:2, which has been pulled for 2m.');
    expect(findingsAt(125, given([pulling, event('Pulled', 'Successfully pulled image "shop/model:2"', 9)]))[0]?.code).toBe('container-creating');
  });

  test('a pull that goes on is waiting for a quarter of an hour, until it has ended', () => {
    const pulling = event('Pulling', 'Pulling image "shop/web:1"', 5, 'app');
    const given = (events = [pulling]): Given => ({ status: waiting('ContainerCreating'), context: { events } });
    expect(findingsAt(125, given())[0]).toMatchObject({ code: 'image-pulling', verdict: 'waiting', subject: 'container app' });
    expect(findingsAt(125, given())[0]?.cause).toBe('Container app waits for its image shop/web:1, which has been pulled for 2m.');
    expect(findingsAt(1000, given())[0]).toMatchObject({ code: 'image-pulling', verdict: 'stuck' });
    expect(findingsAt(125, given([pulling, event('Pulled', 'done', 9, 'app')]))[0]?.code).toBe('container-creating');
    expect(findingsAt(125, given([]))[0]?.code).toBe('container-creating');
  });
});

describe('config', () => {
  const config = (message: string, reason = 'CreateContainerConfigError', context = {}): Given => ({ status: waiting(reason, message), context });
  test.each<Row>([
    [
      'a ConfigMap',
      5,
      config('configmap "settings" not found'),
      'config-map-missing',
      'waiting',
      'Container app waits for the ConfigMap settings, which does not exist.',
    ],
    ['a Secret', 20, config('secret "keys" not found'), 'secret-missing', 'stuck', 'Container app waits for the Secret keys, which does not exist.'],
    [
      'a key of a Secret',
      20,
      config("couldn't find key tls in Secret shop/keys"),
      'secret-key-missing',
      'stuck',
      'Container app waits for the key tls, which the Secret keys does not have.',
    ],
    [
      'a key of a ConfigMap, with the nearest that there is',
      20,
      config("couldn't find key schema in ConfigMap shop/settings", undefined, {
        references: [reference('ConfigMap', 'settings', 'env', { keys: ['debug', 'schemas'] })],
      }),
      'config-map-key-missing',
      'stuck',
      'Container app waits for the key schema, which the ConfigMap settings does not have (the nearest is schemas).',
    ],
    [
      'root',
      0,
      config('container has runAsNonRoot and image will run as root'),
      'run-as-root-refused',
      'doomed',
      'Container app cannot be started: it must not run as root (runAsNonRoot), but its image shop/web:1 does.',
    ],
    [
      'a user that is a name',
      0,
      config('container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root (pod: "p", container: app)'),
      'run-as-root-refused',
      'doomed',
      "Container app cannot be started: it must not run as root (runAsNonRoot), but the user of its image shop/web:1 is a name, web, which may be root's.",
    ],
    [
      'the user 0',
      0,
      config(`container's runAsUser breaks non-root policy (pod: "p", container: app)`),
      'run-as-root-refused',
      'doomed',
      'Container app cannot be started: it must not run as root (runAsNonRoot), but its runAsUser is 0.',
    ],
    ['another reason', 20, config('bad'), 'container-config', 'stuck', 'Container app cannot be started: CreateContainerConfigError: bad.'],
    ['creation', 20, config('no', 'CreateContainerError'), 'container-create', 'stuck', 'Container app cannot be started: CreateContainerError: no.'],
    ['a sandbox', 20, config('no', 'CreatePodSandboxError'), 'sandbox-failed', 'stuck', 'Container app cannot be started: CreatePodSandboxError: no.'],
    [
      'creation, for a file that is not the command',
      20,
      config('cannot load seccomp profile "/no.json": open /no.json: no such file or directory', 'CreateContainerError'),
      'container-create',
      'stuck',
      'Container app cannot be started: CreateContainerError: cannot load seccomp profile "/no.json": open /no.json: no such file or directory.',
    ],
    [
      'a mount, before the crash loop',
      5,
      config(
        'runc create failed: unable to start container process: error during container init: error mounting "/a" to rootfs at "/b": mount /a:/b, flags: 0x5000: no such file or directory',
        'RunContainerError',
      ),
      'start-failed',
      'waiting',
      'Container app could not be started: /a cannot be mounted at /b: no such file or directory.',
    ],
    ['a hook', 20, config('no', 'PreStartHookError'), 'start-hook', 'stuck', 'Container app cannot be started: PreStartHookError: no.'],
    ['a postStart hook', 20, config('no', 'PostStartHookError'), 'start-hook', 'stuck', 'Container app was killed because its postStart hook failed: no.'],
    [
      'a command, before the crash loop',
      5,
      config('runc create failed: unable to start container process: exec: "/bin/no": stat /bin/no: no such file or directory', 'RunContainerError'),
      'command-not-found',
      'waiting',
      'Container app could not be started: exec: "/bin/no": stat /bin/no: no such file or directory.',
    ],
  ])('%s', worst);

  test('what the look-up found is shown, and the next step prints no values', () => {
    const message = "couldn't find key tls in Secret shop/keys";
    const shown = (facts: object) => findingsAt(5, config(message, undefined, { references: [reference('Secret', 'keys', 'env', facts)] }))[0]?.evidence.at(-1);
    expect(shown({ keys: ['a', 'b'] })).toEqual({ source: 'reference', object: 'Secret shop/keys', text: 'has the keys a and b' });
    expect(shown({ keys: ['a'] })).toMatchObject({ text: 'has the key a' });
    expect(shown({ keys: [] })).toMatchObject({ text: 'has no keys' });
    expect(shown({ state: 'unknown', problem: 'forbidden' })).toMatchObject({ text: 'could not check: forbidden' });
    expect(shown({ state: 'unknown' })).toMatchObject({ text: 'could not check' });
    expect(shown({ state: 'missing' })).toMatchObject({ text: 'does not exist' });
    expect(findingsAt(5, config(message))[0]?.next).toBe('kubectl describe secret/keys -n shop');
  });
});

describe('exit', () => {
  const crash = (terminated: object, context = {}, spec = {}): Given => ({ status: crashing(terminated), context, spec });
  const log = (text: string): object => ({ logs: new Map([['app', text]]) });
  test.each<Row>([
    [
      'memory, with the limit',
      9,
      crash({ reason: 'OOMKilled', exitCode: 137 }, {}, { containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }] }),
      'out-of-memory',
      'doomed',
      'Container app was killed for using more memory than its limit of 64Mi (OOMKilled); it was restarted 3 times.',
    ],
    [
      'memory, without a limit',
      9,
      crash({ reason: 'OOMKilled', exitCode: 137 }),
      'out-of-memory',
      'doomed',
      'Container app was killed because its Pod or its node ran out of memory (OOMKilled); it was restarted 3 times.',
    ],
    [
      'a code',
      9,
      crash({ exitCode: 3, message: 'no schema\n' }),
      'exited-with-error',
      'doomed',
      'Container app exited with 3: no schema; it was restarted 3 times.',
    ],
    [
      'a shell that does not find a command',
      9,
      crash({ exitCode: 127 }, log('starting\nsh: migrate: not found')),
      'command-not-found',
      'doomed',
      'Container app exited with 127 (the command was not found): migrate; it was restarted 3 times.',
    ],
    [
      'a code of 127 without a log',
      9,
      crash({ exitCode: 127 }),
      'command-not-found',
      'doomed',
      'Container app exited with 127 (the command was not found); it was restarted 3 times.',
    ],
    [
      'a command without the right',
      9,
      crash({ exitCode: 126 }, log('bash: line 1: ./run: Permission denied')),
      'command-not-executable',
      'doomed',
      'Container app exited with 126 (the command is not executable): ./run; it was restarted 3 times.',
    ],
    [
      'another processor, said by the runtime',
      9,
      crash({ exitCode: 128, reason: 'StartError', message: 'unable to start container process: exec /app: exec format error' }),
      'wrong-architecture',
      'doomed',
      'Container app could not be started: exec /app: exec format error; it was restarted 3 times.',
    ],
    [
      'another processor, said by the log',
      9,
      crash({ exitCode: 1 }, log('exec /app: exec format error')),
      'wrong-architecture',
      'doomed',
      'Container app exited with 1: exec format error; it was restarted 3 times.',
    ],
    [
      'no right to start',
      9,
      crash({ exitCode: 128, reason: 'StartError', message: 'unable to start container process: exec: "/etc": permission denied' }),
      'command-not-executable',
      'doomed',
      'Container app could not be started: exec: "/etc": permission denied; it was restarted 3 times.',
    ],
    [
      'another failed start',
      9,
      crash({ exitCode: 128, reason: 'StartError', message: 'x: unable to start container process: no cgroup' }),
      'start-failed',
      'doomed',
      'Container app could not be started: no cgroup; it was restarted 3 times.',
    ],
    [
      'a volume that cannot be mounted',
      9,
      crash({
        exitCode: 128,
        reason: 'StartError',
        message:
          'unable to start container process: error mounting "/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/data" to rootfs at "/etc/passwd": mount x: not a directory',
      }),
      'start-failed',
      'doomed',
      'Container app could not be started: the volume data cannot be mounted at /etc/passwd: not a directory; it was restarted 3 times.',
    ],
    [
      'a part of a volume that cannot be mounted',
      9,
      crash({
        exitCode: 128,
        reason: 'StartError',
        message:
          'unable to start container process: error mounting "/var/lib/kubelet/pods/u/volume-subpaths/data/app/0" to rootfs at "/etc": mount x: not a directory',
      }),
      'start-failed',
      'doomed',
      'Container app could not be started: the volume data cannot be mounted at /etc: not a directory; it was restarted 3 times.',
    ],
    [
      'a start that says little',
      9,
      crash({ exitCode: 128, reason: 'ContainerCannotRun' }),
      'start-failed',
      'doomed',
      'Container app could not be started; it was restarted 3 times.',
    ],
    [
      'a bad access',
      9,
      crash({ exitCode: 139 }),
      'killed-by-signal',
      'doomed',
      'Container app exited with 139 (killed by SIGSEGV, a bad memory access); it was restarted 3 times.',
    ],
    [
      'no error',
      9,
      crash({ exitCode: 0, reason: 'Completed' }),
      'keeps-completing',
      'doomed',
      'Container app ends without an error, but is meant to keep running; it was restarted 3 times.',
    ],
    [
      'a liveness probe',
      9,
      crash(
        { exitCode: 137 },
        { events: [event('Killing', 'Container app failed liveness probe, will be restarted', 3, 'app')] },
        { containers: [{ name: 'app', livenessProbe: { httpGet: { port: 80, path: '/live' } } }] },
      ),
      'liveness-probe',
      'doomed',
      'Container app was killed because its liveness probe (http :80/live) failed; it was restarted 3 times.',
    ],
    [
      'a startup probe that is not in the spec any more',
      9,
      crash({ exitCode: 143 }, { events: [event('Killing', 'Container app failed startup probe, will be restarted', 3, 'app')] }),
      'startup-probe',
      'doomed',
      'Container app was killed because its startup probe failed; it was restarted 3 times.',
    ],
    [
      'a postStart hook',
      9,
      crash(
        { exitCode: 137 },
        { events: [event('Killing', 'FailedPostStartHook', 3, 'app')] },
        { containers: [{ name: 'app', lifecycle: { postStart: { exec: { command: ['warm', 'up'] } } } }] },
      ),
      'start-hook',
      'doomed',
      'Container app was killed because its postStart hook (exec warm up) failed; it was restarted 3 times.',
    ],
    [
      'a stop that no probe asked for',
      9,
      crash({ exitCode: 143 }, { events: [event('Killing', 'Stopping container app', 3, 'app')] }),
      'killed-by-signal',
      'doomed',
      'Container app exited with 143 (killed by SIGTERM); it was restarted 3 times.',
    ],
    [
      'nobody saw it',
      9,
      crash({ exitCode: 137, reason: 'ContainerStatusUnknown' }),
      'ending-unknown',
      'doomed',
      'Container app ended, and nobody knows how (ContainerStatusUnknown, exit code 137); it was restarted 3 times.',
    ],
    [
      'containerd did not see it',
      9,
      crash({ exitCode: 255, reason: 'Unknown', message: 'gone' }),
      'ending-unknown',
      'doomed',
      'Container app ended, and nobody knows how (Unknown, exit code 255): gone; it was restarted 3 times.',
    ],
  ])('%s', worst);

  test.each([
    ['the one that declares it', 'bind: address already in use (0.0.0.0:8080)', [{ containerPort: 8080 }], 'port 8080: container web has it'],
    ['the only other one', 'nc: bind: Address already in use', [], 'port 9000: container web has it'],
  ])('a port that another container has: %s', (_, text, ports, words) => {
    const spec = {
      containers: [
        { name: 'web', ports },
        { name: 'app', ports: [{ containerPort: 9000 }] },
      ],
    };
    const statuses = (crashing({}) as { containerStatuses: object[] }).containerStatuses;
    const web = { name: 'web', ready: true, state: { running: { startedAt: at(1) } } };
    const [first] = findingsAt(9, { spec, status: { ...crashing({}), containerStatuses: [web, ...statuses] }, context: log(text) });
    expect(first).toMatchObject({ code: 'port-in-use', cause: `Container app cannot listen on ${words}; it was restarted 3 times.` });
    expect(first?.evidence.at(-1)).toEqual({ source: 'log', container: 'app', text });
    expect(first?.next).toBe('kubectl logs web -c app --previous -n shop');
  });

  test('a port that nobody can be named for', () => {
    const sidecars = ['a', 'b'].map((name) => ({ name, restartPolicy: 'Always' }));
    const initContainerStatuses = ['a', 'b'].map((name) => ({ name, started: true, ready: true, state: { running: {} } }));
    const given = { spec: { initContainers: sidecars }, status: { ...crashing({ message: 'EADDRINUSE' }), initContainerStatuses } };
    expect(findingsAt(9, given)[0]?.cause).toBe('Container app cannot listen on its port: another container of the Pod has it; it was restarted 3 times.');
  });

  test('a sidecar that has the port is called one', () => {
    const spec = { initContainers: [{ name: 'proxy', restartPolicy: 'Always', ports: [{ containerPort: 80 }] }] };
    const initContainerStatuses = [{ name: 'proxy', started: true, ready: true, state: { running: {} } }];
    const given = { spec, status: { ...crashing({ message: 'listen tcp :80: bind: address already in use' }), initContainerStatuses } };
    expect(findingsAt(9, given)[0]?.cause).toBe('Container app cannot listen on port 80: sidecar proxy has it; it was restarted 3 times.');
  });

  test('a container that runs well again is degraded for ten minutes', () => {
    const containerStatuses = [
      { name: 'app', ready: true, restartCount: 1, state: { running: { startedAt: at(10) } }, lastState: { terminated: { exitCode: 3, finishedAt: at(9) } } },
    ];
    const given = { status: { conditions: [scheduled, ...ready], containerStatuses } };
    expect(findingsAt(60, given)).toMatchObject([
      { code: 'restarted-lately', verdict: 'degraded', severity: 'warning', cause: 'Container app runs again, but exited with 3; it was restarted once.' },
    ]);
    expect(findingsAt(700, given)).toEqual([]);
  });

  test('what ended the Pod from outside comes before its containers, of which only those that ended by themselves say something', () => {
    const ending = (exitCode: number) => {
      const containerStatuses = [{ name: 'app', state: { terminated: { exitCode, finishedAt: at(3) } } }];
      return findingsAt(5, { status: { phase: 'Failed', reason: 'Evicted', message: 'disk', conditions: [scheduled], containerStatuses } }).map(
        ({ code }) => code,
      );
    };
    expect(ending(137)).toEqual(['evicted']);
    expect(ending(3)).toEqual(['evicted', 'exited-with-error']);
    expect(findingsAt(5, { status: { phase: 'Failed', reason: 'Odd', message: 'so' } })).toMatchObject([{ code: 'pod-failed', cause: 'Odd: so.' }]);
  });
});

/** What a recording leaves out of a Pod and an Event, and what it keeps. */
import { describe, expect, test } from 'vitest';
import { redacted, redactedText } from '../../src/core/secret-text.ts';
import { redactedEvent, redactedPod } from '../../src/record/redact.ts';

describe('text', () => {
  test.each([
    ['--password=hunter2-x', `--password=${redacted}`],
    ['DB_PASSWORD="hunter2 x" run', `DB_PASSWORD=${redacted} run`],
    ["export API_KEY='a b'; go", `export API_KEY=${redacted}; go`],
    ['{"token": "abc\\"", "port": 80}', `{"token": ${redacted}, "port": 80}`],
    ['Authorization: Bearer abcdefgh.ijk', `Authorization: Bearer ${redacted}`],
    ['Authorization: Basic dXNlcjpwYXNz', `Authorization: Basic ${redacted}`],
    ['bearer abcdefghijkl', `bearer ${redacted}`],
    ['postgres://user:pass@db:5432/shop', `postgres://${redacted}@db:5432/shop`],
    ['https://ghp_abc@github.com/x', `https://${redacted}@github.com/x`],
    ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln back', `got ${redacted} back`],
    ['a\n-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nb', `a\n${redacted}\nb`],
    ['http://x/?token=abc&page=2', `http://x/?token=${redacted}&page=2`],
  ])('%s', (text, left) => {
    expect(redactedText(text)).toBe(left);
  });

  test.each([
    'MountVolume.SetUp failed for volume "config" : secret "db" not found',
    'Back-off restarting failed container app in pod web_shop(1234)',
    'docker-pullable://nginx@sha256:0123456789abcdef',
    'registry.example.com:5000/shop/web@sha256:0123',
    "Error: couldn't find key password in Secret shop/db",
    'failed to sync secret cache: timed out waiting for the condition',
    'Readiness probe failed: Get "http://10.244.1.7:8080/ready": dial tcp 10.244.1.7:8080: connect: connection refused',
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 20Mi.',
  ])('is kept: %s', (text) => {
    expect(redactedText(text)).toBe(text);
  });
});

test('a Pod keeps what explains it', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      uid: 'u',
      managedFields: [{ manager: 'kubectl' }],
      labels: { app: 'web', 'session-token': 'abc' },
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"containers":[{"env":[{"name":"A","value":"s3cret"}]}]}}',
        'kapp.k14s.io/original': '{}',
        'example.com/copy': '{"containers":[{"env":[{"name":"A","value":"s3cret"}]}]}',
        note: 'kept',
      },
    },
    spec: {
      volumes: [
        { name: 'v', csi: { driver: 'd', volumeAttributes: { share: 's', accessKey: 's3cret' } } },
        { name: 's', secret: { secretName: 'db' } },
      ],
      initContainers: [{ name: 'load', command: ['load', '--token', 's3cret', '--from', 'x'] }],
      containers: [
        {
          name: 'app',
          env: [
            { name: 'MODE', value: 's3cret' },
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          ],
          args: ['--password=s3cret with words', '--port=80'],
          livenessProbe: { periodSeconds: 3, httpGet: { path: '/', port: 80, httpHeaders: [{ name: 'X', value: 's3cret' }] } },
          readinessProbe: { exec: { command: ['check', '-api-key', 's3cret'] } },
          lifecycle: { preStop: { exec: { command: ['sh', '-c', 'curl -H "Authorization: Bearer s3cret-s3cret" x'] } } },
        },
      ],
      ephemeralContainers: [{ name: 'debug', env: [{ name: 'A', value: 's3cret' }] }],
    },
    status: { phase: 'Running', message: 'token=s3cret', containerStatuses: [{ name: 'app', state: { terminated: { message: 'PASSWORD=s3cret' } } }] },
  };
  const before = JSON.stringify(pod);
  expect(redactedPod(pod)).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      uid: 'u',
      labels: { app: 'web', 'session-token': redacted },
      annotations: { 'example.com/copy': redacted, note: 'kept' },
    },
    spec: {
      volumes: [
        { name: 'v', csi: { driver: 'd', volumeAttributes: { share: 's', accessKey: redacted } } },
        { name: 's', secret: { secretName: 'db' } },
      ],
      initContainers: [{ name: 'load', command: ['load', '--token', redacted, '--from', 'x'] }],
      containers: [
        {
          name: 'app',
          env: [
            { name: 'MODE', value: redacted },
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          ],
          args: [`--password=${redacted}`, '--port=80'],
          livenessProbe: { periodSeconds: 3, httpGet: { path: '/', port: 80, httpHeaders: [{ name: 'X', value: redacted }] } },
          readinessProbe: { exec: { command: ['check', '-api-key', redacted] } },
          lifecycle: { preStop: { exec: { command: ['sh', '-c', `curl -H "Authorization: Bearer ${redacted}" x`] } } },
        },
      ],
      ephemeralContainers: [{ name: 'debug', env: [{ name: 'A', value: redacted }] }],
    },
    status: {
      phase: 'Running',
      message: `token=${redacted}`,
      containerStatuses: [{ name: 'app', state: { terminated: { message: `PASSWORD=${redacted}` } } }],
    },
  });
  expect(JSON.stringify(pod)).toBe(before);
});

test('an Event keeps its message but for the secret in it', () => {
  const event = { metadata: { uid: 'e', managedFields: [{}] }, reason: 'Failed', message: 'exec: "--api-key=s3cret": not found' };
  expect(redactedEvent(event)).toEqual({ metadata: { uid: 'e' }, reason: 'Failed', message: `exec: "--api-key=${redacted}": not found` });
});

test.each([undefined, null, 7, 'x', [], { spec: null }, { spec: { containers: 'x' } }, { metadata: { annotations: [] } }])(
  '%j is no Pod, and is no trouble',
  (value) => {
    expect(() => [redactedPod(value), redactedEvent(value)]).not.toThrow();
  },
);

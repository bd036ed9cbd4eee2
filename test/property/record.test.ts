/** Laws of recordings: a secret never reaches the bytes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordable } from '../../src/record/recording-writer.ts';

const secret = fc.stringMatching(/^s3cret[A-Za-z0-9+/_-]{10,30}$/);
/** Places where a secret may stand in a Pod, each with the text around it. */
const places: readonly ((secret: string) => Record<string, unknown>)[] = [
  (value) => ({ spec: { containers: [{ name: 'a', env: [{ name: 'MODE', value }] }] } }),
  (value) => ({ spec: { initContainers: [{ name: 'a', env: [{ name: 'MODE', value: `before ${value} after` }] }] } }),
  (value) => ({
    spec: {
      ephemeralContainers: [
        {
          name: 'a',
          env: [
            { name: 'A', value: 'x' },
            { name: 'B', value },
          ],
        },
      ],
    },
  }),
  (value) => ({ spec: { containers: [{ args: [`--password=${value}`, 'x'] }] } }),
  (value) => ({ spec: { containers: [{ args: ['--db-token', value] }] } }),
  (value) => ({ spec: { containers: [{ command: ['sh', '-c', `export API_KEY=${value}; run`] }] } }),
  (value) => ({ spec: { containers: [{ command: ['sh', '-c', `curl -H 'Authorization: Bearer ${value}' http://x`] }] } }),
  (value) => ({ spec: { containers: [{ command: ['psql', `postgres://shop:${value.replaceAll('/', '-')}@db/shop`] }] } }),
  (value) => ({ spec: { containers: [{ livenessProbe: { httpGet: { httpHeaders: [{ name: 'X-Any', value }] } } }] } }),
  (value) => ({ spec: { containers: [{ lifecycle: { postStart: { exec: { command: ['x', `--secret=${value}`] } } } }] } }),
  (value) => ({ metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"spec":{"env":[{"name":"A","value":"${value}"}]}}` } } }),
  (value) => ({ metadata: { annotations: { 'vault.example.com/token': value } } }),
  (value) => ({ metadata: { labels: { 'api-key': value } } }),
  (value) => ({ metadata: { managedFields: [{ note: value }] } }),
  (value) => ({ status: { message: `connect: password=${value} refused` } }),
  (value) => ({ status: { containerStatuses: [{ state: { terminated: { message: `{"client_secret": "${value}"}` } } }] } }),
];

test('a secret planted in a Pod never reaches the bytes, and what stands beside it does', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...places), fc.string(), (value, place, beside) => {
      const planted = place(value);
      const pod = { ...planted, kind: 'Pod', metadata: { ...(planted['metadata'] as object | undefined), name: 'web', uid: 'u', note: 'kept' } };
      const bytes = recordable('Pod', { ...pod, status: { ...(planted['status'] as object | undefined), reason: 'Kept' }, other: beside }).json.toString();
      expect(bytes).not.toContain(value);
      expect(bytes).toContain('"reason":"Kept"');
      expect(bytes).toContain('"name":"web"');
    }),
    { numRuns: 2000 },
  );
});

test('a secret in the message of an Event never reaches the bytes', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom('token=', '--password=', 'Authorization: Basic ', '"secret": "', 'bearer '), (value, before) => {
      const bytes = recordable('Event', { metadata: { uid: 'e' }, message: `failed: ${before}${value}` }).json.toString();
      expect(bytes).not.toContain(value);
      expect(bytes).toContain('failed: ');
    }),
  );
});

test('anything at all is made recordable without an error', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      recordable('Pod', value);
      recordable('Event', value);
    }),
  );
});

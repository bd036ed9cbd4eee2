/** Reports of checks for the tests of their formats: one with every outcome, and what a validator says of a format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import Ajv from 'ajv';
import draft04 from 'ajv/lib/refs/json-schema-draft-04.json' with { type: 'json' };
import draft07 from 'ajv/lib/refs/json-schema-draft-07.json' with { type: 'json' };
import type { CheckedPod, CheckedTarget, CheckReport } from '../../src/core/check-report.ts';
import { finding } from '../../src/core/diagnosis/finding.ts';

export const startedAt = Date.parse('2026-03-01T12:00:00Z');

export function pod(name: string, more: Partial<CheckedPod> = {}): CheckedPod {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    status: 'Running',
    readyContainers: 0,
    containers: 1,
    restarts: 0,
    outcome: 'failed',
    createdAt: startedAt + 100,
    findings: [],
    logs: [],
    ...more,
  };
}

export function target(name: string, more: Partial<CheckedTarget> = {}): CheckedTarget {
  return {
    target: name,
    namespace: 'shop',
    place: undefined,
    waitedFor: 'ready',
    outcome: 'failed',
    wanted: 1,
    reached: 0,
    message: undefined,
    findings: [],
    pods: [],
    endedAt: startedAt + 6_000,
    ...more,
  };
}

export function report(targets: readonly CheckedTarget[], more: Partial<CheckReport> = {}): CheckReport {
  return {
    outcome: 'failed',
    exitCode: 1,
    cluster: 'kind-podwright',
    startedAt,
    endedAt: startedAt + 6_900,
    timeoutMs: 300_000,
    targets,
    recording: undefined,
    ...more,
  };
}

export const imageNotFound = finding('image-not-found', 'doomed', {
  subject: 'container app',
  cause: 'The image registry.example/web:9.9 was not found.',
  about: 'registry.example/web:9.9',
  since: startedAt + 2_000,
  evidence: [
    { source: 'status', path: 'status.containerStatuses[0].state.waiting', text: 'ImagePullBackOff' },
    { source: 'event', reason: 'Failed', text: 'manifest unknown', count: 4, at: startedAt + 3_000 },
  ],
  next: 'kubectl set image deploy/web app=IMAGE:TAG -n shop',
});

const exited = finding('exited-with-error', 'doomed', {
  subject: 'container migrate',
  cause: 'Container migrate exited with 3.',
  evidence: [
    { source: 'log', container: 'migrate', text: 'schema 7 is missing' },
    { source: 'reference', object: 'ConfigMap shop/schemas', text: 'has the key schema-6' },
  ],
});

const quota = finding('quota-exceeded', 'stuck', { subject: 'deploy/api', cause: 'The quota small allows no more Pods.', about: 'small' });

/** Every outcome, every kind of evidence, places and none. */
export const wholeReport = report(
  [
    target('deploy/web', {
      place: { file: './deploy/web shop.yaml', line: 14, column: 3 },
      wanted: 2,
      message: 'The image registry.example/web:9.9 was not found.',
      pods: [
        pod('web-a', { status: 'ImagePullBackOff', findings: [imageNotFound] }),
        pod('web-b', { status: 'ImagePullBackOff', findings: [imageNotFound], createdAt: undefined }),
      ],
    }),
    target('deploy/web-canary', {
      place: { file: 'deploy/canary.yaml', line: 1, column: 1 },
      pods: [pod('web-canary-a', { status: 'ErrImagePull', findings: [imageNotFound] })],
    }),
    target('job/migrate', {
      waitedFor: 'completed',
      pods: [
        pod('migrate-x', {
          status: 'Error',
          findings: [exited],
          logs: [{ container: 'migrate', previous: true, lines: ['loading', 'schema 7 is missing'] }],
        }),
      ],
    }),
    target('deploy/api', { outcome: 'timed-out', wanted: 3, reached: 1, findings: [quota], pods: [pod('api-a', { outcome: 'passed', readyContainers: 1 })] }),
    target('-l app=cart', { outcome: 'timed-out', wanted: 2, endedAt: undefined }),
    target('pod/cache-0', {
      outcome: 'infrastructure',
      pods: [
        pod('cache-0', {
          outcome: 'infrastructure',
          status: 'Evicted',
          findings: [finding('evicted', 'doomed', { subject: 'Pod', cause: 'The node worker evicted it: it was low on memory.', about: 'worker' })],
        }),
      ],
    }),
    target('pod/slow', { outcome: 'unfinished', endedAt: undefined, pods: [pod('slow', { outcome: 'unfinished' })] }),
    target('pod/well', { outcome: 'passed', reached: 1, pods: [pod('well', { outcome: 'passed', readyContainers: 1 })] }),
    target('pod/odd', { outcome: 'timed-out', pods: [pod('odd', { outcome: 'timed-out' })] }),
  ],
  { recording: 'run.ndjson.gz' },
);

/** What is wrong with a SARIF log by its official schema; nothing where it is valid. */
export const sarifFaults = faultsBy(sarifSchema, draft04);

/** What is wrong with our JSON by the schema that docs has. */
export const jsonFaults = faultsBy(JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/check-report.schema.json'), 'utf8')), draft07);

function faultsBy(schema: object, draft: object): (value: unknown) => readonly string[] {
  // Formats in full: the fast ones let impossible dates pass.
  const ajv = new Ajv({ schemaId: 'auto', meta: false, allErrors: true, format: 'full' });
  ajv.addMetaSchema(draft);
  const validate = ajv.compile(schema);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
  };
}

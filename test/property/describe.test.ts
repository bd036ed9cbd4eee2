/** Whatever a Pod holds, it is described, in lines that fit and tell the terminal nothing but our own colours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { DescribedPod } from '../../src/core/described-pod.ts';
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import { type ReferenceFacts, referenceFacts } from '../../src/core/diagnosis/diagnosis-context.ts';
import { podReferences } from '../../src/core/diagnosis/pod-references.ts';
import { eventFacts } from '../../src/core/event-facts.ts';
import { nodeFacts } from '../../src/core/node-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { describeJson } from '../../src/report/describe-json.ts';
import { describePodLines } from '../../src/report/describe-pod.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { mangledFrom } from './mangled.ts';
import { anyPod, words } from './nasty-pod.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

/** The Pods that the integration test makes, with a status of many kinds. */
function manifest(name: string): object {
  const text = readFileSync(join(import.meta.dirname, `../integration/describe/${name}.yaml`), 'utf8');
  const pod = parseAllDocuments(text)
    .map((document): { kind: string } => document.toJS())
    .find(({ kind }) => kind === 'Pod');
  const ended = { exitCode: 137, signal: 9, reason: 'Error', message: 'out of words\n', startedAt: '2026-03-01T11:00:00Z', finishedAt: '2026-03-01T11:30:00Z' };
  return {
    ...pod,
    status: {
      phase: 'Running',
      reason: 'Evicted',
      message: 'm',
      hostIP: '10.0.0.1',
      podIPs: [{ ip: '10.1.0.1' }],
      startTime: '2026-03-01T11:00:00Z',
      qosClass: 'Burstable',
      observedGeneration: 1,
      resources: { limits: { cpu: '1' } },
      conditions: [{ type: 'Ready', status: 'False', reason: 'r', message: 'm', lastTransitionTime: '2026-03-01T11:00:00Z', observedGeneration: 1 }],
      initContainerStatuses: [{ name: 'check', state: { terminated: ended }, imageID: 'i', containerID: 'c' }],
      containerStatuses: [
        {
          name: 'app',
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'm' } },
          lastState: { terminated: ended },
          resources: { limits: { cpu: '1' } },
        },
      ],
    },
  };
}

const mangled = fc.oneof(mangledFrom(manifest('rich')), mangledFrom(manifest('every-volume')), anyPod, fc.jsonValue());
const found = fc.tuple(fc.constantFrom<ReferenceFacts['state']>('found', 'missing', 'unknown'), fc.jsonValue());
const style = fc.record({ columns: fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined }), color: fc.boolean(), unicode: fc.boolean() });

test('a description is total, and harmless', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(mangled, found, words, style, (object, [state, answer], said, style) => {
      const facts = podFacts(object);
      const event = eventFacts({ reason: said, message: said, count: 3, lastTimestamp: '2026-03-01T11:00:00Z', type: said });
      const references = podReferences(object).map((reference): ReferenceFacts => ({ ...referenceFacts(reference, answer), state }));
      const described: DescribedPod = {
        object,
        facts,
        findings: diagnosePod(facts, { events: [event], references, logs: new Map([['app', said]]) }, now),
        events: state === 'found' ? { state: 'known', value: [event] } : { state: 'unknown', problem: said },
        references,
        node: state === 'found' ? { state: 'known', value: nodeFacts(answer) } : state === 'missing' ? { state } : { state, problem: said },
        lastWords: facts.containers.map(({ name }) => ({ container: name, previous: true, log: { state: 'known', value: said } })),
        now,
      };
      const lines = describePodLines(described, style);
      const text = lines.join('\n');
      for (const line of lines) {
        const bare = line.replaceAll(/\u001b\[(?:1|2|22|3[1-3]|39)m/g, '');
        expect(bare).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Default_Ignorable_Code_Point}|\p{Surrogate}/u);
        if (!style.color) expect(line).toBe(bare);
        // Labels are not broken: they are as wide as they are.
        if (style.columns !== undefined && style.columns >= 60) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(style.columns, 60));
      }
      const json = JSON.parse(describeJson([described])) as { pods: { name: string; containers: unknown[] }[] };
      expect(json.pods.map(({ name, containers }) => [name, containers.length])).toEqual([[facts.name, facts.containers.length]]);
      expect(text).not.toMatch(/undefined|\[object Object\]|NaN/);
    }),
    { numRuns: 300 },
  );
});

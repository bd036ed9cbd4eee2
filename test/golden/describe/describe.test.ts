/** What `describe` prints of some recorded Pods, on a narrow and on a wide terminal: each beside this file. `npm run golden` writes them anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { DescribedPod } from '../../../src/core/described-pod.ts';
import { diagnosePod } from '../../../src/core/diagnosis/diagnose-pod.ts';
import { referenceFacts } from '../../../src/core/diagnosis/diagnosis-context.ts';
import { podReferences } from '../../../src/core/diagnosis/pod-references.ts';
import { eventFacts } from '../../../src/core/event-facts.ts';
import { nodeFacts } from '../../../src/core/node-facts.ts';
import { podFacts } from '../../../src/core/pod-facts.ts';
import { describeJson } from '../../../src/report/describe-json.ts';
import { describePodLines } from '../../../src/report/describe-pod.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** The Pod as of its recording, with what a look-up would have found. */
function described(name: string): DescribedPod {
  const text = readFileSync(join(import.meta.dirname, `../pods/${name}.yaml`), 'utf8');
  const now = Date.parse(/^# now: (.*)$/m.exec(text)?.[1] ?? '');
  const object: unknown = parse(text);
  const facts = podFacts(object);
  const references = podReferences(object).map((reference) => referenceFacts(reference, { data: { schemas: '', 'ca.crt': '' } }));
  const events = [
    { type: 'Normal', reason: 'Pulled', count: 3, firstTimestamp: new Date(now - 90_000).toISOString(), message: 'Container image already present on machine' },
    { type: 'Warning', reason: 'BackOff', message: 'Back-off restarting failed container app in pod', involvedObject: { fieldPath: 'spec.containers{app}' } },
  ].map((event) => eventFacts({ lastTimestamp: new Date(now - 5_000).toISOString(), source: { component: 'kubelet' }, ...event }));
  const node = nodeFacts({ status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(now - 3_600_000).toISOString() }] } });
  return {
    object,
    facts,
    findings: diagnosePod(facts, { events, references, logs: new Map([['app', 'no database\n']]) }, now),
    events: { state: 'known', value: events },
    references,
    node: facts.nodeName === undefined ? undefined : { state: 'known', value: node },
    lastWords: facts.containers
      .filter(({ lastTermination }) => lastTermination !== undefined)
      .map(({ name: container }) => ({ container, previous: true, log: { state: 'known', value: 'starting\npassword=hunter2\nno database\n' } })),
    now,
  };
}

const cases = ['config-missing', 'crash-loop', 'sidecar-not-started', 'terminating', 'unschedulable'].flatMap((name) => [80, 120].map((columns) => ({ name, columns })));

test.each(cases)('$name at $columns columns', async ({ name, columns }) => {
  const lines = describePodLines(described(name), { columns, color: false, unicode: columns > 80 });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, `${name}-${columns}.txt`));
});

test('as JSON', async () => {
  const pods = ['config-missing', 'crash-loop', 'probe-failing'].map(described);
  await expect(describeJson(pods)).toMatchFileSnapshot(join(import.meta.dirname, 'describe.json'));
});

test('colour stands for attention alone, and not for what is meant', () => {
  const pod = described('crash-loop');
  const coloured = describePodLines(pod, { columns: 120, color: true, unicode: true });
  expect(coloured.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''))).toEqual(describePodLines(pod, { columns: 120, color: false, unicode: true }));
  expect(coloured.join('\n')).toContain('\u001b[31mTerminated\u001b[39m');
});

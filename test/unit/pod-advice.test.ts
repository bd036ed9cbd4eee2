/** What lint says of Pods that are in a cluster: in the rules' words, without lines, and nothing of what the server wrote itself. */
import { expect, test } from 'vitest';
import type { LintAdvice } from '../../src/core/lint-report.ts';
import { podAdvice } from '../../src/manifest/pod-advice.ts';
import { frame } from '../../src/tui/frame.ts';
import { update } from '../../src/tui/update.ts';
import { after, ledger, pods, started, typed, upserts } from './tui-story.ts';

const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };

/** As a server sends it: with defaults filled in, and the volume of its token. */
function pod(container: object, spec: object = {}, metadata: object = { ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1' }] }): object {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'web-1-a', namespace: 'shop', labels: { app: 'web' }, ...metadata },
    spec: {
      serviceAccount: 'default',
      serviceAccountName: 'default',
      containers: [
        {
          name: 'app',
          image: 'shop/web:1',
          securityContext: hardened,
          resources,
          volumeMounts: [{ name: 'kube-api-access-x', mountPath: '/var/run/x' }],
          ...container,
        },
      ],
      volumes: [{ name: 'kube-api-access-x', projected: { sources: [] } }],
      ...spec,
    },
    status: { phase: 'Running' },
  };
}

const rulesOf = (object: unknown): readonly string[] => podAdvice(object).map(({ rule }) => rule);

test('a Pod that is written well is told nothing', () => {
  expect(rulesOf(pod({}))).toEqual([]);
});

test('warnings first, with the path of the field', () => {
  const told = podAdvice(pod({ image: 'shop/web', resources: {}, securityContext: { privileged: true } }));
  expect(told.map(({ severity }) => severity)).toEqual(told.map(({ severity }) => severity).toSorted((a, b) => b.localeCompare(a)));
  expect(told).toContainEqual(expect.objectContaining({ rule: 'latest-tag', severity: 'warning', path: 'spec.containers[0].image' }));
  expect(told.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['privileged', 'no-resources']));
});

test('who owns it counts, and what is no Pod at all is told nothing', () => {
  expect(rulesOf(pod({}, {}, {}))).toContain('naked-pod');
  for (const nothing of [undefined, null, 7, [], {}]) expect(podAdvice(nothing).filter(({ severity }) => severity === 'error')).toEqual([]);
});

const advice: readonly LintAdvice[] = [
  { rule: 'latest-tag', severity: 'warning', message: 'shop/web has no tag\u001b[2J', hint: undefined, path: 'spec.containers[0].image' },
  { rule: 'no-resources', severity: 'info', message: 'app requests no cpu', hint: undefined, path: 'spec.containers[0]' },
];

test('the pane shows the warnings, and says that there is more', () => {
  const table = started({ rows: 60 });
  const pane = after(table, pods(table, upserts([ledger])), ...typed('enter'));
  const [model] = update(pane, { type: 'advice', key: pane.pod?.key ?? '', advice });
  const text = frame(model).join('\n');
  expect(text).toMatch(/LINT\S* +shop\/web has no tag \(latest-tag\)/);
  expect(text).toContain('1 more worth knowing: d describe');
  expect(text).not.toContain('requests no cpu');
  const [other] = update(pane, { type: 'advice', key: 'another', advice });
  expect(frame(other)).toEqual(frame(pane));
});

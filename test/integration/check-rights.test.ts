/**
 * `podwright check` as the account of deploy/rbac.yaml: it has all the rights that a check uses, and none of them is for nothing. Each right is taken away in
 * turn, and what the check says or does without it is another thing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { tokenOf } from './account.ts';
import { workloadImage } from './cluster.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, awaitCount, createIn, inNamespace, waitForPod } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';

const folder = join(import.meta.dirname, '../../deploy');

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

type Manifest = KubernetesObject & { readonly rules?: readonly Rule[] };

/** What a file of deploy/ creates, in this namespace. */
function manifests(file: string, namespace: string): readonly Manifest[] {
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('namespace: shop', `namespace: ${namespace}`);
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The same under another name, with other rules. */
function renamed(objects: readonly Manifest[], name: string, rules: readonly Rule[]): readonly Manifest[] {
  const text = JSON.stringify(objects.map((object) => (object.rules ? { ...object, rules } : object)));
  return JSON.parse(text.replaceAll('"podwright-check"', `"${name}"`)) as Manifest[];
}

/** Runs a check as an account of the namespace, to its end. */
async function checkAs(account: string, namespace: string, targets: readonly string[]): Promise<Outcome> {
  let outcome: Outcome = { code: -1, stdout: '', stderr: '' };
  await withKubeconfig({ user: { token: await tokenOf(namespace, account) } }, async (kubeconfig) => {
    outcome = await runProgram(['check', ...targets, '-n', namespace, '--timeout', '10s', '--no-fail-fast'], kubeconfig, { GITHUB_ACTIONS: '' });
  });
  return outcome;
}

const container = `containers: [{name: app, image: ${workloadImage}}]`;
const labels = (name: string): string => `{matchLabels: {app: ${name}}}`;
const template = (name: string): string => `{metadata: {labels: {app: ${name}}}, spec: {terminationGracePeriodSeconds: 0, ${container}}}`;
const init = (name: string): string => `initContainers: [{name: wait, image: ${workloadImage}, command: [sh, -c, "until nslookup ${name}; do sleep 2; done"]}]`;

const objects = `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: ${labels('web')}, template: ${template('web')}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: db, selector: ${labels('db')}, template: ${template('db')}}}
---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {updateStrategy: {type: OnDelete}, selector: ${labels('agent')}, template: ${template('agent')}}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: migrate}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: "${workloadImage}", command: ["true"]}]}}}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 1 1 *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ${container}}}}}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {schemas: "7"}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: empty}, spec: {selector: {app: nobody}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: crashed}, spec: {restartPolicy: Never, containers: [{name: app, image: "${workloadImage}", command: [sh, -c, "echo no database; exit 3"]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: config}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: app, image: "${workloadImage}", env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: schema}}}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: claim}, spec: {${container}, volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: polls-none}, spec: {terminationGracePeriodSeconds: 0, ${init('ledger-db')}, ${container}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: polls-empty}, spec: {terminationGracePeriodSeconds: 0, ${init('empty')}, ${container}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: refused}, spec: {selector: ${labels('refused')}, template: {metadata: {labels: {app: refused}}, spec: {serviceAccountName: nobody, ${container}}}}}
`;

/** Gives the DaemonSet another template once its Pod is ready, and takes it back before a Pod was made from it: only the revision still says that the Pod fits. */
async function rolledBack(namespace: string): Promise<void> {
  const server = await apiServer();
  await awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dagent&`, 1, isReady, 150_000);
  const template = (release: string | null): object => ({ template: { metadata: { annotations: { release } } } });
  for (const spec of [template('2'), template(null), { updateStrategy: { type: 'RollingUpdate' } }]) {
    await server.request(`/apis/apps/v1/namespaces/${namespace}/daemonsets/agent`, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { spec },
    });
  }
}

const allowed = ({ code }: Outcome): boolean => code !== 3;
const says =
  (words: RegExp) =>
  ({ stdout }: Outcome): boolean =>
    words.test(stdout);

/** For each resource of the rules: what is checked, and what holds of the outcome with the right to it, and not without. */
const needs: Readonly<Record<string, readonly [target: string, holds: (outcome: Outcome) => boolean]>> = {
  pods: ['pod/crashed', allowed],
  deployments: ['deploy/web', allowed],
  replicasets: ['deploy/web', allowed],
  statefulsets: ['sts/db', allowed],
  daemonsets: ['ds/agent', allowed],
  controllerrevisions: ['ds/agent', ({ code }) => code === 0],
  jobs: ['job/migrate', allowed],
  cronjobs: ['cronjob/nightly', allowed],
  events: ['deploy/refused', says(/serviceaccount "nobody" not found/)],
  'pods/log': ['pod/crashed', says(/^ +no database$/m)],
  configmaps: ['pod/config', says(/the nearest is schemas/)],
  persistentvolumeclaims: ['pod/claim', says(/PersistentVolumeClaim data is not bound/)],
  services: ['pod/polls-none', says(/ledger-db, which does not exist/)],
  endpointslices: ['pod/polls-empty', says(/empty, which has no ready endpoint/)],
};

describe.concurrent('the account of deploy/rbac.yaml', () => {
  test('has every right that a check uses, and none for nothing', { timeout: 240_000 }, async () => {
    await inNamespace(async (namespace) => {
      const account = manifests('rbac.yaml', namespace);
      const rules = account.flatMap((object) => object.rules ?? []);
      expect(rules.flatMap(({ resources }) => resources).toSorted()).toEqual(Object.keys(needs).toSorted());
      const without = Object.keys(needs).map((resource) => {
        const left = rules.map((rule) => ({ ...rule, resources: rule.resources.filter((each) => each !== resource) }));
        return renamed(
          account,
          `without-${resource.replace('/', '-')}`,
          left.filter(({ resources }) => resources.length > 0),
        );
      });
      await apply(namespace, objects);
      await Promise.all([account, ...without].map((each) => createIn(namespace, each)));
      const within = 150_000;
      await Promise.all([
        waitForPod(namespace, 'crashed', ({ status }) => status?.phase === 'Failed', { within }),
        waitForPod(namespace, 'config', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError', { within }),
        waitForPod(namespace, 'claim', ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable', { within }),
        ...['polls-none', 'polls-empty'].map((name) =>
          waitForPod(namespace, name, ({ status }) => status?.initContainerStatuses?.[0]?.state?.running !== undefined, { within }),
        ),
      ]);
      await rolledBack(namespace);
      const told = await Promise.all(
        Object.entries(needs).map(async ([resource, [target, holds]]) => {
          const accounts = ['podwright-check', `without-${resource.replace('/', '-')}`];
          const [whole, lacking] = await Promise.all(accounts.map((name) => checkAs(name, namespace, [target])));
          return {
            resource,
            refused: whole?.stderr.includes('system:serviceaccount:'),
            with: whole && holds(whole),
            without: lacking && holds(lacking),
            whole,
            lacking,
          };
        }),
      );
      // Those of which it does not hold, with what was printed.
      expect(told.filter((each) => each.refused !== false || each.with !== true || each.without !== false)).toEqual([]);
    });
  });

  test('for all namespaces has the same rights, and sees nodes', { timeout: 240_000 }, async () => {
    const rulesOf = (objects: readonly Manifest[]): readonly Rule[] => objects.flatMap(({ rules }) => rules ?? []);
    await inNamespace(async (namespace) => {
      // Its ClusterRole and its binding are the whole cluster's, and need a name that no other run has.
      const account = manifests('rbac-cluster.yaml', namespace);
      const rules = rulesOf(account);
      const more = [
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
      ];
      expect(rules).toEqual([...rulesOf(manifests('rbac.yaml', namespace)), ...more]);
      const own = renamed(account, namespace, rules);
      await createIn(namespace, [...own, ...manifests('rbac.yaml', namespace)]);
      await apply(namespace, `{apiVersion: v1, kind: Pod, metadata: {name: picky}, spec: {nodeSelector: {disk: fast}, ${container}}}`);
      await waitForPod(namespace, 'picky', ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable', { within: 150_000 });
      const [everywhere, here] = await Promise.all([namespace, 'podwright-check'].map((name) => checkAs(name, namespace, ['pod/picky'])));
      expect(everywhere).toMatchObject({ code: 4, stdout: expect.stringMatching(/no label disk/) });
      expect(here).toMatchObject({ code: 4, stdout: expect.not.stringMatching(/no label disk/) });
    });
  });
});

/**
 * What lint calls an error against what the API server refuses in a strict dry run: valid manifests, refused ones, and more than two thousand mutants of the
 * valid ones; and what `--fix` makes of them. The YAML is sent as it is, so that its reader is compared as well. The server's verdicts are kept
 * (`vitest --update`), so that test/unit/lint-verdicts.test.ts compares without a cluster.
 */
import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { lintManifests } from '../../src/manifest/lint.ts';
import { fixManifests } from '../../src/manifest/lint-fixes.ts';
import { firstLintError, type LintCase, lintCases, verdictsFile } from './lint-cases.ts';
import { apiServer, inNamespace } from './namespace.ts';

const plurals: Readonly<Record<string, string>> = {
  Pod: 'api/v1/pods',
  PodTemplate: 'api/v1/podtemplates',
  ReplicationController: 'api/v1/replicationcontrollers',
  Deployment: 'apis/apps/v1/deployments',
  StatefulSet: 'apis/apps/v1/statefulsets',
  DaemonSet: 'apis/apps/v1/daemonsets',
  ReplicaSet: 'apis/apps/v1/replicasets',
  Job: 'apis/batch/v1/jobs',
  CronJob: 'apis/batch/v1/cronjobs',
};

/** Of what is compared, the share that may differ: what is known of it is in docs/lint.md. */
const allowed = 0.01;

// More mutants than are kept, and others, for a closer look: PODWRIGHT_MUTANTS=500 PODWRIGHT_SEED=7.
const { PODWRIGHT_MUTANTS: count, PODWRIGHT_SEED: seed } = process.env;
const cases = lintCases(count === undefined ? undefined : Number(count), seed === undefined ? undefined : Number(seed));

/** Why the server refuses each of the manifests, or undefined; as many are asked about at once as there are connections. */
async function refusals(manifests: readonly LintCase[]): Promise<readonly (string | undefined)[]> {
  const server = await apiServer();
  const found: (string | undefined)[] = [];
  await inNamespace(async (namespace) => {
    const refusal = async ({ kind, yaml }: LintCase): Promise<string | undefined> => {
      const path = (plurals[kind] ?? '').replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);
      for (let again = 0; ; again++)
        try {
          await server.request(`/${path}?dryRun=All&fieldValidation=Strict`, { method: 'POST', contentType: 'application/yaml', body: yaml });
          return undefined;
        } catch (error) {
          const message = String(error).replace(/^Error: POST \S+ /, '');
          // 400 is YAML that is none, 422 an object that is not valid, and 403 what admission refuses; a server in trouble has no verdict yet.
          if (/^(?:400|403|422) /.test(message)) return message;
          if (again < 3) continue;
          // Some objects make the server's own validation panic, as successPolicy without completions does: it takes them no more than the others.
          if (message === 'Error: socket hang up') return message;
          throw error;
        }
    };
    const waiting = manifests.entries();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const [index, one] of waiting) found[index] = await refusal(one);
      }),
    );
  });
  return found;
}

let verdictsOfServer: Promise<readonly (string | undefined)[]> | undefined;

function ofServer(): Promise<readonly (string | undefined)[]> {
  verdictsOfServer ??= refusals(cases);
  return verdictsOfServer;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(2)} %`;
}

test('errors are what the API server refuses', async () => {
  const began = Date.now();
  const theirs = await ofServer();
  const differences = cases.flatMap(({ what, yaml }, index) => {
    const [ours, server] = [firstLintError(yaml), theirs[index]];
    const same = (ours === undefined) === (server === undefined);
    return same ? [] : [`${what}\n    server: ${server?.slice(0, 300) ?? 'takes it'}\n    lint:   ${ours ?? 'takes it'}`];
  });
  const mutants = cases.filter(({ isMutant }) => isMutant).length;
  const equal = cases.length - differences.length;
  const refused = theirs.filter((refusal) => refusal !== undefined).length;
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(
    `lint oracle: ${cases.length} manifests, ${mutants} of them mutants, ${refused} of them refused; the same verdict for ${equal} (${percent(equal, cases.length)}) in ${seconds} s`,
  );
  for (const difference of differences.toSorted()) console.log(`  ${difference}`);
  expect(mutants).toBeGreaterThanOrEqual(2000);
  expect(refused).toBeGreaterThan(cases.length / 4);
  expect(differences.length / cases.length).toBeLessThanOrEqual(allowed);
  const letters = theirs.map((refusal) => (refusal === undefined ? 't' : 'r')).join('');
  if (count === undefined && seed === undefined) await expect(`${letters.replace(/.{100}/g, '$&\n')}\n`).toMatchFileSnapshot(verdictsFile);
});

test('what is fixed is taken: always where it was before, and where lint finds no more errors', async () => {
  const theirs = await ofServer();
  const fixed = cases.flatMap((one, index) => {
    const { texts } = fixManifests([{ file: 'a.yaml', bytes: Buffer.from(one.yaml), named: true }], lintManifests);
    const [text] = texts;
    return text === undefined ? [] : [{ ...one, yaml: text.after, taken: theirs[index] === undefined }];
  });
  const after = await refusals(fixed);
  const differences = fixed.flatMap(({ what, yaml, taken }, index) => {
    const [refusal, ours] = [after[index], firstLintError(yaml)];
    if (refusal === undefined || (!taken && ours !== undefined)) return [];
    return [`${what}${taken ? ', which was taken before' : ''}\n    server: ${refusal.slice(0, 300)}\n    lint:   ${ours ?? 'takes it'}`];
  });
  const mended = fixed.filter(({ taken }, index) => !taken && after[index] === undefined).length;
  const refused = fixed.filter(({ taken }) => !taken).length;
  console.log(
    `lint --fix oracle: ${fixed.length} of ${cases.length} manifests are changed; of ${refused} that were refused ${mended} are taken now, of ${fixed.length - refused} that were taken all but ${differences.filter((each) => each.includes('taken before')).length}`,
  );
  for (const difference of differences) console.log(`  ${difference}`);
  expect(fixed.length).toBeGreaterThan(300);
  expect(differences.filter((each) => each.includes('taken before'))).toEqual([]);
  expect(differences.length / fixed.length).toBeLessThanOrEqual(allowed);
});

test('what is taken means the same after it is fixed', async () => {
  const server = await apiServer();
  const before =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {serviceAccount: default, containers: [{name: web, image: "registry.example/web:1"}]}\n';
  const { texts } = fixManifests([{ file: 'a.yaml', bytes: Buffer.from(before), named: true }], lintManifests);
  const [one, other] = await inNamespace((namespace) =>
    Promise.all(
      [before, texts[0]?.after ?? ''].map((body) => {
        const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`;
        return server.request<V1Pod>(path, { method: 'POST', contentType: 'application/yaml', body });
      }),
    ),
  );
  expect(texts).toHaveLength(1);
  // The name of its volume for the token is made up.
  const spec = (pod: V1Pod | undefined): string => JSON.stringify(pod?.spec).replaceAll(/kube-api-access-\w+/g, 'token');
  expect(spec(other)).toBe(spec(one));
});

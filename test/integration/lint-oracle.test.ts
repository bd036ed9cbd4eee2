/**
 * What lint calls an error against what the API server refuses in a strict dry run: valid manifests, refused ones, and some two thousand mutants of the valid
 * ones. The YAML is sent as it is, so that its reader is compared as well. The server's verdicts are kept (`vitest --update`), so that
 * test/unit/lint-verdicts.test.ts compares without a cluster.
 */
import { expect, test } from 'vitest';
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

test('errors are what the API server refuses', async () => {
  const server = await apiServer();
  const differences: string[] = [];
  const verdicts: string[] = [];
  const began = Date.now();
  await inNamespace(async (namespace) => {
    /** Why it is refused, or undefined. */
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
    const waiting = cases.entries();
    // As many at once as the connections that there are.
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const [index, one] of waiting) {
          const theirs = await refusal(one);
          const ours = firstLintError(one.yaml);
          verdicts[index] = theirs === undefined ? 't' : 'r';
          if ((ours === undefined) === (theirs === undefined)) continue;
          differences.push(`${one.what}\n    server: ${theirs?.slice(0, 300) ?? 'takes it'}\n    lint:   ${ours ?? 'takes it'}`);
        }
      }),
    );
  });
  const equal = cases.length - differences.length;
  const refused = verdicts.filter((verdict) => verdict === 'r').length;
  const share = ((equal / cases.length) * 100).toFixed(2);
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  console.log(`lint oracle: ${cases.length} manifests, ${refused} of them refused; the same verdict for ${equal} (${share} %) in ${seconds} s`);
  for (const difference of differences.toSorted()) console.log(`  ${difference}`);
  expect(cases.length).toBeGreaterThanOrEqual(2000);
  expect(refused).toBeGreaterThan(cases.length / 4);
  expect(differences.length / cases.length).toBeLessThanOrEqual(allowed);
  if (count === undefined && seed === undefined) await expect(`${verdicts.join('').replace(/.{100}/g, '$&\n')}\n`).toMatchFileSnapshot(verdictsFile);
});

/**
 * What lint calls an error against what the API server refuses in a strict dry run: valid manifests, refused ones, and some two thousand mutants of the valid
 * ones. The YAML is sent as it is, so that its reader is compared as well.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { lintManifests } from '../../src/manifest/lint.ts';
import { mutants } from './lint-mutants.ts';
import { apiServer, inNamespace } from './namespace.ts';

const corpus = join(import.meta.dirname, 'lint-corpus');
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

const mutantsOfEach = Number(process.env['PODWRIGHT_MUTANTS'] ?? 180);
/** Of what is compared, the share that may differ: the rest is listed in docs/lint.md. */
const allowed = 0.01;

interface Case {
  readonly what: string;
  readonly kind: string;
  readonly yaml: string;
}

function documents(file: string): readonly Case[] {
  const text = readFileSync(join(corpus, file), 'utf8');
  return text.split(/^---\n/m).map((yaml, index) => ({ what: `${file} ${index}`, kind: /^kind: *['"]?(\w+)/m.exec(yaml)?.[1] ?? '', yaml }));
}

function cases(): readonly Case[] {
  const written = readdirSync(corpus).flatMap(documents);
  const mutated = ['pods.yaml', 'workloads.yaml'].flatMap((file) =>
    parseAllDocuments(readFileSync(join(corpus, file), 'utf8'), { version: '1.1' }).flatMap((document, index) => {
      const object = document.toJS() as Record<string, unknown>;
      // The large Pod has the most to break.
      const count = file === 'pods.yaml' && index === 0 ? mutantsOfEach * 4 : mutantsOfEach;
      return [...mutants(object, count, index + 1)].map((mutant): Case => {
        return {
          what: `${String(object['kind'])}: ${mutant.what}`,
          kind: String(object['kind']),
          yaml: stringify(mutant.object, { version: '1.1', lineWidth: 0 }),
        };
      });
    }),
  );
  return [...written, ...mutated];
}

/** The first error of each, or undefined where all is well. */
function linted(yaml: string): string | undefined {
  const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(yaml), named: true }]);
  const error = findings.find(({ severity }) => severity === 'error');
  return error && `${error.rule}: ${error.message} (${error.path})`;
}

test('errors are what the API server refuses', async () => {
  const server = await apiServer();
  const differences: string[] = [];
  const all = cases();
  let refused = 0;
  const began = Date.now();
  await inNamespace(async (namespace) => {
    const compare = async ({ what, kind, yaml }: Case): Promise<void> => {
      const path = (plurals[kind] ?? '').replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);
      const theirs = await server.request(`/${path}?dryRun=All&fieldValidation=Strict`, { method: 'POST', contentType: 'application/yaml', body: yaml }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (theirs !== undefined) refused++;
      const ours = linted(yaml);
      if ((ours === undefined) === (theirs === undefined)) return;
      differences.push(`${what}\n    server: ${theirs?.replace(/^POST \S+ /, '').slice(0, 300) ?? 'takes it'}\n    lint:   ${ours ?? 'takes it'}`);
    };
    const waiting = all.values();
    // As many at once as the connections that there are.
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const one of waiting) await compare(one);
      }),
    );
  });
  const equal = all.length - differences.length;
  const share = ((equal / all.length) * 100).toFixed(2);
  console.log(
    `lint oracle: ${all.length} manifests, ${refused} of them refused; the same verdict for ${equal} (${share} %) in ${((Date.now() - began) / 1000).toFixed(0)} s`,
  );
  for (const difference of differences.toSorted()) console.log(`  ${difference}`);
  expect(all.length).toBeGreaterThanOrEqual(2000);
  expect(refused).toBeGreaterThan(all.length / 4);
  expect(differences.length / all.length).toBeLessThanOrEqual(allowed);
});

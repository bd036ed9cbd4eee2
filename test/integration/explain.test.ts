/** `podwright explain` beside `kubectl explain`, for every type that a Pod is made of; of the cluster's own kinds; and what it knows without a cluster. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldFacts, openApiPaths } from '../../build/field-facts.ts';
import { fieldTexts } from '../../build/field-texts.ts';
import type { Documentation } from '../../src/core/field-documentation.ts';
import { builtInDocumentation } from '../../src/manifest/built-in-documentation.ts';
import { allFields, foundField, kindOf, pathNames } from '../../src/manifest/field-path.ts';
import { openapiDocumentation } from '../../src/manifest/openapi-documentation.ts';
import { run } from './cluster/process.ts';
import { kubectlPath } from './cluster.ts';
import { apiServer, testKubeconfig } from './namespace.ts';
import { runProgram } from './run-program.ts';

interface Told {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The fields that `kubectl explain` lists. */
function toldByKubectl(output: string): readonly Told[] {
  const [, fields = ''] = output.split(/^FIELDS:\n/m);
  return [...fields.matchAll(/^ {2}(\S+)\t<([^>]+)>( -required-)?\n(?: *enum: .*\n)?((?: {4}.*\n|\n)*)/gm)].map(
    ([, name = '', type = '', required, text = '']) => {
      return { name, type, required: required !== undefined, description: oneLine(text) };
    },
  );
}

function toldByUs(documentation: Documentation, path: string): readonly Told[] {
  const kind = kindOf(documentation.kinds, 'pod');
  const found = kind === undefined ? undefined : foundField(documentation, kind, pathNames(path).slice(1));
  return (found?.type?.fields ?? []).map(({ name, shape, required, description }) => ({ name, type: shape, required, description: oneLine(description) }));
}

/** One path for each type that a Pod holds. */
function paths(documentation: Documentation): readonly string[] {
  const kind = kindOf(documentation.kinds, 'pod');
  const fields = kind === undefined ? [] : allFields(documentation, kind);
  return ['pod', ...fields.filter(({ type }) => type !== undefined).map(({ path }) => ['pod', ...path].join('.'))];
}

/** So many at a time: each is a process. */
async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

test.concurrent('tells what kubectl tells of every field of a Pod', async () => {
  const builtIn = builtInDocumentation(fieldTexts());
  const openapi = await (await apiServer()).request('/openapi/v3/api/v1');
  const live = openapiDocumentation(openapi, [{ apiVersion: 'v1', kind: 'Pod', words: ['pods'] }]);
  let [fields, known] = [0, 0];
  const otherwise: string[] = [];
  await eachOf(paths(builtIn), 3, async (path) => {
    const theirs = toldByKubectl(await run(kubectlPath(), ['--kubeconfig', testKubeconfig(), 'explain', path]));
    expect(theirs.length).toBeGreaterThan(0);
    expect(toldByUs(live, path)).toEqual(theirs);
    const ours = toldByUs(builtIn, path);
    expect(ours.map(({ name, required }) => ({ name, required }))).toEqual(theirs.map(({ name, required }) => ({ name, required })));
    for (const [index, { name, type, description }] of ours.entries()) {
      if (type !== theirs[index]?.type) otherwise.push(`${path}.${name} ${type}, not ${theirs[index]?.type}`);
      known += Number(description === theirs[index]?.description);
    }
    fields += theirs.length;
  });
  console.log(`explain: ${fields} fields of Pods compared with kubectl explain; ${known} have its text without a cluster, all of them with one`);
  // docs/explain.md tells both kinds of difference.
  expect(otherwise).toEqual(['pod.metadata.managedFields.fieldsV1 Object, not FieldsV1']);
  expect(known / fields).toBeGreaterThan(0.7);
});

test.concurrent('knows what fields may be, and what is put in their place, as the cluster does', async () => {
  const server = await apiServer();
  const answers = await Promise.all(openApiPaths.map((path) => server.request(path)));
  const file = join(import.meta.dirname, '../../src/manifest/field-facts-data.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(fieldFacts(answers));
});

test.concurrent("tells of the cluster's own kinds, and of what is not built in", async () => {
  const group = `t${randomBytes(4).toString('hex')}.podwright.test`;
  const server = await apiServer();
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const properties = {
    size: { type: 'string', enum: ['s', 'm'], description: 'How large.' },
    parts: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  };
  await server.request(definitions, {
    method: 'POST',
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        names: { plural: 'widgets', kind: 'Widget', shortNames: ['wdg'] },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', required: ['size'], properties } } } },
          },
        ],
      },
    },
  });
  try {
    const limit = Date.now() + 60_000;
    let told = await runProgram(['explain', 'wdg.spec', '--api-version', `${group}/v1`]);
    // The server publishes a new kind a moment after it has it.
    while (told.code !== 0 && Date.now() < limit) told = await runProgram(['explain', 'wdg.spec', '--api-version', `${group}/v1`]);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toContain(`GROUP:      ${group}`);
    expect(told.stdout).toMatch(/size <string> -required- enum: s, m\n {4}How large\./);
    const part = await runProgram(['explain', 'widget.spec.parts', '--api-version', `${group}/v1`, '-o', 'json']);
    expect(JSON.parse(part.stdout)).toMatchObject({ type: '[]Object', fields: [{ name: 'name', type: 'string' }] });
  } finally {
    await server.request(`${definitions}/widgets.${group}`, { method: 'DELETE' });
  }
  const node = await runProgram(['explain', 'no.status.conditions']);
  expect(node).toMatchObject({ code: 0, stdout: expect.stringContaining('FIELD:      status.conditions <[]NodeCondition>') });
});

test.concurrent('says what there is not', async () => {
  expect(await runProgram(['explain', 'deployent.spec'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean deployment?') });
  expect(await runProgram(['explain', 'pod.spec.contaners'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean pod.spec.containers?'),
  });
  expect(await runProgram(['explain', '--search', 'zebra giraffe'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no field of Pod') });
  const alone = await runProgram(['explain', 'widget.spec', '--kubeconfig', join(import.meta.dirname, 'no-such-file')]);
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('the cluster could not be asked') });
  expect(await runProgram(['explain', 'cj.spec', '--kubeconfig', join(import.meta.dirname, 'no-such-file')])).toMatchObject({ code: 0, stderr: '' });
});

/**
 * What `lint --live` calls an error against what the API server refuses in a strict dry run: custom resources of a definition with a rich schema, and kinds of
 * Kubernetes itself of which the program has no schema. Of the latter only what the OpenAPI tells is compared: unknown fields, types, and what is required.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { clusterKinds, clusterOpenapis } from '../../src/kube/cluster-openapi.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport } from '../../src/kube/transport.ts';
import { isBuiltInGroup, servedVersions } from '../../src/manifest/api-history.ts';
import history from '../../src/manifest/api-history-data.json' with { type: 'json' };
import { ClusterKinds } from '../../src/manifest/cluster-kinds.ts';
import { newestMinor } from '../../src/manifest/kubernetes-version.ts';
import { apiVersionsIn, lintFiles, readForLint } from '../../src/manifest/lint.ts';
import { kubectlPath } from './cluster.ts';
import { firstError, keptMutants, type LiveCase, liveCases, liveCorpus, liveVerdictsFile } from './live-cases.ts';
import { apiServer, collectionPath, inNamespace, testKubeconfig } from './namespace.ts';
import { runProgram } from './run-program.ts';

const execute = promisify(execFile);
const group = `t${randomBytes(4).toString('hex')}.podwright.test`;
const corpus = (file: string): string => liveCorpus(file, group);
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** More mutants of each object, and others, for a closer look: PODWRIGHT_MUTANTS=500 PODWRIGHT_SEED=7. */
const { PODWRIGHT_MUTANTS: count, PODWRIGHT_SEED: seed } = process.env;

beforeAll(async () => {
  const server = await apiServer();
  await server.request(definitions, { method: 'POST', body: parse(corpus('definition.yaml'), { version: '1.1' }) });
  const watched = server.watch<{ object: { status?: { conditions?: { type: string; status: string }[] } } }>(
    `${definitions}?watch=true&fieldSelector=metadata.name%3Dwidgets.${group}`,
    { signal: AbortSignal.timeout(60_000) },
  );
  for await (const { object } of watched) {
    if (object.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') === true) break;
  }
});

afterAll(async () => {
  await (await apiServer()).request(`${definitions}/widgets.${group}`, { method: 'DELETE' });
});

/** What the cluster tells of the kinds of a file, as `lint --live` asks it; the new definition is described a moment after it is served. */
async function clusterOf(file: string): Promise<ClusterKinds> {
  const transport = createTransport(openCluster({ kubeconfig: testKubeconfig() }));
  const signal = AbortSignal.timeout(60_000);
  const apiVersions = apiVersionsIn([readForLint({ file, bytes: Buffer.from(corpus(file)), named: true })]);
  try {
    for (;;) {
      const [kinds, openapi] = await Promise.all([clusterKinds(transport, signal), clusterOpenapis(transport, apiVersions, signal)]);
      if (apiVersions.every((apiVersion) => openapi.has(apiVersion))) return new ClusterKinds(kinds, openapi);
    }
  } finally {
    transport.close();
  }
}

/** Why the server refuses it, or undefined. */
async function refusal(path: string, object: object): Promise<string | undefined> {
  const server = await apiServer();
  for (let again = 0; ; again++)
    try {
      await server.request(`${path}?dryRun=All&fieldValidation=Strict`, {
        method: 'POST',
        contentType: 'application/yaml',
        body: stringify(object, { version: '1.1' }),
      });
      return undefined;
    } catch (error) {
      const message = String(error).replace(/^Error: POST \S+ /, '');
      // Some kinds are refused as if the server had failed, as a RoleBinding to a kind that is none.
      if (/^(?:400|403|409|422|500 unsupported)\b/.test(message)) return message;
      if (again >= 3) throw error;
    }
}

interface Compared extends LiveCase {
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
}

async function compared(file: string, many: number): Promise<readonly Compared[]> {
  const cluster = await clusterOf(file);
  const results: Compared[] = [];
  await inNamespace(async (namespace) => {
    const waiting = [...liveCases(file, group, many, seed === undefined ? undefined : Number(seed))].entries();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (const [index, { what, object }] of waiting) {
          const path = await collectionPath(namespace, { apiVersion: String(object['apiVersion']), kind: String(object['kind']) });
          const theirs = await refusal(path, object);
          const read = readForLint({ file: 'a.yaml', bytes: Buffer.from(stringify(object, { version: '1.1' })), named: true });
          results[index] = { what, object, theirs, ours: firstError(lintFiles([read], { minor: newestMinor, cluster }).findings) };
        }
      }),
    );
  });
  return results;
}

function tell(name: string, results: readonly Compared[], differing: readonly Compared[]): void {
  const refused = results.filter(({ theirs }) => theirs !== undefined).length;
  const share = ((1 - differing.length / results.length) * 100).toFixed(2);
  console.log(`lint --live oracle, ${name}: ${results.length} manifests, ${refused} of them refused; the same verdict for ${share} %`);
  for (const { what, theirs, ours } of differing)
    console.log(`  ${what}\n    server: ${theirs?.slice(0, 400) ?? 'takes it'}\n    lint:   ${ours ?? 'takes it'}`);
}

test('custom resources: the same verdict as the server for 99 % of valid and mutated ones', async () => {
  const results = await compared('widgets.yaml', Number(count ?? keptMutants));
  const differing = results.filter(({ theirs, ours }) => (theirs === undefined) !== (ours === undefined));
  tell('custom resources', results, differing);
  expect(results.filter(({ what, theirs, ours }) => /^Widget \d+$/.test(what) && (theirs ?? ours) !== undefined)).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(1000);
  expect(differing.length / results.length).toBeLessThanOrEqual(0.01);
  const verdicts = results.map(({ theirs }) => (theirs === undefined ? 't' : 'r')).join('');
  if (count === undefined && seed === undefined) await expect(`${verdicts.replace(/.{100}/g, '$&\n')}\n`).toMatchFileSnapshot(liveVerdictsFile);
});

/** What does not decode: fields that there are not, and types. What is required is compared as far as lint tells it. */
const undecodable = /strict decoding|cannot unmarshal|cannot be handled|unable to (?:parse|decode)|illegal base64|quantities must match|parsing time/;

test('kinds of Kubernetes that are not built in: unknown fields and types are found, and no error is told that the server does not have', async () => {
  const results = await compared('built-in.yaml', Number(count ?? 40));
  const comparable = results.filter(({ theirs, ours }) => ours !== undefined || theirs === undefined || undecodable.test(theirs));
  const differing = comparable.filter(({ theirs, ours }) => (theirs === undefined) !== (ours === undefined));
  tell('built-in kinds', comparable, differing);
  const others = results.length - comparable.length;
  const required = results.filter(({ theirs, ours }) => ours === undefined && theirs?.includes('Required value') === true).length;
  console.log(`  ${others} more are refused for what their OpenAPI does not tell, ${required} of them for something that is missing`);
  expect(results.filter(({ what, theirs, ours }) => /^\w+ \d+$/.test(what) && (theirs ?? ours) !== undefined)).toEqual([]);
  expect(comparable.length).toBeGreaterThan(1000);
  expect(differing.length / comparable.length).toBeLessThanOrEqual(0.01);
});

test('what the server warns of is deprecated here, since and until the same versions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-live-'));
  const differing: string[] = [];
  try {
    for (const text of corpus('deprecated.yaml').split('---\n')) {
      const file = join(folder, 'deprecated.yaml');
      writeFileSync(file, text);
      const { stderr } = await execute(kubectlPath(), ['--kubeconfig', testKubeconfig(), 'create', '--dry-run=server', '-f', file]);
      const warnings = stderr.split('\n').filter((line) => /deprecated|non-functional/.test(line));
      expect(warnings.length).toBeGreaterThan(0);
      const { findings } = lintFiles([readForLint({ file, bytes: Buffer.from(text), named: true })]);
      const ours = findings.filter(({ rule }) => rule.startsWith('deprecated-')).map(({ message }) => message);
      for (const warning of warnings) {
        const versions = [...warning.matchAll(/v(1\.\d+)/g)].map(([, version = '']) => version);
        if (!ours.some((message) => versions.every((version) => message.includes(version)))) differing.push(`${warning}\n    lint: ${ours.join('; ')}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(differing).toEqual([]);
});

test('what the cluster serves at this version is what is known of it without one', async () => {
  const transport = createTransport(openCluster({ kubeconfig: testKubeconfig() }));
  const kinds = await clusterKinds(transport, AbortSignal.timeout(60_000)).finally(() => transport.close());
  const served = kinds.filter(({ apiVersion }) => isBuiltInGroup(apiVersion)).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  const known = Object.keys(history.kinds).filter((name) => {
    const [apiVersion = '', kind = ''] = name.split(' ');
    return servedVersions(kind, newestMinor).includes(apiVersion);
  });
  expect([...new Set(served)].toSorted()).toEqual(known.toSorted());
});

describe('the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-live-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  test('lints custom resources by the cluster, and tells kinds that it does not serve', async () => {
    const [full = ''] = corpus('widgets.yaml').split('---\n');
    const right = await runProgram(['lint', '--live', write('right.yaml', full)]);
    expect(right).toEqual({ code: 0, stdout: 'nothing found in 1 object of 1 file\n', stderr: '' });
    const wrong = write('wrong.yaml', `${full.replace('size: small', 'size: huge')}---\n${full.replace('kind: Widget', 'kind: Wigdet')}`);
    const { code, stdout } = await runProgram(['lint', '--live', '-o', 'json', wrong]);
    const findings = (JSON.parse(stdout) as { findings: { rule: string; line: number; hint: string | null }[] }).findings;
    expect(code).toBe(1);
    expect(findings.map(({ rule, line, hint }) => [rule, line, hint ?? null])).toEqual([
      ['invalid-value', 5, null],
      ['unserved-kind', 45, 'Did you mean Widget?'],
    ]);
    expect((await runProgram(['lint', wrong])).stdout).toBe('nothing found in 0 objects of 1 file\n');
  });

  test('asks for each version of an API once, however many files there are, and takes little longer for it', async () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      write(`many-${index}.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${index}}\ndata: {a: b}\n`),
    );
    const time = async (...args: string[]): Promise<number> => {
      const began = performance.now();
      expect((await runProgram(['lint', ...args, ...many])).stdout).toBe('nothing found in 100 objects of 100 files\n');
      return performance.now() - began;
    };
    await time('--live');
    const [without, live] = [await time(), await time('--live')];
    console.log(`lint --live: 100 files of one group take ${live.toFixed(0)} ms, without a cluster ${without.toFixed(0)} ms`);
  });

  test('a cluster that does not answer is told, with its exit code', async () => {
    const file = write('nobody.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    const kubeconfig = write(
      'kubeconfig',
      JSON.stringify({
        clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:1' } }],
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        users: [{ name: 'a', user: {} }],
        'current-context': 'a',
      }),
    );
    const { code, stdout, stderr } = await runProgram(['lint', '--live', file], kubeconfig);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('127.0.0.1:1');
  });
});

/** `new`, `add` and `remove` on the real cluster: every pattern in every kind passes the strict dry run and Pod Security. pattern-grid.test.ts runs them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pattern, patternIds, workloadNames } from '../../cmd/pattern-catalogue.ts';
import { addPattern, patternPatch } from '../../src/manifest/patterns/pattern-edits.ts';
import { newWith, patternValues } from '../unit/pattern-manifests.ts';
import { run } from './cluster/process.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { kubectlPath } from './cluster.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, createIn, inNamespace, testKubeconfig, waitForPod, waitForPodOf } from './namespace.ts';
import { runProgram } from './run-program.ts';
import { inScreen, restored } from './screen-session.ts';

const kubectl = (...args: string[]): Promise<string> => run(kubectlPath(), ['--kubeconfig', testKubeconfig(), ...args]);

/** For a namespace that lets in only what is of this level of Pod Security. */
const enforced = (level: string) => ({ 'pod-security.kubernetes.io/enforce': level });

describe.concurrent('the strict dry run', () => {
  test('takes every pattern in every kind, and Pod Security lets its Pods in, but for those that say why not', async () => {
    await Promise.all(
      ['restricted', 'baseline'].map((level) =>
        inNamespace(async (namespace) => {
          const ids = patternIds().filter((id) => pattern(id).podSecurity === level);
          const kinds = workloadNames.filter((kind) => kind !== 'static-pod');
          const texts = kinds.flatMap((kind) => [
            newWith(kind, 'web'),
            ...ids.map((id) => newWith(kind, 'web', { patterns: [id] })),
            ...(kind === 'pod' ? ids.map((id) => newWith(kind, 'web', { patterns: [id], classic: true })) : []),
          ]);
          const answers = await Promise.allSettled(
            texts.map((text) => createIn(namespace, [parse(text) as KubernetesObject], '?dryRun=All&fieldValidation=Strict')),
          );
          expect(answers.flatMap((answer, index) => (answer.status === 'rejected' ? [`${String(answer.reason)}\n${texts[index]}`] : []))).toEqual([]);
        }, enforced(level)),
      ),
    );
  });

  test('Pod Security restricted refuses what says that it does not pass', async () => {
    await inNamespace(async (namespace) => {
      const ids = patternIds().filter((id) => pattern(id).podSecurity !== 'restricted');
      expect(ids).not.toEqual([]);
      for (const id of ids) {
        const pod = parse(newWith('pod', 'web', { patterns: [id] })) as KubernetesObject;
        await expect(createIn(namespace, [pod], '?dryRun=All')).rejects.toThrow('violates PodSecurity');
      }
    }, enforced('restricted'));
  });

  test('a patch does the same as the addition', async () => {
    await inNamespace(async (namespace) => {
      const text = newWith('deployment', 'web');
      await apply(namespace, text);
      const values = patternValues('log-streamer');
      const target = { to: undefined, file: 'web.yaml' };
      const patch = parse(patternPatch(text, target, values, false).text) as object;
      const server = await apiServer();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web?dryRun=All&fieldValidation=Strict`;
      const patched = await server.request<Workload>(path, { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body: patch });
      const added = await server.request<Workload>(path, {
        method: 'PATCH',
        contentType: 'application/strategic-merge-patch+json',
        body: parse(addPattern(text, target, values, false).text) as object,
      });
      expect(patched.spec.template.spec.initContainers).toMatchObject([{ name: 'log-streamer', restartPolicy: 'Always' }]);
      expect(patched.spec.template.spec).toEqual(added.spec.template.spec);
    });
  });
});

interface Workload {
  readonly spec: { readonly template: { readonly spec: { readonly initContainers: readonly object[] } } };
}

describe.concurrent('the program', () => {
  test('what is waited for in vain is said, and the Pod does not hang', async () => {
    await inNamespace(async (namespace) => {
      const given = { 'wait-for.port': '8999', 'wait-for.timeout': '1' };
      await apply(namespace, newWith('pod', 'waiting', { patterns: ['init:wait-for'], given, image: workloadImage }));
      const ended = ({ status }: V1Pod) => {
        const { state, lastState } = status?.initContainerStatuses?.[0] ?? {};
        return state?.terminated ?? lastState?.terminated;
      };
      const pod = await waitForPod(namespace, 'waiting', (seen) => ended(seen) !== undefined);
      expect(ended(pod)).toMatchObject({ exitCode: 1, message: expect.stringContaining('gave up: server:8999 did not answer within 1 s') });
    });
  });

  test('what is applied comes up, and what the server refuses is said', async () => {
    await inNamespace(async (namespace) => {
      const args = ['new', 'deployment', 'applied', '--image', workloadImage, '-n', namespace, '--apply', '--with', 'probes:exec'];
      const set = ['--set', 'ready-command=true', '--set', 'live-command=true', '--set', 'replicas=1', '--', 'sleep', 'infinity'];
      expect(await runProgram([...args, ...set])).toEqual({ code: 0, stdout: `deployment/applied applied in namespace ${namespace}\n`, stderr: '' });
      await waitForPodOf(namespace, 'app.kubernetes.io/name=applied', isReady);
      const refused = await runProgram([...args, '--set', 'user=1', ...set].map((word) => (word === 'applied' ? 'a'.repeat(64) : word)));
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      const nowhere = await runProgram([...args, ...set].map((word) => (word === namespace ? 'no-such-namespace' : word)));
      expect(nowhere).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no-such-namespace') });
    }, enforced('restricted'));
  });

  test('the form asks, shows the manifest as it grows, and prints it', async () => {
    await inScreen([], { command: ['new'], kubeconfig: null }, async (screen) => {
      await screen.shows('kind   < deployment >');
      screen.press('shop\r');
      await screen.shows(/name +shop/);
      screen.press('registry.example/shop:1');
      await screen.shows('- name: shop');
      for (const _ of ['then', 'more options', 'json-logs']) screen.press('\u001b[B');
      screen.press(' ');
      await screen.shows('- name: json-logs');
      screen.press('\u001b[B ');
      await screen.shows('dir: (/var/log/app)');
      screen.press('\r');
      expect(await screen.left()).toEqual(restored(0));
      expect(screen.text).toContain('- name: logs');
    });
    // What was filled in is not lost.
    await inScreen(['--image', 'registry.example/shop:1', '-o', '/nowhere/shop.yaml'], { command: ['new'], kubeconfig: null }, async (screen) => {
      await screen.shows('The name is missing');
      screen.press('shop\r');
      expect(await screen.left()).toEqual(restored(2));
      expect(screen.text).toContain('cannot write /nowhere/shop.yaml: there is no such directory');
      expect(screen.text).toContain('image: registry.example/shop:1');
    });
    await inScreen([], { command: ['new'], kubeconfig: null }, async (screen) => {
      await screen.shows('The name is missing');
      screen.press('\u0003');
      expect(await screen.left()).toEqual(restored(130));
    });
  });

  test('the form hands the manifest to the cluster after asking, and stays where the cluster does not take it', async () => {
    await inNamespace(async (namespace) => {
      const args = ['--apply', '--image', workloadImage];
      await inScreen([...args, '-n', namespace], { command: ['new'] }, async (screen) => {
        await screen.shows('then   < apply >');
        screen.press('shop\r');
        await screen.shows(`Apply deployment/shop to namespace ${namespace} of `);
        screen.press('\u001b');
        await screen.shows('enter apply  up/down move');
        screen.press('\r');
        await screen.shows('enter apply  esc back');
        screen.press('y');
        expect(await screen.left()).toEqual(restored(0));
        expect(screen.text).toContain(`deployment/shop applied in namespace ${namespace}`);
      });
      await waitForPodOf(namespace, 'app.kubernetes.io/name=shop', isReady);
    });
    await inScreen(['--apply', '--image', workloadImage, '-n', 'no-such-namespace'], { command: ['new'] }, async (screen) => {
      await screen.shows('then   < apply >');
      screen.press('shop\r');
      await screen.shows('enter apply  esc back');
      screen.press('\r');
      await screen.shows('namespaces "no-such-namespace" not found');
      screen.press('\u0003');
      expect(await screen.left()).toEqual(restored(130));
    });
  });

  test('the program writes a file, adds to it in place, and takes out again what it added', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'podwright-patterns-'));
    const file = join(folder, 'site.yaml');
    try {
      expect(await runProgram(['new', 'deployment', 'site', '--image', workloadImage, '-o', file, '--', 'httpd', '-f', '-p', '8080'])).toMatchObject({
        code: 0,
      });
      const made = readFileSync(file, 'utf8');
      expect(await runProgram(['add', 'probes:tcp', '-f', file, '-i'])).toEqual({ code: 0, stdout: '', stderr: '' });
      await kubectl('-n', 'default', 'apply', '--dry-run=server', '--validate=strict', '-f', file);
      expect(await runProgram(['lint', file])).toMatchObject({ code: 0 });
      expect(await runProgram(['remove', 'probes:tcp', '-f', file, '-i'])).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(file, 'utf8')).toBe(made);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Who may not: a ServiceAccount of one namespace, a Role without watch, a token that is taken back. What a person sees of it, on the real cluster. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newAccount, tokenOf } from '../account.ts';
import { apiServer, createIn, inNamespace } from '../namespace.ts';
import { inScreen, program, restored } from '../screen-session.ts';
import { idlePod, named, remove, showsWhatThereIs } from './idle-pods.ts';
import { overLine, withKubeconfig } from './kubeconfig-file.ts';

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `get` to its end; `while` is called with what it has printed so far, and ends it by returning true. */
async function get(args: readonly string[], kubeconfig: string, enough: (soFar: { stdout: string; stderr: string }) => boolean = () => false): Promise<Output> {
  const child = spawn(process.execPath, [program, 'get', ...args], { env: { ...process.env, KUBECONFIG: kubeconfig } });
  const soFar = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      soFar[stream] += text;
      if (enough(soFar)) child.kill('SIGTERM');
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...soFar };
}

const podRights = (...verbs: readonly string[]) => [{ apiGroups: [''], resources: ['pods'], verbs }];

/** The server remembers for some seconds that a token was good. */
async function refused(token: string): Promise<void> {
  const server = await apiServer();
  for (;;) {
    const review = await server.request<{ status: { authenticated?: boolean } }>('/apis/authentication.k8s.io/v1/tokenreviews', {
      method: 'POST',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
    });
    if (review.status.authenticated !== true) return;
    await pause(250);
  }
}

describe.concurrent('who may not', () => {
  test('see more than one namespace: the refusal names verb, resource and scope, and the one namespace works', async () => {
    await inNamespace(async (namespace) => {
      const limited = await newAccount(namespace, 'limited', podRights('get', 'list', 'watch'));
      await createIn(namespace, [idlePod('idle-a')]);
      await withKubeconfig({ user: { token: limited } }, async (kubeconfig) => {
        const user = `User "system:serviceaccount:${namespace}:limited"`;
        const everywhere = await get(['-A'], kubeconfig);
        expect(everywhere).toMatchObject({ code: 3, stdout: '' });
        expect(everywhere.stderr).toMatch(new RegExp(`^podwright: .*${user} cannot list resource "\\w+" .*at the cluster scope\n`));
        expect(everywhere.stderr).toMatch(/kubectl auth can-i list \w+/);
        await inScreen(['-A'], { kubeconfig, columns: 200 }, async (screen) => {
          expect(await screen.left()).toEqual(restored(3));
          expect(screen.text).toContain(`${user} cannot watch resource "pods" in API group "" at the cluster scope`);
          expect(screen.text).toContain('kubectl auth can-i watch pods -A');
        });
        expect(await get(['-n', namespace], kubeconfig)).toMatchObject({ code: 0, stderr: '' });
        await inScreen(['-n', namespace], { kubeconfig, columns: 200 }, async (screen) => {
          await showsWhatThereIs(screen, namespace);
          screen.press('a');
          await screen.shows('cannot watch resource "pods" in API group "" at the cluster scope');
          await showsWhatThereIs(screen, namespace);
          // The list of namespaces may not be read either: a name can be typed.
          screen.press('n');
          await screen.shows('They cannot be listed; type a name');
          screen.press(`${namespace}\r`);
          await showsWhatThereIs(screen, namespace);
          // One Pod in full, without the rights to its Events and its node.
          screen.press('\r');
          await screen.shows('CONTAINERS');
          await screen.shows(/cannot (list|watch) resource "events"|not allowed to (list|watch) events/);
          screen.press('q');
          expect(await screen.left()).toEqual(restored(0));
        });
      });
    });
  });

  test('watch: the Pods are listed again and again, and that is said', async () => {
    await inNamespace(async (namespace) => {
      const limited = await newAccount(namespace, 'limited', podRights('get', 'list'));
      await createIn(namespace, [idlePod('idle-a'), idlePod('idle-b')]);
      await withKubeconfig({ user: { token: limited } }, async (kubeconfig) => {
        const watching = get(['-n', namespace, '-w'], kubeconfig, ({ stdout }) => stdout.includes('idle-c'));
        await inScreen(['-n', namespace], { kubeconfig }, async (screen) => {
          await screen.shows('● listed every 5 s');
          await screen.until(() => named(screen.text) === 'idle-a,idle-b');
          await remove(namespace, 'idle-a');
          await createIn(namespace, [idlePod('idle-c')]);
          await screen.until(() => named(screen.text) === 'idle-b,idle-c');
          expect(screen.text).toContain('● listed every 5 s');
          screen.press('q');
          expect(await screen.left()).toEqual(restored(0));
        });
        expect(await watching).toMatchObject({ code: 143, stderr: 'podwright: there is no right to watch Pods here; they are listed every 5 s\n' });
      });
    });
  });

  test('any more, because the token was taken back: said, and live again with the next token in its file', async () => {
    await inNamespace(async (namespace) => {
      await newAccount(namespace, 'limited', podRights('get', 'list', 'watch'));
      await createIn(namespace, [idlePod('idle-a'), idlePod('idle-b'), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bound' } }]);
      const token = await tokenOf(namespace, 'limited', 'bound');
      await overLine(
        async (line, kubeconfig) => {
          const file = join(dirname(kubeconfig), 'token');
          writeFileSync(file, token);
          await inScreen(['-n', namespace], { kubeconfig, columns: 160 }, async (screen) => {
            await showsWhatThereIs(screen, namespace);
            await (await apiServer()).request(`/api/v1/namespaces/${namespace}/secrets/bound`, { method: 'DELETE' });
            await refused(token);
            // What was accepted once stays open: the watch ends after half a minute, or with its connection.
            line.cut();
            await screen.shows(/does not accept the credentials of context "test"/);
            await screen.shows(/◌ stale \d+ s · reconnecting/);
            expect(named(screen.text)).toBe('idle-a,idle-b');
            await remove(namespace, 'idle-a');
            writeFileSync(file, await tokenOf(namespace, 'limited'));
            await showsWhatThereIs(screen, namespace);
            screen.press('q');
            expect(await screen.left()).toEqual(restored(0));
          });
          writeFileSync(file, token);
          const atStart = await get(['-n', namespace], kubeconfig);
          expect(atStart).toMatchObject({ code: 3, stdout: '' });
          expect(atStart.stderr).toMatch(/does not accept the credentials of context "test".*\n.*log in again/);
          await inScreen(['-n', namespace], { kubeconfig, columns: 160 }, async (second) => {
            expect(await second.left()).toEqual(restored(3));
            expect(second.text).toContain('log in again');
          });
        },
        { user: { tokenFile: 'token' } },
      );
    });
  });
});

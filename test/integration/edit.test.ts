/** `edit` with editors that are scripts: what is sent, what comes back as a note on its line, and that no draft is lost. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { apiServer, apply, awaitCount, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';
import { inScreen, program } from './screen-session.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-edit-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An editor that does this to "$1", once for each time it is opened; later times do the last. What it was given is kept beside it. */
function editor(name: string, ...scripts: readonly string[]): { readonly path: string; seen(time: number): string; readonly drafts: string } {
  const home = join(folder, name);
  const drafts = join(home, 'drafts');
  mkdirSync(drafts, { recursive: true });
  const path = join(home, 'editor');
  const cases = scripts.map((script, index) => `${index === scripts.length - 1 ? '*' : index + 1}) ${script} ;;`).join('\n');
  writeFileSync(path, `#!/bin/sh\nn=$(($(cat ${home}/n 2>/dev/null || echo 0) + 1)); echo $n >${home}/n; cp "$1" ${home}/seen$n\ncase $n in\n${cases}\nesac\n`);
  chmodSync(path, 0o755);
  return {
    path,
    seen: (time) => unwrapped(readFileSync(join(home, `seen${time}`), 'utf8')),
    drafts,
  };
}

/** The draft with each note on one line. */
function unwrapped(draft: string): string {
  const lines: string[] = [];
  for (const line of draft.split('\n')) {
    const [, note] = /^ *#!! (.*)/.exec(line) ?? [];
    if (note !== undefined && lines.at(-1)?.includes('#!! ') === true) lines[lines.length - 1] += ` ${note}`;
    else lines.push(line);
  }
  return lines.join('\n');
}

function edit(namespace: string, target: string, by: { readonly path: string; readonly drafts: string }, ...more: readonly string[]): Promise<Outcome> {
  return runProgram(['edit', target, '-n', namespace, ...more], undefined, { KUBE_EDITOR: by.path, TMPDIR: by.drafts }, folder);
}

/** What is left of drafts. */
function left({ drafts }: { readonly drafts: string }): readonly string[] {
  return readdirSync(drafts)
    .filter((each) => each.startsWith('podwright-edit-'))
    .flatMap((each) => readdirSync(join(drafts, each)).map((file) => join(drafts, each, file)));
}

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: app, image: ${workloadImage}, command: [sleep, infinity]}]}`;
const solo = `
{apiVersion: v1, kind: Pod, metadata: {name: solo}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: app, image: ${workloadImage}, env: [{name: A, value: one}], command: [sleep, infinity]}]}}`;

async function deployment(namespace: string): Promise<V1Deployment> {
  return (await apiServer()).request<V1Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments/web`);
}

describe.concurrent('edit', () => {
  test('what was changed is sent, what was not is not, and the draft holds what a person writes', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web);
      const idle = editor(`idle-${namespace}`, ':');
      expect(await edit(namespace, 'deploy/web', idle)).toMatchObject({
        code: 0,
        stdout: '',
        stderr: expect.stringContaining('nothing was changed, and nothing sent'),
      });
      for (const word of ['managedFields', 'status:', 'uid', 'resourceVersion', 'creationTimestamp', 'generation']) expect(idle.seen(1)).not.toContain(word);
      const empty = editor(`empty-${namespace}`, ': >"$1"');
      expect(await edit(namespace, 'deploy/web', empty)).toMatchObject({ code: 0, stdout: '' });
      const more = editor(`more-${namespace}`, 'sed -i "s/replicas: 1/replicas: 2/" "$1"');
      expect(await edit(namespace, 'deploy/web', more)).toEqual({ code: 0, stdout: `deploy/web changed in ${namespace}: spec.replicas 1 → 2\n`, stderr: '' });
      expect((await deployment(namespace)).spec?.replicas).toBe(2);
      for (const each of [idle, empty, more]) expect(left(each)).toEqual([]);
    }));

  test('what is wrong comes back on its line, and can be mended', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web);
      const mended = editor(`mended-${namespace}`, 'sed -i "s/ image:/ imagee:/" "$1"', 'sed -i "s/imagee: .*/image: example.test\\/other:2/" "$1"');
      const outcome = await edit(namespace, 'deploy/web', mended);
      expect(mended.seen(2)).toMatch(/ +#!! imagee is not a field of a container\. Did you mean image\?\n +imagee: /);
      expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('spec.template.spec.containers[app].image') });
      expect((await deployment(namespace)).spec?.template.spec?.containers[0]?.image).toBe('example.test/other:2');
      // What only the server knows.
      const selector = editor(`selector-${namespace}`, 'sed -i "s/app: web/app: other/" "$1"', ':');
      const refused = await edit(namespace, 'deploy/web', selector);
      expect(selector.seen(2)).toMatch(/#!! spec\.selector: .*immutable/);
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/saved with a problem[^]*Your draft is in/) });
      const [draft = ''] = left(selector);
      expect(refused.stderr).toContain(draft);
      expect(readFileSync(draft, 'utf8')).toContain('app: other');
      expect(readFileSync(draft, 'utf8')).not.toContain('#!!');
    }));

  test('a text that is no YAML, another name, and a second object are no end of it', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web);
      const broken = editor(`broken-${namespace}`, 'echo "  : [" >>"$1"', 'sed -i "/: \\[/d; s/name: web/name: wob/" "$1"', ':');
      expect(await edit(namespace, 'deploy/web', broken)).toMatchObject({ code: 1, stderr: expect.stringContaining('metadata.name has to stay web') });
      expect(broken.seen(2)).toMatch(/^#!! Something is wrong/);
      expect(broken.seen(3)).toMatch(/#!! metadata\.name has to stay web.*\n +name: wob/);
    }));

  test('a draft that is gone or has no place is told, and nothing sent', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, solo);
      const thief = editor(`thief-${namespace}`, 'rm "$1"');
      expect(await edit(namespace, 'solo', thief)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/the draft cannot be read any more[^]*Nothing was sent/),
      });
      expect(left(thief)).toEqual([]);
      expect(await edit(namespace, 'solo', { ...thief, drafts: thief.path })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('TMPDIR names another directory'),
      });
      const noEditor = { KUBE_EDITOR: '', VISUAL: '', EDITOR: '', TMPDIR: thief.drafts };
      const outcome = await runProgram(['edit', 'solo', '-n', namespace], undefined, noEditor);
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no terminal to edit on') });
    }));

  test('what others change meanwhile is brought together, and the same field is shown', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web);
      const theirs = (more: string): string => {
        const file = join(folder, `theirs-${namespace}.yaml`);
        writeFileSync(file, `${web.replace('spec:', `spec:\n  ${more}`).replace('  replicas: 1\n', '')}\n`);
        return `KUBECONFIG=${testKubeconfig()} ${process.execPath} ${program} apply -f ${file} -n ${namespace} --force-conflicts >/dev/null 2>&1`;
      };
      const apart = editor(`apart-${namespace}`, `${theirs('minReadySeconds: 7')}; sed -i "s/replicas: 1/replicas: 2/" "$1"`);
      expect(await edit(namespace, 'deploy/web', apart)).toMatchObject({ code: 0, stdout: `deploy/web changed in ${namespace}: spec.replicas 1 → 2\n` });
      expect((await deployment(namespace)).spec).toMatchObject({ replicas: 2, minReadySeconds: 7 });
      const same = editor(`same-${namespace}`, `${theirs('minReadySeconds: 9')}; sed -i "s/minReadySeconds: 7/minReadySeconds: 8/" "$1"`, ':');
      expect(await edit(namespace, 'deploy/web', same)).toMatchObject({ code: 0, stdout: `deploy/web changed in ${namespace}: spec.minReadySeconds 9 → 8\n` });
      expect(same.seen(2)).toMatch(/#!! spec\.minReadySeconds: somebody else set it to 9 meanwhile; yours stands here\n +minReadySeconds: 8/);
    }));

  test("a Pod's immutable field is told on its line, and the Pod replaced where that is asked for", () =>
    inNamespace(async (namespace) => {
      await apply(namespace, solo);
      const refused = editor(`refused-${namespace}`, 'sed -i "s/value: one/value: two/" "$1"');
      expect(await edit(namespace, 'solo', refused)).toMatchObject({ code: 1, stdout: '' });
      expect(refused.seen(2)).toMatch(/#!! spec\.containers\[app\]\.env\[A\]\.value cannot be changed in a Pod: [^]*value: two/);
      const replaced = editor(`replaced-${namespace}`, 'sed -i "s/value: one/value: two/" "$1"');
      expect(await edit(namespace, 'solo', replaced, '--replace', '--yes')).toMatchObject({ code: 0, stdout: `pod/solo replaced in ${namespace}\n` });
      const pod = await (await apiServer()).request<V1Pod>(`/api/v1/namespaces/${namespace}/pods/solo`);
      expect(pod.spec?.containers[0]?.env).toEqual([{ name: 'A', value: 'two' }]);
      const labelled = editor(`labelled-${namespace}`, 'sed -i "s/  name: solo/  name: solo\\n  labels: {mine: x}/" "$1"');
      expect(await edit(namespace, 'solo', labelled)).toMatchObject({ code: 0, stdout: expect.stringContaining('metadata.labels') });
    }));

  test('of a Pod that is owned the owner is named, and on a terminal edited in its place', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web);
      await awaitCount(`/api/v1/namespaces/${namespace}/pods?`, 1, () => true);
      const { items } = await (await apiServer()).request<{ items: V1Pod[] }>(`/api/v1/namespaces/${namespace}/pods`);
      const name = items[0]?.metadata?.name ?? '';
      const idle = editor(`owned-${namespace}`, ':');
      expect((await edit(namespace, name, idle)).stderr).toMatch(
        /is made by deploy\/web: what is changed here is gone with this Pod\.\n`podwright edit deploy\/web/,
      );
      const more = editor(`owner-${namespace}`, 'sed -i "s/replicas: 1/replicas: 0/" "$1"');
      await inScreen(
        [],
        { command: ['edit', name, '-n', namespace], env: { EDITOR: more.path, KUBE_EDITOR: undefined, VISUAL: undefined, TMPDIR: more.drafts } },
        async (screen) => {
          await screen.shows('Edit deploy/web in its place? [y/N]');
          screen.press('y\r');
          await screen.shows(/deploy\/web changed in .*: spec\.replicas 1/);
          expect((await screen.left()).exitCode).toBe(0);
        },
      );
    }));

  test('the draft is kept when the object goes, when the editor fails, and on Ctrl-C', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, [web, solo].join('\n---\n'));
      await waitForPod(namespace, 'solo', ({ status }) => status?.phase === 'Running');
      const gone = editor(
        `gone-${namespace}`,
        `KUBECONFIG=${testKubeconfig()} ${process.execPath} ${program} delete solo -n ${namespace} --yes --force >/dev/null 2>&1; sed -i "s/  name: solo/  name: solo\\n  labels: {mine: x}/" "$1"`,
      );
      const outcome = await edit(namespace, 'solo', gone);
      expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/Your draft is in[^]*pod\/solo is not in the namespace/) });
      expect(left(gone)).toHaveLength(1);
      const fails = editor(`fails-${namespace}`, 'sed -i "s/replicas: 1/replicas: 2/" "$1"; exit 3');
      expect(await edit(namespace, 'deploy/web', fails)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/Your draft is in[^]*ended with 3: nothing was sent/),
      });
      expect((await deployment(namespace)).spec?.replicas).toBe(1);
      const slow = editor(`slow-${namespace}`, 'sed -i "s/replicas: 1/replicas: 2/" "$1"; echo waiting; exec sleep 100');
      await inScreen([], { command: ['edit', 'deploy/web', '-n', namespace], env: { KUBE_EDITOR: slow.path, TMPDIR: slow.drafts } }, async (screen) => {
        await screen.shows('waiting');
        screen.press('\u0003');
        await screen.shows('Your draft is in');
        expect((await screen.left()).exitCode).toBe(130);
      });
      expect(existsSync(left(slow)[0] ?? '')).toBe(true);
      expect((await deployment(namespace)).spec?.replicas).toBe(1);
    }));

  test('a right that is missing is named, and the draft kept', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web);
      const token = await newAccount(namespace, 'reader', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }]);
      const more = editor(`rights-${namespace}`, 'sed -i "s/replicas: 1/replicas: 2/" "$1"');
      await withKubeconfig({ user: { token } }, async (kubeconfig) => {
        const outcome = await runProgram(['edit', 'deploy/web', '-n', namespace], kubeconfig, { KUBE_EDITOR: more.path, TMPDIR: more.drafts });
        expect(outcome).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/Your draft is in[^]*cannot patch resource "deployments"/) });
      });
      expect(left(more)).toHaveLength(1);
    }));
});

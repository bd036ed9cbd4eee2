/** Finding and reading kubeconfigs: kubectl's rules, and errors that say where and what to try. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { listContexts, openCluster } from '../../src/kube/kube-config.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function config({ user = 'token: t0', cluster = 'server: https://one.example:6443', contexts = 'dev', current = 'dev', namespace = '' } = {}): string {
  const context = (name: string): string => `- name: ${name}\n  context: {cluster: c1, user: u1${namespace === '' ? '' : `, namespace: ${namespace}`}}\n`;
  const lines = (text: string): string =>
    text
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n');
  return `apiVersion: v1
kind: Config
current-context: ${current}
clusters:
- name: c1
  cluster:
${lines(cluster)}
users:
- name: u1
  user:
${lines(user)}
contexts:
${contexts.split(' ').map(context).join('')}`;
}

function failureOf(run: () => unknown): PodwrightError {
  try {
    run();
  } catch (error) {
    if (error instanceof PodwrightError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing failed');
}

describe('which file', () => {
  test('--kubeconfig goes before KUBECONFIG, and that before the home folder', () => {
    const flag = write('flag', config({ current: 'a', contexts: 'a' }));
    const listed = write('listed', config({ current: 'b', contexts: 'b' }));
    write('home/.kube/config', config({ current: 'c', contexts: 'c' }));
    const env = { HOME: join(folder, 'home') };
    expect(openCluster({ kubeconfig: flag }, { ...env, KUBECONFIG: listed }).context).toBe('a');
    expect(openCluster({}, { ...env, KUBECONFIG: listed }).context).toBe('b');
    expect(openCluster({}, env).context).toBe('c');
  });

  test('a list is merged: the first that names something wins, a file that is not there is passed over', () => {
    const first = write('first', config({ current: '""', contexts: 'dev', cluster: 'server: https://first.example' }));
    const second = write('second', config({ current: 'prod', contexts: 'dev prod', cluster: 'server: https://second.example' }));
    const env = { KUBECONFIG: [join(folder, 'missing'), first, second].join(delimiter) };
    expect(listContexts({}, env)).toEqual([
      { name: 'dev', cluster: 'c1', user: 'u1', namespace: undefined, current: false },
      { name: 'prod', cluster: 'c1', user: 'u1', namespace: undefined, current: true },
    ]);
    expect(openCluster({}, env).server.href).toBe('https://first.example/');
  });

  test('none at all says how to get one', () => {
    const error = failureOf(() => openCluster({}, { HOME: folder }));
    expect(error).toMatchObject({ code: 'no-kubeconfig', exitCode: 3 });
    expect(error.message).toContain(join(folder, '.kube', 'config'));
    expect(error.hint).toContain('cluster:up');
    expect(failureOf(() => openCluster({ kubeconfig: join(folder, 'nope') })).code).toBe('no-kubeconfig');
    expect(failureOf(() => openCluster({ kubeconfig: write('empty', '') })).code).toBe('no-kubeconfig');
  });

  test('a file that is not YAML names line and column', () => {
    const file = write('bad', 'apiVersion: v1\nclusters:\n  - name: "x\n');
    const error = failureOf(() => openCluster({ kubeconfig: file }));
    expect(error.code).toBe('bad-kubeconfig');
    expect(error.message).toMatch(new RegExp(`^${file}:\\d+:\\d+: `));
  });

  test.each([
    ['a list', '- a\n'],
    ['a cluster without a server', 'clusters: [{name: c, cluster: {}}]\n'],
    ['a server that is no address', config({ cluster: 'server: "not an address"' })],
    ['a context of a cluster that is not there', config().replace('cluster: c1', 'cluster: c2')],
    ['a context of a user that is not there', config().replace('user: u1', 'user: u2')],
  ])('%s is a bad kubeconfig', (_what, text) => {
    const error = failureOf(() => openCluster({ kubeconfig: write('bad', text) }));
    expect(error.code).toBe('bad-kubeconfig');
  });
});

describe('which context', () => {
  test('an unknown one lists those there are, nearest first', () => {
    const file = write('config', config({ contexts: 'prod-eu staging dev' }));
    const error = failureOf(() => openCluster({ kubeconfig: file, context: 'staginh' }));
    expect(error).toMatchObject({ code: 'unknown-context', exitCode: 2, hint: 'Contexts: staging, prod-eu, dev' });
  });

  test('none chosen lists them too', () => {
    const error = failureOf(() => openCluster({ kubeconfig: write('config', config({ current: '""', contexts: 'a b' })) }));
    expect(error).toMatchObject({ code: 'unknown-context', hint: 'Pass --context, one of: a, b' });
  });

  test('the namespace is the context’s, else default', () => {
    expect(openCluster({ kubeconfig: write('a', config({ namespace: 'shop' })) }).namespace).toBe('shop');
    expect(openCluster({ kubeconfig: write('b', config()) }).namespace).toBe('default');
  });

  test('--cluster and --user replace the context’s; unknown ones are a matter of usage', () => {
    const file = write('config', config());
    expect(failureOf(() => openCluster({ kubeconfig: file, cluster: 'c2' }))).toMatchObject({ code: 'usage', hint: 'Clusters: c1' });
    expect(failureOf(() => openCluster({ kubeconfig: file, user: 'u2' }))).toMatchObject({ code: 'usage', hint: 'Users: u1' });
    expect(openCluster({ kubeconfig: file, cluster: 'c1', user: 'u1' }).user).toBe('u1');
  });
});

describe('credentials', () => {
  const of = (user: string, cluster?: string) => openCluster({ kubeconfig: write('config', config({ user, ...(cluster === undefined ? {} : { cluster }) })) });

  test('a token', async () => {
    expect((await of('token: abc').credentials()).headers).toMatchObject({ Authorization: 'Bearer abc' });
  });

  test('a token file is read again when they are renewed, and its newline is left out', async () => {
    const file = write('token', 'one\n');
    const access = of(`tokenFile: ${file}`);
    expect((await access.credentials()).headers).toMatchObject({ Authorization: 'Bearer one' });
    writeFileSync(file, 'two\n');
    expect((await access.credentials({ renew: true })).headers).toMatchObject({ Authorization: 'Bearer two' });
  });

  test('paths are relative to the kubeconfig', async () => {
    write('ca.crt', 'authority');
    write('tls.crt', 'certificate');
    write('tls.key', 'key');
    const access = of(
      'client-certificate: tls.crt\nclient-key: tls.key',
      'server: https://x.example\ncertificate-authority: ca.crt\ntls-server-name: kubernetes',
    );
    const { tls } = await access.credentials();
    expect([tls.ca, tls.cert, tls.key].map(String)).toEqual(['authority', 'certificate', 'key']);
    expect(tls.servername).toBe('kubernetes');
  });

  test('a file that is not there is named', async () => {
    await expect(of('client-certificate: nope.crt').credentials()).rejects.toMatchObject({
      code: 'bad-kubeconfig',
      message: expect.stringContaining('nope.crt'),
    });
  });

  test('the authority counts without a user, too', async () => {
    const text = config({ cluster: 'server: https://x.example\ncertificate-authority-data: YXV0aG9yaXR5' }).replace(', user: u1', '');
    const { tls } = await openCluster({ kubeconfig: write('config', text) }).credentials();
    expect(String(tls.ca)).toBe('authority');
  });

  test('impersonation with groups', async () => {
    const { headers } = await of('token: t\nas: jane\nas-groups: [devs, ops]\nas-uid: "42"').credentials();
    expect(headers).toMatchObject({ 'Impersonate-User': 'jane', 'Impersonate-Group': ['devs', 'ops'], 'Impersonate-Uid': '42' });
  });

  test('basic authentication', async () => {
    expect((await of('username: jane\npassword: pass').credentials()).auth).toBe('jane:pass');
  });

  test('an exec plugin is told what it needs, run once, and run again when they are renewed', async () => {
    const log = join(folder, 'log');
    const plugin = write(
      'bin/plugin',
      `#!/bin/sh\necho run >> ${log}\ncase "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 1;; esac\necho '{"status":{"token":"from-plugin-'$(wc -l < ${log} | tr -d ' ')'"}}'\n`,
    );
    chmodSync(plugin, 0o755);
    const access = of('exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, interactiveMode: Never}');
    const first = await Promise.all([access.credentials(), access.credentials()]);
    expect(first.map(({ headers }) => headers['Authorization'])).toEqual(['Bearer from-plugin-1', 'Bearer from-plugin-1']);
    expect((await access.credentials()).headers).toMatchObject({ Authorization: 'Bearer from-plugin-1' });
    const both = await Promise.all([access.credentials({ renew: true }), access.credentials({ renew: true })]);
    expect(both.map(({ headers }) => headers['Authorization'])).toEqual(['Bearer from-plugin-2', 'Bearer from-plugin-2']);
  });

  test('an exec plugin that is missing or fails says so', async () => {
    await expect(of('exec: {apiVersion: v1, command: no-such-plugin, installHint: "Install it from here."}').credentials()).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('"no-such-plugin" of user "u1" is not installed'),
      hint: 'Install it from here.',
    });
    await expect(of('exec: {apiVersion: v1, command: sh, args: ["-c", "echo expired >&2; exit 1"]}').credentials()).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('expired'),
    });
  });

  test('plain http is allowed, as for kubectl', async () => {
    const access = of('token: t', 'server: http://127.0.0.1:8001');
    expect(access.server.protocol).toBe('http:');
    await expect(access.credentials()).resolves.toMatchObject({ headers: { Authorization: 'Bearer t' } });
  });

  test('the proxy and compression are told to the transport', () => {
    const access = of('token: t', 'server: https://x.example\nproxy-url: socks5://127.0.0.1:1080\ndisable-compression: true');
    expect(access).toMatchObject({ proxyUrl: 'socks5://127.0.0.1:1080', compression: false });
  });
});

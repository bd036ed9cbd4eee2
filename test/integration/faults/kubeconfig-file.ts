/** Kubeconfigs of a test's own: over a line that breaks, to a server that is none, with the rights of somebody else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { TcpLine } from '../../fake-api/tcp-line.ts';
import { testKubeconfig } from '../namespace.ts';

interface KubeconfigFile {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, unknown>> & { readonly server: string } }[];
  readonly users: readonly { readonly user: Readonly<Record<string, unknown>> }[];
}

export interface KubeconfigChanges {
  /** The server's address in place of the test cluster's. */
  readonly server?: string;
  /** What stands under `user` in place of the test cluster's administrator; relative paths are relative to the file. */
  readonly user?: Readonly<Record<string, unknown>>;
  /** Fields of the cluster that are added or replaced. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

/** Gives `body` a kubeconfig with the one context `test`, in a folder of its own that is removed afterwards. */
export async function withKubeconfig(changes: KubeconfigChanges, body: (file: string) => Promise<void>): Promise<void> {
  const own = parse(readFileSync(testKubeconfig(), 'utf8')) as KubeconfigFile;
  const folder = mkdtempSync(join(tmpdir(), 'podwright-kubeconfig-'));
  const file = join(folder, 'config');
  const cluster = { ...own.clusters[0]?.cluster, ...changes.cluster, ...(changes.server === undefined ? {} : { server: changes.server }) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'tester', user: changes.user ?? own.users[0]?.user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester' } }],
    'current-context': 'test',
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  try {
    await body(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gives `body` a line to the test cluster's API server, and a kubeconfig that leads over it. */
export async function overLine(body: (line: TcpLine, kubeconfig: string) => Promise<void>, changes: KubeconfigChanges = {}): Promise<void> {
  const own = parse(readFileSync(testKubeconfig(), 'utf8')) as KubeconfigFile;
  const real = new URL(own.clusters[0]?.cluster.server ?? '');
  const line = new TcpLine(real.hostname, Number(real.port || 443));
  const port = await line.open();
  try {
    // The certificate of a kind cluster is for 127.0.0.1; that of another may be for its name alone.
    const name = isIP(real.hostname) === 0 ? { 'tls-server-name': real.hostname } : {};
    await withKubeconfig({ ...changes, server: `https://127.0.0.1:${port}`, cluster: { ...name, ...changes.cluster } }, (file) => body(line, file));
  } finally {
    await line.shut();
  }
}

/**
 * Finds the kubeconfig, chooses the context and hands out what a connection needs: the server, the TLS material and fresh credentials.
 *
 * Credentials (exec plugins, OIDC, token files, in-cluster) are the official client's `KubeConfig`. Finding and merging the files is
 * done here, because kubectl's rules differ from the client's: the first file that names something wins, a missing file of the list is passed
 * over, and `tokenFile`, `as-groups` and `disable-compression` count. The import is deep on purpose: the package's index costs ten times as much.
 */

import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { type Cluster, newClusters, newContexts, newUsers } from '@kubernetes/client-node/dist/config_types.js';
import { loadAll, YAMLException } from 'js-yaml';
import { list, object as record } from '../core/json.ts';
import { nearestNames } from '../core/nearest-names.ts';
import { PodwrightError } from '../core/podwright-error.ts';

/** kubectl's flags that choose where to connect. */
export interface KubeConfigFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
}

export interface ContextSummary {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string | undefined;
  readonly current: boolean;
}

/** What a request has to carry. Made anew for each request, so that a rotated token or certificate is used from then on. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** `user:password` of HTTP basic authentication. */
  readonly auth: string | undefined;
  readonly tls: TlsMaterial;
}

export interface TlsMaterial {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | string | undefined;
  readonly key: Buffer | string | undefined;
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean | undefined;
}

/** One cluster as one user sees it. */
export interface ClusterAccess {
  /** The context's name; it is what people call the cluster by. */
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly server: URL;
  /** The context's namespace, `default` where it names none. */
  readonly namespace: string;
  readonly compression: boolean;
  /** The kubeconfig's own proxy for this cluster. */
  readonly proxyUrl: string | undefined;
  /** Fresh credentials. `renew` forgets what was cached and reads the files again: for the moment after a 401. */
  credentials(options?: { renew?: boolean }): Promise<Credentials>;
}

interface Loaded {
  readonly clusters: (Cluster & { readonly disableCompression: boolean })[];
  readonly users: LoadedUser[];
  readonly contexts: { readonly name: string; readonly cluster: string; readonly user: string; readonly namespace?: string }[];
  readonly currentContext: string | undefined;
  readonly files: readonly string[];
}

type LoadedUser = ReturnType<typeof newUsers>[number] & { readonly groups: readonly string[]; readonly uid: string | undefined };

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';
const howToGetACluster =
  'Set KUBECONFIG or pass --kubeconfig; `npm run cluster:up` in a clone of Podwright makes a local cluster to try. `get --from-recording FILE` and `replay FILE` need none.';

/** The contexts of the merged kubeconfig, in file order. Throws what `openCluster` throws for files that cannot be read. */
export function listContexts(flags: KubeConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): readonly ContextSummary[] {
  const loaded = loadFiles(flags, env);
  return loaded.contexts.map(({ name, cluster, user, namespace }) => ({ name, cluster, user, namespace, current: name === loaded.currentContext }));
}

/**
 * The cluster that the flags and the kubeconfig point at. Opens no connection.
 * Throws PodwrightError `no-kubeconfig`, `bad-kubeconfig` (with file, line and column where the YAML tells), `unknown-context` (with the contexts
 * there are) or `usage` for an unknown --cluster or --user.
 */
export function openCluster(flags: KubeConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): ClusterAccess {
  const { place, config } = open(flags, env);
  let current = config;
  let asked: Promise<Credentials> | undefined;
  let renewed: Promise<Credentials> | undefined;
  return {
    ...place,
    // Several requests often begin at once; a plugin that opens a browser must not run once for each.
    async credentials({ renew = false } = {}) {
      if (!renew) {
        asked ??= credentialsOf(current, place).finally(() => {
          asked = undefined;
        });
        return asked;
      }
      renewed ??= Promise.resolve()
        .then(() => {
          current = open(flags, env).config;
          return credentialsOf(current, place);
        })
        .finally(() => {
          renewed = undefined;
        });
      return renewed;
    },
  };
}

/**
 * Whether there is anything that says where a cluster is: a flag, KUBECONFIG, ~/.kube/config or the ServiceAccount of the Pod we run in. What is there and
 * cannot be read counts: it is for `openCluster` to say what is wrong with it.
 */
export function clusterIsConfigured(flags: KubeConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): boolean {
  const chosen = [flags.kubeconfig, flags.context, flags.cluster, flags.user].some((flag) => flag !== undefined);
  return chosen || (env['KUBECONFIG'] ?? '') !== '' || existsSync(join(env['HOME'] ?? homedir(), '.kube', 'config')) || runsInCluster(env);
}

function runsInCluster(env: NodeJS.ProcessEnv): boolean {
  return env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(join(serviceAccount, 'token'));
}

type Place = Omit<ClusterAccess, 'credentials'>;

interface Opened {
  readonly place: Place;
  readonly config: ConfigWithUser;
}

interface ConfigWithUser {
  readonly kube: KubeConfig;
  readonly user: LoadedUser;
}

function open(flags: KubeConfigFlags, env: NodeJS.ProcessEnv): Opened {
  const loaded = loadFiles(flags, env);
  const contextName = flags.context ?? loaded.currentContext;
  const context = loaded.contexts.find(({ name }) => name === contextName);
  if (context === undefined && (flags.context !== undefined || flags.cluster === undefined)) {
    throw unknownContext(contextName, loaded);
  }
  const clusterName = flags.cluster ?? context?.cluster ?? '';
  const userName = flags.user ?? context?.user ?? '';
  const cluster = loaded.clusters.find(({ name }) => name === clusterName);
  if (cluster === undefined) {
    const names = loaded.clusters.map(({ name }) => name);
    if (flags.cluster !== undefined) {
      throw new PodwrightError('usage', `the kubeconfig has no cluster "${clusterName}"`, { hint: `Clusters: ${nearestNames(clusterName, names).join(', ')}` });
    }
    throw new PodwrightError('bad-kubeconfig', `context "${contextName}" names the cluster "${clusterName}", which ${loaded.files.join(', ')} does not have`);
  }
  const user = loaded.users.find(({ name }) => name === userName);
  if (user === undefined && userName !== '') {
    const names = loaded.users.map(({ name }) => name);
    if (flags.user !== undefined) {
      throw new PodwrightError('usage', `the kubeconfig has no user "${userName}"`, { hint: `Users: ${nearestNames(userName, names).join(', ')}` });
    }
    throw new PodwrightError('bad-kubeconfig', `context "${contextName}" names the user "${userName}", which ${loaded.files.join(', ')} does not have`);
  }
  let server: URL;
  try {
    server = new URL(cluster.server);
  } catch (cause) {
    throw new PodwrightError('bad-kubeconfig', `cluster "${clusterName}" has the server address "${cluster.server}", which is not a URL`, { cause });
  }
  const chosenUser = user ?? { name: 'anonymous', groups: [], uid: undefined };
  const { proxyUrl, ...direct } = cluster;
  const kube = new KubeConfig();
  kube.loadFromOptions({
    // The client refuses plain http unless this is set; kubectl does not. The proxy is the transport's affair.
    clusters: [{ ...direct, skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:' }],
    users: [chosenUser],
    contexts: [{ name: 'chosen', cluster: clusterName, user: chosenUser.name }],
    currentContext: 'chosen',
  });
  const place: Place = {
    context: context?.name ?? clusterName,
    cluster: clusterName,
    user: chosenUser.name,
    server,
    namespace: context?.namespace ?? 'default',
    compression: !cluster.disableCompression,
    proxyUrl,
  };
  return { place, config: { kube, user: chosenUser } };
}

async function credentialsOf({ kube, user }: ConfigWithUser, place: Place): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  try {
    await kube.applyToHTTPSOptions(options);
  } catch (cause) {
    throw credentialFailure(cause, user, place);
  }
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') {
      // A token file usually ends in a newline, which a header may not hold.
      headers[name] = value.trim();
    }
  }
  if (user.groups.length > 0) {
    headers['Impersonate-Group'] = user.groups;
  }
  if (user.uid !== undefined) {
    headers['Impersonate-Uid'] = user.uid;
  }
  return {
    headers,
    auth: typeof options.auth === 'string' ? options.auth : undefined,
    tls: {
      ca: options.ca as Buffer | undefined,
      cert: options.cert as Buffer | string | undefined,
      key: options.key as Buffer | string | undefined,
      servername: options.servername,
      rejectUnauthorized: options.rejectUnauthorized,
    },
  };
}

function credentialFailure(cause: unknown, user: LoadedUser, place: Place): PodwrightError {
  if (cause instanceof PodwrightError) {
    return cause;
  }
  const text = cause instanceof Error ? cause.message.trim() : String(cause);
  const command: unknown = user.exec?.command;
  if (typeof command === 'string') {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const hint: unknown = user.exec.installHint;
    return new PodwrightError('unauthorized', `the credential plugin "${command}" of user "${user.name}" ${missing ? 'is not installed' : `failed: ${text}`}`, {
      cause,
      hint: missing && typeof hint === 'string' ? hint.trim() : `Run \`${command}\` by hand, or log in again the way your cluster's provider says.`,
    });
  }
  const file = (cause as NodeJS.ErrnoException).path;
  if (file !== undefined) {
    return new PodwrightError('bad-kubeconfig', `user "${user.name}" or cluster "${place.cluster}" names the file ${file}, which cannot be read`, { cause });
  }
  return new PodwrightError('unauthorized', `no credentials for user "${user.name}": ${text}`, {
    cause,
    hint: "Log in again the way your cluster's provider says.",
  });
}

function unknownContext(name: string | undefined, loaded: Loaded): PodwrightError {
  const names = loaded.contexts.map((context) => context.name);
  if (names.length === 0) {
    return new PodwrightError('no-kubeconfig', `no context in ${loaded.files.join(', ')}`, { hint: howToGetACluster });
  }
  if (name === undefined || name === '') {
    return new PodwrightError('unknown-context', 'the kubeconfig has no current-context', { hint: `Pass --context, one of: ${names.join(', ')}` });
  }
  return new PodwrightError('unknown-context', `no context "${name}" in ${loaded.files.join(', ')}`, {
    hint: `Contexts: ${nearestNames(name, names).join(', ')}`,
  });
}

/** kubectl's order: --kubeconfig alone, else the list in KUBECONFIG, else ~/.kube/config, else the ServiceAccount of the Pod we run in. */
function loadFiles(flags: KubeConfigFlags, env: NodeJS.ProcessEnv): Loaded {
  if (flags.kubeconfig !== undefined) {
    return loadFile(flags.kubeconfig);
  }
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const candidates = listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  const files = candidates.filter((file) => existsSync(file));
  if (files.length > 0) {
    return files.map(loadFile).reduce(merge);
  }
  if (runsInCluster(env)) {
    return inCluster();
  }
  throw new PodwrightError('no-kubeconfig', `no kubeconfig: ${candidates.join(', ')} ${candidates.length === 1 ? 'does' : 'do'} not exist`, {
    hint: howToGetACluster,
  });
}

function inCluster(): Loaded {
  const config = new KubeConfig();
  config.loadFromCluster();
  return {
    clusters: config.clusters.map((cluster) => ({ ...cluster, disableCompression: false })),
    users: config.users.map((user) => ({ ...user, groups: [], uid: undefined })),
    contexts: config.contexts,
    currentContext: config.currentContext,
    files: [serviceAccount],
  };
}

/** The first file that names something wins (client-go's loading rules). */
function merge(first: Loaded, next: Loaded): Loaded {
  const add = <T extends { readonly name: string }>(had: readonly T[], more: readonly T[]): T[] => [
    ...had,
    ...more.filter(({ name }) => !had.some((one) => one.name === name)),
  ];
  return {
    clusters: add(first.clusters, next.clusters),
    users: add(first.users, next.users),
    contexts: add(first.contexts, next.contexts),
    currentContext: first.currentContext ?? next.currentContext,
    files: [...first.files, ...next.files],
  };
}

function loadFile(file: string): Loaded {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PodwrightError(
      missing ? 'no-kubeconfig' : 'bad-kubeconfig',
      `cannot read the kubeconfig ${file}: ${missing ? 'no such file' : (cause as Error).message}`,
      {
        cause,
        ...(missing ? { hint: howToGetACluster } : {}),
      },
    );
  }
  const raw = record(parse(file, text));
  const folder = dirname(file);
  const absolute = (path: unknown): string | undefined => (typeof path !== 'string' || path === '' ? undefined : isAbsolute(path) ? path : join(folder, path));
  try {
    const clusters = newClusters(raw['clusters']).map((cluster, index) =>
      withoutEmpty(
        Object.assign(cluster, {
          caFile: absolute(cluster.caFile),
          disableCompression: bodyOf(raw['clusters'], index, 'cluster')['disable-compression'] === true,
        }),
      ),
    );
    const users = newUsers(list(raw['users']).map((user) => withoutTokenFile(user))).map((user, index) =>
      loadedUser(user, bodyOf(raw['users'], index, 'user'), absolute),
    );
    const currentContext = raw['current-context'];
    return {
      clusters: clusters as Loaded['clusters'],
      users,
      contexts: newContexts(raw['contexts']),
      currentContext: typeof currentContext === 'string' && currentContext !== '' ? currentContext : undefined,
      files: [file],
    };
  } catch (cause) {
    throw new PodwrightError('bad-kubeconfig', `${file} is not a kubeconfig: ${(cause as Error).message}`, { cause });
  }
}

function parse(file: string, text: string): unknown {
  let raw: unknown;
  try {
    [raw] = loadAll(text);
  } catch (cause) {
    const mark = cause instanceof YAMLException ? cause.mark : undefined;
    const place = mark === undefined ? '' : `:${mark.line + 1}:${mark.column + 1}`;
    const reason = cause instanceof YAMLException ? cause.reason : (cause as Error).message;
    throw new PodwrightError('bad-kubeconfig', `${file}${place}: ${reason}`, { cause });
  }
  // An empty file counts as an empty kubeconfig.
  if (raw !== undefined && raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) {
    throw new PodwrightError('bad-kubeconfig', `${file} is not a kubeconfig: it holds no mapping`);
  }
  return raw;
}

function loadedUser(
  user: ReturnType<typeof newUsers>[number],
  body: Readonly<Record<string, unknown>>,
  absolute: (path: unknown) => string | undefined,
): LoadedUser {
  const tokenFile = absolute(body['tokenFile']);
  const groups = body['as-groups'];
  const uid = body['as-uid'];
  return {
    ...withoutEmpty({
      ...user,
      certFile: absolute(user.certFile),
      keyFile: absolute(user.keyFile),
      exec: execWithInfo(user.exec, absolute),
      // The client reads a token file only once, unless it is given as this provider, which reads it again after a minute. A file wins over a
      // token written out, as in client-go.
      ...(tokenFile === undefined ? {} : { token: undefined, authProvider: { name: 'tokenFile', config: { tokenFile } } }),
    }),
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    uid: typeof uid === 'string' ? uid : undefined,
  } as LoadedUser;
}

/** The client tells a plugin nothing, but several refuse to run without KUBERNETES_EXEC_INFO; a relative command is relative to the file. */
function execWithInfo(exec: unknown, absolute: (path: unknown) => string | undefined): unknown {
  if (exec === undefined || exec === null) {
    return undefined;
  }
  const plugin = record(exec);
  const command = typeof plugin['command'] === 'string' && plugin['command'].includes(sep) ? absolute(plugin['command']) : plugin['command'];
  const info = { kind: 'ExecCredential', apiVersion: plugin['apiVersion'] ?? 'client.authentication.k8s.io/v1', spec: { interactive: false } };
  return { ...plugin, command, args: list(plugin['args']), env: [...list(plugin['env']), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] };
}

/** `token-file` is no kubeconfig field, but the client would read it there and then. */
function withoutTokenFile(entry: unknown): unknown {
  const { 'token-file': _ignored, ...body } = record(record(entry)['user']);
  return { ...record(entry), user: body };
}

function bodyOf(entries: unknown, index: number, key: string): Readonly<Record<string, unknown>> {
  return record(record(list(entries)[index])[key]);
}

/** The client writes null and undefined for what is not there; both are dropped, so that absent means absent. */
function withoutEmpty<T extends { readonly name: string }>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null && value !== '')) as T;
}

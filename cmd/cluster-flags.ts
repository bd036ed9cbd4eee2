/** The flags that say which cluster, user and namespace: the same for every command, and the same as kubectl's. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Arguments, FlagTable } from './command.ts';
import { durationMs } from './duration.ts';

export const clusterFlags: FlagTable = {
  namespace: { type: 'string', short: 'n', value: 'NAME', describe: "Namespace; default is the context's" },
  'all-namespaces': { type: 'boolean', short: 'A', describe: 'Pods of all namespaces' },
  context: { type: 'string', value: 'NAME', describe: 'Context of the kubeconfig to use' },
  cluster: { type: 'string', value: 'NAME', describe: 'Cluster of the kubeconfig to use' },
  user: { type: 'string', value: 'NAME', describe: 'User of the kubeconfig to use' },
  kubeconfig: { type: 'string', value: 'FILE', describe: 'Kubeconfig file; default is KUBECONFIG, then ~/.kube/config' },
  'request-timeout': { type: 'string', value: 'TIME', describe: 'Give up on one request after this long (10s, 2m; 0 is never)' },
};

export const outputFlags: FlagTable = {
  color: { type: 'string', value: 'WHEN', choices: ['auto', 'always', 'never'], describe: 'Colour: auto, always or never' },
  help: { type: 'boolean', short: 'h', describe: 'Show help' },
};

/** Which cluster, as whom, and in which namespace. What is absent comes from the kubeconfig. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  /** `undefined` is the context's own namespace. */
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  readonly requestTimeoutMs?: number;
}

/** Reads the cluster flags. Throws `usage` for a value that cannot be meant. */
export function clusterChoice(args: Arguments): ClusterChoice {
  const timeout = text(args, 'request-timeout');
  const choice: { -readonly [Key in keyof ClusterChoice]: ClusterChoice[Key] } = { allNamespaces: args.flags['all-namespaces'] === true };
  for (const name of ['kubeconfig', 'context', 'cluster', 'user', 'namespace'] as const) {
    const value = text(args, name);
    if (value === '') throw new PodwrightError('usage', `--${name} needs a value`);
    if (value !== undefined) choice[name] = value;
  }
  if (choice.namespace !== undefined) checkNamespace(choice.namespace);
  const timeoutMs = timeout === undefined ? undefined : durationMs(timeout, '--request-timeout', '; 0 is no limit');
  // kubectl reads 0 as "no limit", which is what an absent timeout means.
  if (timeoutMs !== undefined && timeoutMs > 0) choice.requestTimeoutMs = timeoutMs;
  return choice;
}

/** The text of a flag that takes one value. */
export function text(args: Arguments, name: string): string | undefined {
  const value = args.flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of a flag that may be given several times. */
export function texts(args: Arguments, name: string): readonly string[] {
  const value = args.flags[name];
  return typeof value === 'object' ? value : typeof value === 'string' ? [value] : [];
}

// A namespace is a DNS-1123 label (apimachinery's validation.IsDNS1123Label); anything else would end up in a URL's path.
function checkNamespace(name: string): void {
  if (name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return;
  throw new PodwrightError('usage', `"${name}" is not the name of a namespace`, {
    hint: 'A namespace is up to 63 lower case letters, digits and dashes.',
  });
}

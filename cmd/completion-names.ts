/** The names that a completion needs of a kubeconfig or a cluster, with what is worth knowing of each beside it. */
import { list, object, text } from '../src/core/json.ts';
import { ownerText } from '../src/core/owner.ts';
import { kindName, type WorkloadKind } from '../src/core/workload-facts.ts';
import { workloadPaths } from '../src/kube/cluster-reader.ts';
import { listContexts } from '../src/kube/kube-config.ts';
import { podsPath, tableAt } from '../src/kube/pod-table.ts';
import type { Target } from '../src/service/target.ts';
import { parseTarget } from '../src/service/target.ts';
import { chosenCluster, type OpenCluster } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { Candidate, NamesOf } from './completion-request.ts';

/** All that there are, those that do not begin with the word too. Throws PodwrightError where the kubeconfig or the cluster does not tell. */
export async function namesOf(wanted: NamesOf, word: string, choice: ClusterChoice, signal: AbortSignal): Promise<readonly Candidate[]> {
  switch (wanted.of) {
    case 'contexts':
      return listContexts(choice).map(({ name, cluster }) => ({ value: name, description: cluster }));
    case 'clusters':
      return [...new Set(listContexts(choice).map(({ cluster }) => cluster))].map((value) => ({ value }));
    case 'users':
      return [...new Set(listContexts(choice).map(({ user }) => user))].map((value) => ({ value }));
    case 'namespaces':
      return objectsAt(chosenCluster(choice), '/api/v1/namespaces', signal);
    case 'targets':
      return (await targets(wanted, word, chosenCluster(choice), signal)).filter(({ value }) => !wanted.given.includes(value));
    case 'containers':
      return (await containersOf(wanted.target, chosenCluster(choice), signal)).map(({ container, role }) => ({
        value: String(container['name']),
        description: role,
      }));
    case 'ports': {
      const { target } = wanted;
      if (target.kind === 'service') return servicePorts(target.name, chosenCluster(choice), signal);
      return (await containersOf(target, chosenCluster(choice), signal)).flatMap(({ container }) =>
        list(container['ports']).map((port) => {
          const { containerPort, name } = object(port);
          return { value: String(containerPort), description: [text(name), `of ${String(container['name'])}`].filter(Boolean).join(' ') };
        }),
      );
    }
  }
}

/** The kinds that own Pods, as they are written before a name. */
const workloadPrefixes = new Map(
  (['deployment', 'statefulset', 'daemonset', 'replicaset', 'job', 'cronjob'] as const).map((kind): [string, WorkloadKind] => [
    ownerText({ kind: kindName(kind), name: '' }),
    kind,
  ]),
);

const services = 'svc/';

async function targets(
  { kind, services: takesServices }: Extract<NamesOf, { of: 'targets' }>,
  word: string,
  { transport, namespace }: OpenCluster,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const named = (of: Target['kind']): Promise<readonly Candidate[]> => {
    const { api, resource } = of === 'pod' ? { api: '/api/v1', resource: 'pods' } : workloadPaths[of];
    return objectsAt({ transport }, `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`, signal);
  };
  if (kind !== undefined) return named(kind);
  const slash = word.indexOf('/');
  if (slash < 0) {
    const pods = await named('pod');
    const kinds = [...workloadPrefixes].map(([value, of]) => ({ value, description: `a ${kindName(of)}` }));
    return [...pods, ...kinds, ...(takesServices ? [{ value: services, description: 'a Service' }] : [])];
  }
  const prefix = word.slice(0, slash + 1);
  if (takesServices && prefix === services) {
    const found = await objectsAt({ transport }, servicesPath(namespace), signal);
    return found.map(({ value, ...rest }) => ({ value: prefix + value, ...rest }));
  }
  return (await named(parseTarget(`${prefix}x`).kind)).map(({ value, ...rest }) => ({ value: prefix + value, ...rest }));
}

/** What the server's own table says of an object beside its name and age. */
const tellingColumns = new Set(['Ready', 'Status', 'Completions', 'Desired']);

async function objectsAt({ transport }: Pick<OpenCluster, 'transport'>, path: string, signal: AbortSignal): Promise<readonly Candidate[]> {
  // From the server's memory: what was made this second may be missing, and a long list comes in half the time.
  const { columns, rows } = await tableAt(transport, path, { includeObject: 'None', resourceVersion: '0' }, undefined, signal);
  const telling = columns.flatMap(({ name }, index) => (tellingColumns.has(name) ? [index] : []));
  return rows.map(({ name, cells }) => ({ value: name, description: telling.map((index) => String(cells[index])).join(' ') }));
}

function servicesPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`;
}

async function servicePorts(name: string, { transport, namespace }: OpenCluster, signal: AbortSignal): Promise<readonly Candidate[]> {
  const service = await transport.request({ path: `${servicesPath(namespace)}/${encodeURIComponent(name)}`, signal });
  return list(object(object(service)['spec'])['ports']).map((each) => {
    const { port, name: called } = object(each);
    return { value: String(port), description: text(called) ?? '' };
  });
}

interface NamedContainer {
  readonly container: Readonly<Record<string, unknown>>;
  readonly role: string;
}

/** In the order in which they start; of a workload those of its template. */
async function containersOf(target: Target, { transport, reader, namespace }: OpenCluster, signal: AbortSignal): Promise<readonly NamedContainer[]> {
  const path = `${podsPath(namespace)}/${encodeURIComponent(target.name)}`;
  const whole = target.kind === 'pod' ? await transport.request({ path, signal }) : (await reader.resolve(target, namespace, signal)).object;
  const own = object(object(whole)['spec']);
  const template = target.kind === 'cronjob' ? object(object(object(own['jobTemplate'])['spec'])['template']) : object(own['template']);
  const spec = target.kind === 'pod' ? own : object(template['spec']);
  const role = { initContainers: 'init container', containers: 'container', ephemeralContainers: 'ephemeral container' } as const;
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((field) =>
    list(spec[field]).map((item) => {
      const container = object(item);
      return { container, role: container['restartPolicy'] === 'Always' ? 'sidecar' : role[field] };
    }),
  );
}

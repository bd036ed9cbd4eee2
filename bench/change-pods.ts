/**
 * Changes Pods at a steady rate, as a process of its own, so that measuring takes nothing from it: `change-pods.ts KUBECONFIG DOCKER_HOST RATE SECONDS
 * NAMESPACE SHOWN`. Each change is a restart count that no other change has; every tenth goes to one of the first SHOWN Pods of the namespace by name,
 * the rest to those behind them. At the end it tells its parent when each change of those was begun.
 *
 * The changes are written into the cluster's store: the API server of a small machine takes half as many patches. It learns of them as of any other
 * write, by its watch of the store, and tells those who watch it.
 */
import type { V1Pod } from '@kubernetes/client-node';
import { ApiServer } from '../test/integration/api-server.ts';
import { Etcd } from '../test/scale/etcd.ts';

export interface ChangesMade {
  /** Of all Pods. */
  readonly perSecond: number;
  readonly shown: readonly { readonly pod: string; readonly restarts: number /** On the machine's monotonic clock, in ms. */; readonly begunAt: number }[];
}

/** The clock that all processes of the machine share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Restart counts have six digits, which nothing else on the screen has; those of an earlier run may still be on it, so the next begins behind them. */
function firstCount(pods: readonly V1Pod[]): number {
  return Math.max(100_000, ...pods.map(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) + 1));
}

async function changePods(pods: readonly V1Pod[], etcd: Etcd, rate: number, seconds: number, shown: number): Promise<ChangesMade> {
  const first = firstCount(pods);
  const made: ChangesMade['shown'][number][] = [];
  const ends: number[] = [];
  const all = rate * seconds;
  const started = machineMs();
  await new Promise<void>((resolve, reject) => {
    let begun = 0;
    const change = async (index: number): Promise<void> => {
      const isShown = index % 10 === 0;
      const pod = isShown ? pods[(index / 10) % shown] : pods[shown + (index % (pods.length - shown))];
      const restarts = first + index;
      const name = pod?.metadata?.name ?? '';
      if (isShown) made.push({ pod: name, restarts, begunAt: machineMs() });
      await etcd.put(`/registry/pods/${pod?.metadata?.namespace}/${name}`, restarted(pod, restarts));
      ends.push(machineMs());
      if (ends.length === all) resolve();
    };
    const timer = setInterval(() => {
      const due = Math.min(all, Math.floor(((machineMs() - started) * rate) / 1000));
      for (; begun < due; begun++) void change(begun).catch(reject);
      if (begun === all) clearInterval(timer);
    }, 5);
  });
  return { perSecond: (all * 1000) / (Math.max(...ends) - started), shown: made };
}

/** The Pod as it is stored, with this restart count. */
function restarted(pod: V1Pod | undefined, restartCount: number): object {
  const { resourceVersion: _, ...metadata } = pod?.metadata ?? {};
  const [first, ...others] = pod?.status?.containerStatuses ?? [];
  return { apiVersion: 'v1', kind: 'Pod', ...pod, metadata, status: { ...pod?.status, containerStatuses: [{ ...first, restartCount }, ...others] } };
}

if (import.meta.main) {
  const [kubeconfig = '', dockerHost = '', rate, seconds, namespace, shown] = process.argv.slice(2);
  const server = await ApiServer.connect(kubeconfig);
  const { items } = await server.request<{ items: V1Pod[] }>(`/api/v1/namespaces/${namespace}/pods?resourceVersion=0`);
  const pods = items.toSorted((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  const made = await changePods(pods, await Etcd.connect(dockerHost), Number(rate), Number(seconds), Number(shown));
  process.send?.(made, undefined, undefined, () => process.exit(0));
}

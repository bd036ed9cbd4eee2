/** Pods that stay as they are, and whether a screen shows just those that there are. */
import type { V1Pod } from '@kubernetes/client-node';
import { apiServer } from '../namespace.ts';
import type { ScreenSession } from '../screen-session.ts';

/** A Pod that no scheduler and no kubelet ever touches. */
export function idlePod(name: string): V1Pod {
  const spec = { schedulerName: 'nobody', containers: [{ name: 'app', image: 'nothing.invalid/nothing:1' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

export async function remove(namespace: string, name: string): Promise<void> {
  await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`, { method: 'DELETE' });
}

/** The idle Pods that a text names, each once. */
export function named(text: string): string {
  return [...new Set(text.match(/\bidle-[a-z0-9]+\b/g))].toSorted().join();
}

/** Waits until the screen is live and shows the Pods of a fresh list: none is lost, none is a ghost. */
export async function showsWhatThereIs(screen: ScreenSession, namespace: string): Promise<void> {
  const list = await (await apiServer()).request<{ items: V1Pod[] }>(`/api/v1/namespaces/${namespace}/pods`);
  const there = list.items.map(({ metadata }) => metadata?.name ?? '');
  await screen.until(() => screen.text.includes('● live') && named(screen.text) === there.toSorted().join());
}

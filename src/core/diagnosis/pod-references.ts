/** The objects that a Pod's spec refers to, read off the whole Pod, so that they can be looked up when a diagnosis asks for them. Pure and total. */
import { type Json, list, object, text, texts } from '../json.ts';
import type { PodFacts } from '../pod-facts.ts';

export type ReferenceKind = 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount' | 'Service' | 'Node' | 'Lease';

/** Why the Pod refers to it. */
export type ReferenceUse = 'env' | 'volume' | 'pull-secret' | 'service-account' | 'polled' | 'node' | 'heartbeat';

export interface PodReference {
  readonly kind: ReferenceKind;
  readonly namespace: string;
  readonly name: string;
  readonly use: ReferenceUse;
  /** The container or the volume that refers to it; empty for the Pod as a whole. */
  readonly user: string;
  /** The one key that is asked for, where one is. */
  readonly key: string | undefined;
  /** The Pod starts without it. */
  readonly optional: boolean;
}

/** All references of a Pod as JSON.parse gives it, in the order of the spec. */
export function podReferences(pod: unknown): readonly PodReference[] {
  const { metadata, spec } = object(pod);
  const namespace = text(object(metadata).namespace) ?? '';
  const parts = object(spec);
  const containers = [...list(parts.initContainers), ...list(parts.containers)].map(object);
  const found: readonly (Omit<PodReference, 'namespace'> | undefined)[] = [
    reference('ServiceAccount', parts.serviceAccountName, 'service-account', ''),
    ...list(parts.imagePullSecrets).map((secret) => reference('Secret', object(secret).name, 'pull-secret', '')),
    ...list(parts.volumes).map(object).flatMap(volumeReferences),
    ...containers.flatMap(environmentReferences),
  ];
  return [
    ...found.filter((each) => each !== undefined).map((each) => ({ ...each, namespace })),
    ...list(parts.initContainers)
      .map(object)
      .flatMap((step) => polledServices(step, namespace)),
  ];
}

/** The node that the Pod runs on, and the Lease that its kubelet renews every few seconds for as long as it lives. */
export function nodeReferences({ nodeName }: PodFacts): readonly PodReference[] {
  if (nodeName === undefined) return [];
  const parts = { name: nodeName, user: '', key: undefined, optional: false };
  return [
    { kind: 'Node', namespace: '', use: 'node', ...parts },
    { kind: 'Lease', namespace: 'kube-node-lease', use: 'heartbeat', ...parts },
  ];
}

function reference(kind: ReferenceKind, name: unknown, use: ReferenceUse, user: string, more: Json = {}): Omit<PodReference, 'namespace'> | undefined {
  const known = text(name);
  return known === undefined ? undefined : { kind, name: known, use, user, key: text(more.key), optional: more.optional === true };
}

function volumeReferences(volume: Json): readonly (Omit<PodReference, 'namespace'> | undefined)[] {
  const user = text(volume.name) ?? '';
  const { configMap, secret, persistentVolumeClaim, projected } = volume;
  return [
    ...keyed('ConfigMap', object(configMap), object(configMap).name, user),
    ...keyed('Secret', object(secret), object(secret).secretName, user),
    reference('PersistentVolumeClaim', object(persistentVolumeClaim).claimName, 'volume', user),
    ...list(object(projected).sources)
      .map(object)
      .flatMap((source) => [
        ...keyed('ConfigMap', object(source.configMap), object(source.configMap).name, user),
        ...keyed('Secret', object(source.secret), object(source.secret).name, user),
      ]),
  ];
}

/** A volume that lists items asks for those keys; else for the object as a whole. */
function keyed(kind: ReferenceKind, source: Json, name: unknown, user: string): readonly (Omit<PodReference, 'namespace'> | undefined)[] {
  const items = list(source.items).map((item) => object(item).key);
  return (items.length === 0 ? [undefined] : items).map((key) => reference(kind, name, 'volume', user, { key, optional: source.optional }));
}

function environmentReferences(container: Json): readonly (Omit<PodReference, 'namespace'> | undefined)[] {
  const user = text(container.name) ?? '';
  const whole = list(container.envFrom).map(object);
  const single = list(container.env).map((variable) => object(object(variable).valueFrom));
  return [
    ...whole.map(({ configMapRef }) => reference('ConfigMap', object(configMapRef).name, 'env', user, { optional: object(configMapRef).optional })),
    ...whole.map(({ secretRef }) => reference('Secret', object(secretRef).name, 'env', user, { optional: object(secretRef).optional })),
    ...single.map(({ configMapKeyRef }) => reference('ConfigMap', object(configMapKeyRef).name, 'env', user, object(configMapKeyRef))),
    ...single.map(({ secretKeyRef }) => reference('Secret', object(secretKeyRef).name, 'env', user, object(secretKeyRef))),
  ];
}

/** Programs that init steps wait with; the word that names the host follows them. */
const waitingPrograms = /\b(?:nslookup|getent\s+(?:hosts|ahosts)|nc|wget|curl|ping|pg_isready|mysqladmin|redis-cli|telnet|host|dig)\b([^;|&\n)]*)/g;

/**
 * The Services that an init step may be waiting for: hosts in its command that a waiting program is given, as far as they can be a Service of this
 * cluster (`db`, `db.shop`, `db.shop.svc.cluster.local`). A guess, hence used only where the look-up shows that there is no such Service, or that it
 * has no endpoint.
 */
function polledServices(step: Json, namespace: string): readonly PodReference[] {
  const words = texts([...list(step.command), ...list(step.args)]).join(' ');
  const hosts = [...words.matchAll(waitingPrograms)].flatMap(([, rest = '']) => {
    const candidates = rest
      .split(/\s+/)
      .map((word) => word.replace(/^['"]|['"]$/g, ''))
      .map((word) => word.replace(/^[a-z]+:\/\//, '').replace(/[:/].*$/, ''))
      .filter(isHost);
    return candidates.slice(0, 1);
  });
  return [...new Set(hosts)].flatMap((host) => {
    const [name = '', inNamespace = namespace, svc, ...domain] = host.split('.');
    // `example.com` is more likely a host of the world than the Service example of a namespace com.
    const foreign = inNamespace !== namespace && svc === undefined;
    if (name === 'localhost' || foreign || (svc !== undefined && svc !== 'svc') || (domain.length > 0 && domain.join('.') !== 'cluster.local')) return [];
    const service: PodReference = {
      kind: 'Service',
      namespace: inNamespace,
      name,
      use: 'polled',
      user: text(step.name) ?? '',
      key: undefined,
      optional: false,
    };
    return [service];
  });
}

function isHost(word: string): boolean {
  return /^[a-z]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(word);
}

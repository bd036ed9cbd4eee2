/** Keys of ConfigMaps and Secrets that are asked for, though the object in the same files does not have them. */
import { type Json, object } from '../../core/json.ts';
import type { FieldPath } from '../manifest-tree.ts';
import type { Problems } from '../problem.ts';
import type { PodCase, Rule } from './pod-case.ts';

export const missingKey: Rule = (pod, problems) => {
  for (const { container, path } of pod.containers) {
    for (const [index, { valueFrom }] of (container.env ?? []).entries()) {
      const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
      const at = [...path, 'env', index, 'valueFrom'];
      if (configMapKeyRef?.optional !== true)
        checkKey(pod, 'ConfigMap', configMapKeyRef?.name, configMapKeyRef?.key, [...at, 'configMapKeyRef', 'key'], problems);
      if (secretKeyRef?.optional !== true) checkKey(pod, 'Secret', secretKeyRef?.name, secretKeyRef?.key, [...at, 'secretKeyRef', 'key'], problems);
    }
  }
  for (const [index, { configMap, secret }] of (pod.spec.volumes ?? []).entries()) {
    const at = [...pod.path, 'volumes', index];
    const sources = [
      ['configMap', 'ConfigMap', configMap, configMap?.name],
      ['secret', 'Secret', secret, secret?.secretName],
    ] as const;
    for (const [field, kind, source, name] of sources) {
      if (source?.optional === true) continue;
      for (const [each, { key }] of (source?.items ?? []).entries()) checkKey(pod, kind, name, key, [...at, field, 'items', each, 'key'], problems);
    }
  }
};

function checkKey(pod: PodCase, kind: 'ConfigMap' | 'Secret', name: string | undefined, key: string | undefined, at: FieldPath, problems: Problems): void {
  if (!name || !key) return;
  const found = pod.set.find(kind, pod.namespace, name);
  if (found === undefined) return;
  const keys = keysOf(found);
  if (keys.includes(key)) return;
  problems.add(
    'missing-key',
    at,
    `The ${kind} ${name} has no key ${key}`,
    keys.length === 0 ? 'It has none at all.' : `It has ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}.`,
  );
}

function keysOf(json: Json): readonly string[] {
  return ['data', 'stringData', 'binaryData'].flatMap((field) => Object.keys(object(json[field])));
}

/** Volumes that nobody mounts. */
import { object, text } from '../../core/json.ts';
import type { FieldPath } from '../manifest-tree.ts';
import type { Rule } from './pod-case.ts';

export const unusedVolume: Rule = ({ kind, json, spec, path, containers }, problems) => {
  const used = new Set(
    containers.flatMap(({ container: { volumeMounts = [], volumeDevices = [], env = [] } }) => [
      ...volumeMounts.map(({ name }) => name),
      ...volumeDevices.map(({ name }) => name),
      ...env.map(({ valueFrom }) => valueFrom?.fileKeyRef?.volumeName),
    ]),
  );
  const tell = (name: string | undefined, at: FieldPath): void => {
    if (name && !used.has(name)) problems.add('unused-volume', at, `No container mounts the volume ${name}`, 'Mount it, or take it out.');
  };
  for (const [index, { name }] of (spec.volumes ?? []).entries()) tell(name, [...path, 'volumes', index, 'name']);
  if (kind !== 'StatefulSet') return;
  const claims = object(json['spec'])['volumeClaimTemplates'];
  for (const [index, claim] of (Array.isArray(claims) ? claims : []).entries()) {
    tell(text(object(object(claim)['metadata'])['name']), ['spec', 'volumeClaimTemplates', index, 'metadata', 'name']);
  }
};

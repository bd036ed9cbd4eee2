/** What the API server refuses in the specs of PersistentVolumeClaims, which StatefulSets and ephemeral volumes have templates of. */
import type { V1PersistentVolumeClaimSpec } from '@kubernetes/client-node';
import { quantityNanos } from '../core/quantity.ts';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, dnsSubdomainFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateLabelSelector } from './validation-metadata.ts';
import { checkFormat, checkWord } from './value-checks.ts';

const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** Source: ValidatePersistentVolumeClaimSpec of core/validation. */
export function validateClaimSpec(spec: Loose<V1PersistentVolumeClaimSpec>, path: FieldPath, problems: Problems): void {
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) problems.add('missing-field', path, 'accessModes is missing');
  for (const [index, mode] of modes.entries()) {
    checkWord(problems, [...path, 'accessModes', index], mode, accessModes);
  }
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode))) {
    problems.add('conflict', [...path, 'accessModes'], 'ReadWriteOncePod cannot stand beside other access modes');
  }
  validateLabelSelector(spec.selector, [...path, 'selector'], problems);
  const storage = spec.resources?.requests?.['storage'];
  if (storage === undefined) problems.add('missing-field', path, 'resources.requests.storage is missing');
  else if ((quantityNanos(storage) ?? 0n) <= 0n) problems.add('invalid-value', [...path, 'resources', 'requests', 'storage'], 'storage has to be more than 0');
  for (const field of ['storageClassName', 'volumeAttributesClassName'] as const) {
    if (spec[field]) checkFormat(problems, [...path, field], spec[field], dnsSubdomainFormat);
  }
  checkWord(problems, [...path, 'volumeMode'], spec.volumeMode, ['Filesystem', 'Block']);
  validateSources(spec, path, problems);
}

function validateSources(spec: Loose<V1PersistentVolumeClaimSpec>, path: FieldPath, problems: Problems): void {
  const { dataSource, dataSourceRef } = spec;
  for (const [field, source] of [
    ['dataSource', dataSource],
    ['dataSourceRef', dataSourceRef],
  ] as const) {
    if (source === undefined) continue;
    if (!source.apiGroup && source.kind !== 'PersistentVolumeClaim')
      problems.add('invalid-value', [...path, field], 'Without an apiGroup the kind has to be PersistentVolumeClaim');
    if (source.apiGroup) checkFormat(problems, [...path, field, 'apiGroup'], source.apiGroup, dnsSubdomainFormat);
  }
  if (dataSourceRef?.namespace) checkFormat(problems, [...path, 'dataSourceRef', 'namespace'], dataSourceRef.namespace, dnsLabelFormat);
  if (dataSource === undefined || dataSourceRef === undefined) return;
  const same = dataSource.apiGroup === dataSourceRef.apiGroup && dataSource.kind === dataSourceRef.kind && dataSource.name === dataSourceRef.name;
  if (!same) problems.addOnKey('conflict', [...path, 'dataSource'], 'dataSource has to be the same as dataSourceRef');
}

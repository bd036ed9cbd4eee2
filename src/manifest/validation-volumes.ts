/** What the API server refuses in volumes. Source: ValidateVolumes and validateVolumeSource of core/validation. */
import type { V1DownwardAPIVolumeFile, V1KeyToPath, V1ProjectedVolumeSource, V1ResourceFieldSelector, V1Volume } from '@kubernetes/client-node';
import { quantityNanos } from '../core/quantity.ts';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, dnsSubdomainFormat, qualifiedNameFormat, relativePathFormat, stepsBack, volumePathFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { typeSchema } from './schema.ts';
import { validateClaimSpec } from './validation-claims.ts';
import { validateAnnotations, validateLabels } from './validation-metadata.ts';
import { checkFileMode, checkFormat, checkOneOf, checkRange } from './value-checks.ts';

type Volume = Loose<V1Volume>;
type VolumeKind = Exclude<keyof Volume, 'name'>;

/** The kinds of volumes there are, by the name of their field. */
export const volumeKinds = [...typeSchema('V1Volume').keys()].filter((name): name is VolumeKind => name !== 'name');

export interface KnownVolume {
  /** A claim, which a container can also use as a block device. */
  readonly isClaim: boolean;
  readonly isEmptyDir: boolean;
}

/**
 * The volumes by name, those that mounts can refer to. A volume that is not valid itself is told once, and not again where it is mounted. The name of
 * a Pod is that of which the claims of its ephemeral volumes are named.
 */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  path: FieldPath,
  problems: Problems,
  about: { readonly isPod: boolean; readonly name: string | undefined },
): ReadonlyMap<string, KnownVolume> {
  const known = new Map<string, KnownVolume>();
  const podName = about.name;
  /** Ephemeral volumes by the names of the claims that are made for them; the first of each. */
  const made = new Map<string, string | undefined>();
  for (const { name, ephemeral } of (podName ? volumes?.toReversed() : undefined) ?? []) if (ephemeral !== undefined) made.set(`${podName}-${name}`, name);
  for (const [index, volume] of (volumes ?? []).entries()) {
    const at = [...path, index];
    const { name } = volume;
    if (name) checkFormat(problems, [...at, 'name'], name, dnsLabelFormat);
    if (name && known.has(name)) problems.add('duplicate-name', [...at, 'name'], `There are two volumes ${name}`);
    validateKind(volume, at, problems);
    if (about.isPod && volume.image !== undefined && !volume.image.reference) problems.add('missing-field', [...at, 'image'], 'reference is missing');
    if (name && podName && volume.ephemeral !== undefined) {
      checkFormat(problems, [...at, 'name'], name, (text) =>
        dnsSubdomainFormat(`${podName}-${text}`) === undefined ? undefined : `makes of its claim's name ${podName}-${text}, which is too long`,
      );
    }
    const { claimName } = volume.persistentVolumeClaim ?? {};
    if (claimName !== undefined && made.has(claimName))
      problems.add('conflict', [...at, 'persistentVolumeClaim', 'claimName'], `This claim is made for the ephemeral volume ${made.get(claimName)}`);
    if (name) {
      known.set(name, {
        isClaim: volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined,
        isEmptyDir: volume.emptyDir !== undefined || volumeKinds.every((kind) => volume[kind] === undefined),
      });
    }
  }
  return known;
}

function validateKind(volume: Volume, path: FieldPath, problems: Problems): void {
  const [kind, ...others] = volumeKinds.filter((each) => volume[each] !== undefined);
  // The server makes an emptyDir of it.
  if (kind === undefined) return;
  for (const other of others) problems.addOnKey('conflict', [...path, other], `A volume is one thing: ${other} cannot stand beside ${kind}`);
  validateFirstKind(volume, kind, [...path, kind], problems);
}

function validateFirstKind(volume: Volume, kind: VolumeKind, path: FieldPath, problems: Problems): void {
  switch (kind) {
    case 'emptyDir':
      if ((quantityNanos(volume.emptyDir?.sizeLimit ?? '0') ?? 0n) < 0n) problems.add('invalid-value', [...path, 'sizeLimit'], 'sizeLimit cannot be negative');
      break;
    case 'hostPath': {
      const { path: hostPath = '', type } = volume.hostPath ?? {};
      if (stepsBack(hostPath)) problems.add('invalid-value', [...path, 'path'], `path "${hostPath}" may not have ".." in it`);
      checkOneOf(problems, [...path, 'type'], type, ['DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice']);
      break;
    }
    case 'configMap':
      if (!volume.configMap?.name) problems.add('missing-field', path, 'name is missing: which ConfigMap?');
      checkFileMode(problems, [...path, 'defaultMode'], volume.configMap?.defaultMode);
      validateItems(volume.configMap?.items, [...path, 'items'], problems);
      break;
    case 'secret':
      if (!volume.secret?.secretName) problems.add('missing-field', path, 'secretName is missing');
      checkFileMode(problems, [...path, 'defaultMode'], volume.secret?.defaultMode);
      validateItems(volume.secret?.items, [...path, 'items'], problems);
      break;
    case 'downwardAPI':
      checkFileMode(problems, [...path, 'defaultMode'], volume.downwardAPI?.defaultMode);
      for (const [index, file] of (volume.downwardAPI?.items ?? []).entries()) validateDownwardFile(file, [...path, 'items', index], problems);
      break;
    case 'projected':
      validateProjected(volume.projected ?? {}, path, problems);
      break;
    case 'ephemeral':
      validateEphemeral(volume, path, problems);
      break;
    case 'csi':
      checkFormat(problems, [...path, 'driver'], volume.csi?.driver, driverFormat);
      if (volume.csi?.nodePublishSecretRef !== undefined) {
        const secret = volume.csi.nodePublishSecretRef.name;
        if (!secret) problems.add('missing-field', [...path, 'nodePublishSecretRef'], 'name is missing');
        else checkFormat(problems, [...path, 'nodePublishSecretRef', 'name'], secret, dnsSubdomainFormat);
      }
      break;
    case 'nfs':
      if (volume.nfs?.path && !volume.nfs.path.startsWith('/')) problems.add('invalid-value', [...path, 'path'], 'path has to be absolute');
      break;
    case 'gitRepo':
      checkFormat(problems, [...path, 'directory'], volume.gitRepo?.directory, relativePathFormat);
      break;
    case 'image':
      checkOneOf(problems, [...path, 'pullPolicy'], volume.image?.pullPolicy, ['Always', 'IfNotPresent', 'Never']);
      break;
    default:
      validateDisk(volume, kind, path, problems);
  }
}

/** Those that clouds and old storage bring. */
function validateDisk(volume: Volume, kind: VolumeKind, path: FieldPath, problems: Problems): void {
  switch (kind) {
    case 'gcePersistentDisk':
    case 'awsElasticBlockStore':
      checkRange(problems, [...path, 'partition'], volume[kind]?.partition, 0, 255);
      break;
    case 'iscsi': {
      const { iqn, lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName, targetPortal = '' } = volume.iscsi ?? {};
      checkRange(problems, [...path, 'lun'], lun, 0, 255);
      checkFormat(problems, [...path, 'iqn'], iqn, initiatorFormat);
      checkFormat(problems, [...path, 'initiatorName'], initiatorName, initiatorFormat);
      if ((chapAuthDiscovery === true || chapAuthSession === true) && secretRef === undefined)
        problems.add('missing-field', path, 'secretRef is missing: CHAP needs it');
      if (initiatorName !== undefined && `${volume.name}:${targetPortal}`.length > 64)
        problems.add('invalid-value', path, 'The names of volume and targetPortal are too long for an initiatorName');
      break;
    }
    case 'fc': {
      const { targetWWNs = [], wwids = [], lun } = volume.fc ?? {};
      if ((targetWWNs.length === 0) === (wwids.length === 0)) problems.add('conflict', path, 'fc needs either targetWWNs or wwids');
      if (targetWWNs.length > 0 && lun === undefined) problems.add('missing-field', path, 'lun is missing: targetWWNs needs it');
      if (targetWWNs.length > 0) checkRange(problems, [...path, 'lun'], lun, 0, 255);
      break;
    }
    case 'flocker': {
      const { datasetName = '', datasetUUID = '' } = volume.flocker ?? {};
      if ((datasetName === '') === (datasetUUID === '')) problems.add('conflict', path, 'flocker needs either datasetName or datasetUUID');
      if (datasetName.includes('/')) problems.add('invalid-value', [...path, 'datasetName'], 'datasetName may not have a slash');
      break;
    }
    case 'quobyte':
      if ((volume.quobyte?.tenant ?? '').length > 64) problems.add('invalid-value', [...path, 'tenant'], 'tenant may have 64 characters');
      checkFormat(problems, [...path, 'registry'], volume.quobyte?.registry, (text) =>
        text.split(',').every((pair) => /^[^:]*:[^:]*$/.test(pair)) ? undefined : 'has to be HOST:PORT',
      );
      break;
    case 'azureDisk': {
      const { cachingMode, diskURI = '', kind: diskKind } = volume.azureDisk ?? {};
      checkOneOf(problems, [...path, 'cachingMode'], cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
      checkOneOf(problems, [...path, 'kind'], diskKind, ['Shared', 'Dedicated', 'Managed']);
      if (diskKind === 'Managed' && !diskURI.startsWith('/subscriptions'))
        problems.add('invalid-value', [...path, 'diskURI'], 'diskURI of a managed disk begins with /subscriptions');
      if (diskKind !== 'Managed' && diskURI !== '' && !diskURI.startsWith('https://'))
        problems.add('invalid-value', [...path, 'diskURI'], 'diskURI begins with https://');
      break;
    }
    case 'scaleIO':
      if (!volume.scaleIO?.volumeName) problems.add('missing-field', path, 'volumeName is missing');
      break;
    case 'storageos':
      if (!volume.storageos?.volumeName) problems.add('missing-field', path, 'volumeName is missing');
      else checkFormat(problems, [...path, 'volumeName'], volume.storageos.volumeName, dnsLabelFormat);
      if (volume.storageos?.volumeNamespace) checkFormat(problems, [...path, 'volumeNamespace'], volume.storageos.volumeNamespace, dnsLabelFormat);
      break;
    default:
  }
}

const driverFormat = (text: string): string | undefined => {
  if (text.length > 63) return 'may have no more than 63 characters';
  return dnsSubdomainFormat(text.toLowerCase());
};

const initiatorFormat = (text: string): string | undefined =>
  /^iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+(?::[^,;*&$|\s]+)$|^eui\.[A-Za-z0-9]{16}$|^naa\.[A-Za-z0-9]{32}$/.test(text)
    ? undefined
    : 'has to be an iqn, eui or naa name';

function validateItems(items: readonly Loose<V1KeyToPath>[] | undefined, path: FieldPath, problems: Problems): void {
  for (const [index, { path: file, mode }] of (items ?? []).entries()) {
    checkFormat(problems, [...path, index, 'path'], file, volumePathFormat);
    checkFileMode(problems, [...path, index, 'mode'], mode);
  }
}

function validateDownwardFile(file: Loose<V1DownwardAPIVolumeFile>, path: FieldPath, problems: Problems): void {
  const { fieldRef, resourceFieldRef } = file;
  checkFormat(problems, [...path, 'path'], file.path, volumePathFormat);
  checkFileMode(problems, [...path, 'mode'], file.mode);
  if (fieldRef !== undefined) validateFieldPath(fieldRef, filesFields, [...path, 'fieldRef'], problems);
  else if (resourceFieldRef !== undefined) validateResourceField(resourceFieldRef, true, [...path, 'resourceFieldRef'], problems);
  else problems.add('missing-field', path, 'One of fieldRef and resourceFieldRef is missing');
  if (fieldRef !== undefined && resourceFieldRef !== undefined)
    problems.addOnKey('conflict', [...path, 'resourceFieldRef'], 'resourceFieldRef cannot stand beside fieldRef');
}

function validateProjected(projected: Loose<V1ProjectedVolumeSource>, path: FieldPath, problems: Problems): void {
  checkFileMode(problems, [...path, 'defaultMode'], projected.defaultMode);
  const paths = new Set<string>();
  const place = (file: string | undefined, at: FieldPath): void => {
    if (!file) return;
    if (paths.has(file)) problems.add('duplicate-name', at, `Two sources write ${file}`);
    paths.add(file);
  };
  for (const [index, source] of (projected.sources ?? []).entries()) {
    const at = [...path, 'sources', index];
    const kinds = (['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'] as const).filter((kind) => source[kind] !== undefined);
    for (const other of kinds.slice(1)) problems.addOnKey('conflict', [...at, other], `A source is one thing: ${other} cannot stand beside ${kinds[0]}`);
    for (const kind of ['secret', 'configMap'] as const) {
      const part = source[kind];
      if (part === undefined) continue;
      if (!part.name) problems.add('missing-field', [...at, kind], 'name is missing');
      validateItems(part.items, [...at, kind, 'items'], problems);
      for (const [each, item] of (part.items ?? []).entries()) place(item.path, [...at, kind, 'items', each, 'path']);
    }
    for (const [each, file] of (source.downwardAPI?.items ?? []).entries()) {
      validateDownwardFile(file, [...at, 'downwardAPI', 'items', each], problems);
      place(file.path, [...at, 'downwardAPI', 'items', each, 'path']);
    }
    checkRange(problems, [...at, 'serviceAccountToken', 'expirationSeconds'], source.serviceAccountToken?.expirationSeconds, 600, 2 ** 32);
    checkFormat(problems, [...at, 'serviceAccountToken', 'path'], source.serviceAccountToken?.path, volumePathFormat);
  }
}

function validateEphemeral(volume: Volume, path: FieldPath, problems: Problems): void {
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (template === undefined) {
    problems.add('missing-field', path, 'volumeClaimTemplate is missing');
    return;
  }
  const at = [...path, 'volumeClaimTemplate'];
  validateLabels(template.metadata?.labels, [...at, 'metadata', 'labels'], problems);
  validateAnnotations(template.metadata?.annotations, [...at, 'metadata', 'annotations'], problems);
  for (const field of Object.keys(template.metadata ?? {})) {
    if (field !== 'labels' && field !== 'annotations')
      problems.addOnKey('conflict', [...at, 'metadata', field], `${field} cannot be set here: only labels and annotations can`);
  }
  if (template.spec !== undefined) validateClaimSpec(template.spec, [...at, 'spec'], problems);
}

const filesFields = ['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid'];

/** A field that the downward API gives, one of those that can be given where it is asked for. */
export function validateFieldPath(
  { apiVersion, fieldPath }: { readonly apiVersion?: string | undefined; readonly fieldPath?: string | undefined },
  fields: readonly string[],
  path: FieldPath,
  problems: Problems,
): void {
  const at = [...path, 'fieldPath'];
  if (apiVersion && apiVersion !== 'v1') problems.add('invalid-value', [...path, 'apiVersion'], `apiVersion is v1, not "${apiVersion}"`);
  if (!fieldPath) return;
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(fieldPath);
  if (subscript !== null) {
    const key = subscript[2] ?? '';
    const wrong = qualifiedNameFormat(subscript[1] === 'metadata.annotations' ? key.toLowerCase() : key);
    if (wrong !== undefined) problems.add('invalid-value', at, `The key "${key}" is not valid: it ${wrong}`);
    return;
  }
  checkOneOf(problems, at, fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath, fields);
}

const amounts = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [`limits.${name}`, `requests.${name}`]);
const bytesDivisors = new Set(['1', ...['k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit) => `1${unit}`)].map(quantityNanos));
const cpuDivisors = new Set(['1', '1m'].map(quantityNanos));

/** A resource of a container that the downward API gives. */
export function validateResourceField(selector: Loose<V1ResourceFieldSelector>, inVolume: boolean, path: FieldPath, problems: Problems): void {
  const { resource = '', containerName, divisor = '0' } = selector;
  if (inVolume && !containerName) problems.add('missing-field', path, 'containerName is missing');
  else if (!/^(?:requests|limits)\.hugepages-/.test(resource)) checkOneOf(problems, [...path, 'resource'], resource, amounts);
  const amount = quantityNanos(divisor);
  if (amount === 0n || resource === '') return;
  const allowed = resource.endsWith('.cpu') ? cpuDivisors : bytesDivisors;
  if (!allowed.has(amount))
    problems.add(
      'invalid-value',
      [...path, 'divisor'],
      `divisor is ${resource.endsWith('.cpu') ? '1 or 1m' : 'a unit such as 1, 1k or 1Mi'}, not "${divisor}"`,
    );
}

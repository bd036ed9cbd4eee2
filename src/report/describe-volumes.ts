/** A Pod's volumes: the kind of each, what it is made of, and how the objects stand that it refers to. */
import { type Json, list, object, text, texts } from '../core/json.ts';
import { redactedPairs } from '../core/secret-text.ts';
import { annotationLines } from './describe-annotations.ts';
import { scalar, secondsText, settings, sortedPairs } from './describe-words.ts';
import { field, fieldOf, type Part, words } from './description.ts';

/** How an object stands that the volume of this name refers to; undefined where there is nothing to say. */
export type VolumeNote = (volume: string, kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim', name: string) => string | undefined;

type Setting = readonly [label: string, path: string, otherwise?: string];

interface VolumeKind {
  readonly type: string;
  readonly settings: readonly Setting[];
}

const readOnly: Setting = ['ReadOnly', 'readOnly', 'false'];
const fsType: Setting = ['FSType', 'fsType'];
const secretRef: Setting = ['SecretRef', 'secretRef.name', '<none>'];

/** By the field of the volume's source. The labels are kubectl's. */
const kinds: Readonly<Record<string, VolumeKind>> = {
  hostPath: {
    type: 'HostPath',
    settings: [
      ['Path', 'path'],
      ['HostPathType', 'type', '<none>'],
    ],
  },
  emptyDir: {
    type: 'EmptyDir',
    settings: [
      ['Medium', 'medium'],
      ['SizeLimit', 'sizeLimit', '<unset>'],
    ],
  },
  gcePersistentDisk: { type: 'GCEPersistentDisk', settings: [['PDName', 'pdName'], fsType, ['Partition', 'partition', '0'], readOnly] },
  awsElasticBlockStore: { type: 'AWSElasticBlockStore', settings: [['VolumeID', 'volumeID'], fsType, ['Partition', 'partition', '0'], readOnly] },
  gitRepo: {
    type: 'GitRepo',
    settings: [
      ['Repository', 'repository'],
      ['Revision', 'revision'],
    ],
  },
  nfs: { type: 'NFS', settings: [['Server', 'server'], ['Path', 'path'], readOnly] },
  iscsi: {
    type: 'ISCSI',
    settings: [
      ['TargetPortal', 'targetPortal'],
      ['IQN', 'iqn'],
      ['Lun', 'lun', '0'],
      ['ISCSIInterface', 'iscsiInterface'],
      fsType,
      readOnly,
      ['Portals', 'portals', '[]'],
      ['DiscoveryCHAPAuth', 'chapAuthDiscovery', 'false'],
      ['SessionCHAPAuth', 'chapAuthSession', 'false'],
      secretRef,
      ['InitiatorName', 'initiatorName', '<none>'],
    ],
  },
  glusterfs: { type: 'Glusterfs', settings: [['EndpointsName', 'endpoints'], ['Path', 'path'], readOnly] },
  persistentVolumeClaim: { type: 'PersistentVolumeClaim', settings: [['ClaimName', 'claimName'], readOnly] },
  rbd: {
    type: 'RBD',
    settings: [
      ['CephMonitors', 'monitors', '[]'],
      ['RBDImage', 'image'],
      fsType,
      ['RBDPool', 'pool'],
      ['RadosUser', 'user'],
      ['Keyring', 'keyring'],
      secretRef,
      readOnly,
    ],
  },
  quobyte: { type: 'Quobyte', settings: [['Registry', 'registry'], ['Volume', 'volume'], readOnly] },
  azureDisk: {
    type: 'AzureDisk',
    settings: [['DiskName', 'diskName'], ['DiskURI', 'diskURI'], ['Kind', 'kind'], fsType, ['CachingMode', 'cachingMode'], readOnly],
  },
  vsphereVolume: { type: 'vSphereVolume', settings: [['VolumePath', 'volumePath'], fsType, ['StoragePolicyName', 'storagePolicyName']] },
  cinder: { type: 'Cinder', settings: [['VolumeID', 'volumeID'], fsType, readOnly, secretRef] },
  photonPersistentDisk: { type: 'PhotonPersistentDisk', settings: [['PdID', 'pdID'], fsType] },
  portworxVolume: { type: 'PortworxVolume', settings: [['VolumeID', 'volumeID']] },
  scaleIO: {
    type: 'ScaleIO',
    settings: [
      ['Gateway', 'gateway'],
      ['System', 'system'],
      ['Protection Domain', 'protectionDomain'],
      ['Storage Pool', 'storagePool'],
      ['Storage Mode', 'storageMode'],
      ['VolumeName', 'volumeName'],
      fsType,
      readOnly,
    ],
  },
  cephfs: {
    type: 'CephFS',
    settings: [['Monitors', 'monitors', '[]'], ['Path', 'path'], ['User', 'user'], ['SecretFile', 'secretFile'], secretRef, readOnly],
  },
  storageos: { type: 'StorageOS', settings: [['VolumeName', 'volumeName'], ['VolumeNamespace', 'volumeNamespace'], fsType, readOnly] },
  fc: { type: 'FC', settings: [['TargetWWNs', 'targetWWNs'], ['LUN', 'lun', '<none>'], fsType, readOnly] },
  azureFile: { type: 'AzureFile', settings: [['SecretName', 'secretName'], ['ShareName', 'shareName'], readOnly] },
  flocker: {
    type: 'Flocker',
    settings: [
      ['DatasetName', 'datasetName'],
      ['DatasetUUID', 'datasetUUID'],
    ],
  },
  image: {
    type: 'Image',
    settings: [
      ['Reference', 'reference'],
      ['PullPolicy', 'pullPolicy'],
    ],
  },
};

export function volumeParts(pod: unknown, note: VolumeNote): readonly Part[] {
  const volumes = list(object(object(pod)['spec'])['volumes']).map(object);
  if (volumes.length === 0) return field('Volumes', '<none>');
  const parts = volumes.map((volume): Part => ({ kind: 'field', label: text(volume['name']) ?? '', lines: [], parts: sourceParts(pod, volume, note) }));
  return [{ kind: 'field', label: 'Volumes', lines: [], parts }];
}

function sourceParts(pod: unknown, volume: Json, note: VolumeNote): readonly Part[] {
  const name = text(volume['name']) ?? '';
  const kind = Object.keys(volume).find((key) => key !== 'name');
  const source = object(volume[kind ?? '']);
  const said = (of: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim', named: unknown) => {
    const problem = text(named) === undefined ? undefined : note(name, of, text(named) ?? '');
    return problem === undefined ? undefined : words(`(${problem})`, 'dim');
  };
  switch (kind) {
    case undefined:
      return field('Type', '<unknown>');
    case 'secret':
      return [
        ...field('Type', 'Secret'),
        ...field('SecretName', text(source['secretName']) ?? '', said('Secret', source['secretName'])),
        ...keyParts(source),
        ...field('Optional', String(source['optional'] === true)),
      ];
    case 'configMap':
      return [
        ...field('Type', 'ConfigMap'),
        ...field('Name', text(source['name']) ?? '', said('ConfigMap', source['name'])),
        ...keyParts(source),
        ...field('Optional', String(source['optional'] === true)),
      ];
    case 'persistentVolumeClaim':
      return [
        ...field('Type', 'PersistentVolumeClaim'),
        ...field('ClaimName', text(source['claimName']) ?? '', said('PersistentVolumeClaim', source['claimName'])),
        ...field('ReadOnly', String(source['readOnly'] === true)),
      ];
    case 'projected':
      return [
        ...field('Type', 'Projected'),
        ...list(source['sources'])
          .map(object)
          .flatMap((each) => projectedParts(each, said)),
      ];
    case 'downwardAPI':
      return [...field('Type', 'DownwardAPI'), fieldOf('Items', itemTexts(source))];
    case 'ephemeral':
      return ephemeralParts(object(source['volumeClaimTemplate']), `${text(object(object(pod)['metadata'])['name']) ?? ''}-${name}`, said);
    case 'csi':
      return [
        ...field('Type', 'CSI'),
        ...field('Driver', text(source['driver']) ?? ''),
        ...field('FSType', text(source['fsType']) ?? ''),
        ...field('ReadOnly', String(source['readOnly'] === true)),
        fieldOf('VolumeAttributes', sortedPairs(redactedPairs(source['volumeAttributes']))),
      ];
    case 'flexVolume':
      return [
        ...field('Type', 'FlexVolume'),
        ...field('Driver', text(source['driver']) ?? ''),
        ...field('FSType', text(source['fsType']) ?? ''),
        ...field('SecretRef', text(object(source['secretRef'])['name']) ?? '<none>'),
        ...field('ReadOnly', String(source['readOnly'] === true)),
        fieldOf('Options', sortedPairs(redactedPairs(source['options']))),
      ];
    default:
      return knownParts(kind, source);
  }
}

function knownParts(kind: string, source: Json): readonly Part[] {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  // A kind of volume that is younger than this program is shown as it is.
  if (known === undefined) return [...field('Type', kind), ...(settings(source).length === 0 ? [] : [fieldOf('Settings', settings(source))])];
  return [...field('Type', known.type), ...known.settings.flatMap(([label, path, otherwise = '']) => field(label, valueAt(source, path) ?? otherwise))];
}

function valueAt(source: Json, path: string): string | undefined {
  const value = path.split('.').reduce<unknown>((part, name) => object(part)[name], source);
  return Array.isArray(value) ? texts(value).join(', ') : scalar(value);
}

/** Which keys become which files, where not all of them do; the mode of the files, where it is not the usual one. */
function keyParts({ items, defaultMode }: Json): readonly Part[] {
  const keys = list(items)
    .map(object)
    .map(({ key, path }) => `${text(key) ?? ''} -> ${text(path) ?? ''}`);
  return [
    ...(keys.length === 0 ? [] : [fieldOf('Keys', keys)]),
    ...(typeof defaultMode === 'number' && defaultMode !== 0o644 ? field('DefaultMode', `0${defaultMode.toString(8)}`) : []),
  ];
}

function itemTexts({ items }: Json): readonly string[] {
  return list(items)
    .map(object)
    .map(({ fieldRef, resourceFieldRef, path }) => {
      const { containerName, resource } = object(resourceFieldRef);
      const from = text(object(fieldRef)['fieldPath']) ?? text(resource) ?? '';
      return `${from} -> ${text(path) ?? ''}${text(containerName) === undefined ? '' : ` (of container ${text(containerName)})`}`;
    });
}

type Said = (of: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim', named: unknown) => ReturnType<typeof words> | undefined;

function projectedParts(source: Json, said: Said): readonly Part[] {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, ...others } = source;
  const named = (label: string, kind: 'ConfigMap' | 'Secret', value: unknown): readonly Part[] => {
    const of = object(value);
    return [...field(label, text(of['name']) ?? '', said(kind, of['name'])), ...keyParts(of), ...field('Optional', String(of['optional'] === true))];
  };
  if (secret !== undefined) return named('SecretName', 'Secret', secret);
  if (configMap !== undefined) return named('ConfigMapName', 'ConfigMap', configMap);
  if (downwardAPI !== undefined) return [...field('DownwardAPI', 'true'), fieldOf('Items', itemTexts(object(downwardAPI)))];
  if (serviceAccountToken !== undefined) {
    const { expirationSeconds, audience, path } = object(serviceAccountToken);
    const seconds = typeof expirationSeconds === 'number' ? expirationSeconds : 3600;
    return [
      ...field('TokenExpirationSeconds', String(seconds), words(`(${secondsText(seconds)})`, 'dim')),
      ...field('TokenPath', text(path)),
      ...field('TokenAudience', text(audience)),
    ];
  }
  if (clusterTrustBundle !== undefined) {
    const { name, signerName, path } = object(clusterTrustBundle);
    return field('ClusterTrustBundle', `${text(name) ?? text(signerName) ?? ''} -> ${text(path) ?? ''}`);
  }
  return settings(others).length === 0 ? [] : [fieldOf('Source', settings(others))];
}

/** The claim that is made for the Pod bears its name and the volume's. */
function ephemeralParts(template: Json, claim: string, said: Said): readonly Part[] {
  const { metadata, spec } = template;
  const { storageClassName, volumeName, volumeMode, accessModes, resources, dataSource } = object(spec);
  return [
    ...field('Type', 'EphemeralVolume'),
    ...field('ClaimName', claim, said('PersistentVolumeClaim', claim)),
    ...field('StorageClass', text(storageClassName) ?? ''),
    ...field('Volume', text(volumeName) ?? ''),
    fieldOf('Labels', sortedPairs(object(metadata)['labels'])),
    fieldOf('Annotations', annotationLines(object(metadata)['annotations'])),
    ...field('Capacity', scalar(object(object(resources)['requests'])['storage']) ?? ''),
    ...field('Access Modes', texts(list(accessModes)).join(', ')),
    ...field('VolumeMode', text(volumeMode)),
    ...(dataSource === undefined ? [] : [fieldOf('DataSource', settings(dataSource))]),
  ];
}

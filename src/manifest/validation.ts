/** What the API server would refuse of an object whose fields and types are right: the checks of its kind. */
import type {
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Pod,
  V1PodTemplate,
  V1ReplicaSet,
  V1ReplicationController,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Json } from '../core/json.ts';
import type { Loose } from './loose.ts';
import { dnsLabelFormat, dnsSubdomainFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateCronJob, validateJob } from './validation-jobs.ts';
import { validateMetadata } from './validation-metadata.ts';
import { validatePod, validateTemplate } from './validation-pod.ts';
import { validateDaemonSet, validateDeployment, validateReplicaSet, validateReplicationController, validateStatefulSet } from './validation-workloads.ts';

/** `json` is what was read by the schema of the kind. */
export function validateObject(kind: string, json: Json, problems: Problems): void {
  const { metadata } = json as Loose<V1Pod>;
  validateMetadata(metadata, problems, kind === 'StatefulSet' ? dnsLabelFormat : dnsSubdomainFormat);
  if (specless.has(kind)) return;
  if (kind === 'PodTemplate') return validateTemplate((json as Loose<V1PodTemplate>).template, ['template'], problems);
  if (json['spec'] === undefined) return problems.add('missing-field', [], 'spec is missing');
  switch (kind) {
    case 'Pod':
      return validatePod((json as Loose<V1Pod>).spec ?? {}, metadata, problems);
    case 'ReplicaSet':
      return validateReplicaSet((json as Loose<V1ReplicaSet>).spec ?? {}, problems);
    case 'Deployment':
      return validateDeployment((json as Loose<V1Deployment>).spec ?? {}, problems);
    case 'StatefulSet':
      return validateStatefulSet((json as Loose<V1StatefulSet>).spec ?? {}, problems);
    case 'DaemonSet':
      return validateDaemonSet((json as Loose<V1DaemonSet>).spec ?? {}, problems);
    case 'ReplicationController':
      return validateReplicationController((json as Loose<V1ReplicationController>).spec ?? {}, problems);
    case 'Job':
      return validateJob((json as Loose<V1Job>).spec ?? {}, metadata, problems);
    case 'CronJob':
      return validateCronJob((json as Loose<V1CronJob>).spec ?? {}, metadata, problems);
    default:
  }
}

/** Their fields are checked, and what refers to them; what is in them is not. */
const specless: ReadonlySet<string> = new Set(['ConfigMap', 'Secret', 'Service']);

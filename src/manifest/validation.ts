/** What the API server would refuse of an object whose fields and types are right: the checks of its kind. */
import type {
  V1CronJobSpec,
  V1DaemonSetSpec,
  V1DeploymentSpec,
  V1JobSpec,
  V1Pod,
  V1PodSpec,
  V1PodTemplate,
  V1ReplicaSetSpec,
  V1ReplicationControllerSpec,
  V1StatefulSetSpec,
} from '@kubernetes/client-node';
import type { Json } from '../core/json.ts';
import type { Loose } from './loose.ts';
import { dnsLabelFormat, dnsSubdomainFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateCronJob, validateJob } from './validation-jobs.ts';
import { validateMetadata } from './validation-metadata.ts';
import { validatePod, validateTemplate } from './validation-pod.ts';
import { validateService } from './validation-services.ts';
import { validateDaemonSet, validateDeployment, validateReplicaSet, validateReplicationController, validateStatefulSet } from './validation-workloads.ts';

/** `json` is what was read by the schema of the kind. */
export function validateObject(kind: string, json: Json, problems: Problems): void {
  const { metadata } = json as Loose<V1Pod>;
  validateMetadata(metadata, problems, kind === 'StatefulSet' ? dnsLabelFormat : dnsSubdomainFormat);
  if (specless.has(kind)) return;
  if (kind === 'PodTemplate') return validateTemplate((json as Loose<V1PodTemplate>).template ?? {}, ['template'], problems);
  const { spec } = json;
  if (kind === 'Service') return validateService(spec ?? {}, problems);
  if (spec === undefined) return problems.add('missing-field', [], 'spec is missing');
  switch (kind) {
    case 'Pod':
      return validatePod(spec as Loose<V1PodSpec>, metadata, problems);
    case 'ReplicaSet':
      return validateReplicaSet(spec as Loose<V1ReplicaSetSpec>, problems);
    case 'Deployment':
      return validateDeployment(spec as Loose<V1DeploymentSpec>, problems);
    case 'StatefulSet':
      return validateStatefulSet(spec as Loose<V1StatefulSetSpec>, problems);
    case 'DaemonSet':
      return validateDaemonSet(spec as Loose<V1DaemonSetSpec>, problems);
    case 'ReplicationController':
      return validateReplicationController(spec as Loose<V1ReplicationControllerSpec>, problems);
    case 'Job':
      return validateJob(spec as Loose<V1JobSpec>, metadata, problems);
    case 'CronJob':
      return validateCronJob(spec as Loose<V1CronJobSpec>, metadata, problems);
    default:
  }
}

/** Their fields are checked, and what refers to them; what is in them is not. */
const specless: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

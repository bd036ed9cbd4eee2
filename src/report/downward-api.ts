/** Values that a Pod's own fields give to a variable or a file: the downward API. Pure and total. */
import { type Json, list, object, text, texts } from '../core/json.ts';
import { quantityNumber } from '../core/quantity.ts';
import { scalar } from './describe-words.ts';

/**
 * The value of `metadata.labels['app']`, `status.podIP` and the like; undefined where the Pod has none, or where it would only be known on its node.
 * Source of the paths: k8s.io/kubernetes/pkg/apis/core/validation, podFieldLabelConversion.
 */
export function fieldValue(pod: unknown, path: string): string | undefined {
  const { metadata, spec, status } = object(pod);
  const keyed = /^metadata\.(labels|annotations)\['([^]*)'\]$/.exec(path);
  if (keyed !== null) return text(object(object(metadata)[keyed[1] ?? ''])[keyed[2] ?? '']);
  switch (path) {
    case 'metadata.name':
    case 'metadata.namespace':
    case 'metadata.uid':
      return text(object(metadata)[path.slice('metadata.'.length)]);
    case 'metadata.labels':
    case 'metadata.annotations':
      return Object.entries(object(object(metadata)[path.slice('metadata.'.length)]))
        .map(([key, value]) => `${key}=${JSON.stringify(scalar(value) ?? '')}`)
        .sort()
        .join(' ');
    case 'spec.nodeName':
    case 'spec.serviceAccountName':
      return text(object(spec)[path.slice('spec.'.length)]);
    case 'status.podIP':
    case 'status.hostIP':
      return text(object(status)[path.slice('status.'.length)]);
    case 'status.podIPs':
    case 'status.hostIPs':
      return texts(list(object(status)[path.slice('status.'.length)]).map((entry) => object(entry)['ip'])).join(',');
    default:
      return undefined;
  }
}

/** The value of `limits.cpu` and the like in units of the divisor, rounded up; what a container without a limit gets is the node's to say. */
export function resourceValue(pod: unknown, container: Json, { resource, containerName, divisor }: Json): string | undefined {
  const { spec } = object(pod);
  const { initContainers, containers } = object(spec);
  const named = text(containerName);
  const of = named === undefined ? container : [...list(initContainers), ...list(containers)].map(object).find(({ name }) => name === named);
  const [which = '', ...name] = (text(resource) ?? '').split('.');
  if (which !== 'limits' && which !== 'requests') return undefined;
  const amount = scalar(object(object(of?.['resources'])[which])[name.join('.')]);
  if (amount === undefined) return which === 'limits' && ['cpu', 'memory'].includes(name.join('.')) ? 'node allocatable' : '0';
  const unit = quantityNumber(scalar(divisor) ?? '1');
  const number = quantityNumber(amount);
  if (number === undefined) return undefined;
  // Quantities have a precision of nine digits; the division of doubles has a little less.
  return String(Math.ceil(Math.round((number / (unit === undefined || unit === 0 ? 1 : unit)) * 1e9) / 1e9));
}

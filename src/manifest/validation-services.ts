/** What the API server refuses of the ports of a Service. Source: ValidateService in pkg/apis/core/validation. */
import type { V1ServiceSpec } from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import { dnsLabelFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { checkFormat, checkOneOf, checkRange } from './value-checks.ts';

/** One without a name for its address (ExternalName) needs ports, and with more than one each needs a name. */
export function validateService(spec: Loose<V1ServiceSpec>, problems: Problems): void {
  const { ports = [], type, externalName, clusterIP } = spec;
  const path = ['spec'];
  checkOneOf(problems, [...path, 'type'], type, ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']);
  if (type === 'ExternalName') {
    if (!externalName) problems.add('missing-field', path, 'externalName is missing');
  } else if (ports.length === 0 && clusterIP !== 'None') problems.add('missing-field', path, 'ports are missing');
  const names = new Set<string>();
  for (const [index, { name, port, nodePort, protocol }] of ports.entries()) {
    const at = [...path, 'ports', index];
    if (!name && ports.length > 1) problems.add('missing-field', at, 'A Service with several ports names each of them');
    if (name) checkFormat(problems, [...at, 'name'], name, dnsLabelFormat);
    if (name && names.has(name)) problems.add('duplicate-name', [...at, 'name'], `A port ${name} is there twice`);
    if (name) names.add(name);
    checkRange(problems, [...at, 'port'], port, 1, 65_535);
    if (nodePort) checkRange(problems, [...at, 'nodePort'], nodePort, 1, 65_535);
    checkOneOf(problems, [...at, 'protocol'], protocol, ['TCP', 'UDP', 'SCTP']);
  }
}

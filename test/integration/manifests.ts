/** What several tests apply, as YAML documents with the marker at their end, and what they wait for. */
import type { V1Pod } from '@kubernetes/client-node';

export function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

/** Its Pods carry the label `app` with its name; `podSpec` in braces. */
export function deployment(name: string, replicas: number, podSpec: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: ${podSpec}
---`;
}

/** Manifests that several tests apply, as YAML documents with the marker at their end. */

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

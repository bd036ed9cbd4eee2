/** The rules of lint: their ids, which are stable, how bad what they find is, and what they are about in a few words. docs/lint.md tells more of each. */
import type { LintSeverity } from '../core/lint-report.ts';

interface LintRule {
  readonly severity: LintSeverity;
  readonly title: string;
}

/**
 * Those of severity error are what the API server refuses in a strict dry run, and what YAML does not allow: test/integration/lint-oracle.test.ts compares
 * the two. What the server takes is never an error.
 */
export const lintRules = {
  'yaml-syntax': { severity: 'error', title: 'The text is not YAML' },
  'yaml-encoding': { severity: 'error', title: 'The text is not UTF-8, or has control characters' },
  'yaml-alias': { severity: 'error', title: 'An alias stands for nothing, for itself, or for too much' },
  'yaml-too-deep': { severity: 'error', title: 'The text nests too deep' },
  'yaml-too-large': { severity: 'error', title: 'A document is larger than the API server takes' },
  'unread-rest': { severity: 'warning', title: 'A part of the text is not read' },
  'too-many': { severity: 'error', title: 'More was found than is told' },
  'duplicate-key': { severity: 'error', title: 'A field is there twice' },
  'no-kind': { severity: 'error', title: 'An object has no kind or apiVersion' },
  'api-version': { severity: 'error', title: 'The apiVersion does not have this kind' },
  'removed-api': { severity: 'error', title: 'The API version is no longer served' },
  'newer-api': { severity: 'error', title: 'The API version is newer than the target' },
  'unserved-kind': { severity: 'error', title: 'The cluster does not serve this kind' },
  'newer-field': { severity: 'error', title: 'A field is newer than the target' },
  'unknown-field': { severity: 'error', title: 'There is no such field' },
  'misplaced-field': { severity: 'error', title: 'A field stands in the wrong place' },
  'wrong-type': { severity: 'error', title: 'A value has the wrong type' },
  'missing-field': { severity: 'error', title: 'A required field is missing' },
  'invalid-value': { severity: 'error', title: 'A value is not allowed' },
  conflict: { severity: 'error', title: 'Fields exclude each other' },
  'duplicate-name': { severity: 'error', title: 'A name is there twice' },
  'duplicate-port': { severity: 'error', title: 'A port of the node is taken twice' },
  'duplicate-mount-path': { severity: 'error', title: 'Two volumes are mounted at one path' },
  'unknown-volume': { severity: 'error', title: 'A volume is mounted that the Pod does not have' },
  'unknown-reference': { severity: 'error', title: 'Something is referred to that is not there' },
  'init-container-field': { severity: 'error', title: 'An init container that ends has probes or hooks' },
  'restart-policy': { severity: 'error', title: 'The restartPolicy does not suit the workload' },
  'selector-mismatch': { severity: 'error', title: 'The selector does not take the Pods of its own template' },
  'request-above-limit': { severity: 'error', title: 'A request is above its limit' },
  'unused-volume': { severity: 'warning', title: 'No container mounts a volume' },
  'shared-port': { severity: 'warning', title: 'Two containers listen on one port' },
  'probe-port': { severity: 'warning', title: 'A probe asks a port that does not exist' },
  'probe-timing': { severity: 'warning', title: 'A probe can never pass, or kills at the start' },
  'same-probe': { severity: 'warning', title: 'Liveness and readiness ask the same' },
  'grace-too-short': { severity: 'warning', title: 'The time of grace is over before preStop is' },
  'sidecar-order': { severity: 'warning', title: 'A sidecar starts after what needs it' },
  'sidecar-startup-probe': { severity: 'warning', title: 'A sidecar that others need is not waited for' },
  'classic-sidecar-in-job': { severity: 'warning', title: 'A companion keeps the Job from completing' },
  'missing-key': { severity: 'warning', title: 'A ConfigMap or Secret lacks a key' },
  'no-resources': { severity: 'info', title: 'A container says not what it needs' },
  qos: { severity: 'info', title: 'One container keeps the Pod from being Guaranteed' },
  'latest-tag': { severity: 'warning', title: 'An image has no version' },
  'frozen-registry': { severity: 'warning', title: 'An image comes from a registry that is frozen' },
  'runs-as-root': { severity: 'warning', title: 'A container runs as root' },
  privileged: { severity: 'warning', title: 'A container is privileged' },
  'host-access': { severity: 'warning', title: 'The Pod shares something of its node' },
  'secret-in-env': { severity: 'warning', title: 'A secret stands in the manifest' },
  'pod-security': { severity: 'info', title: 'The Pod Security level that is reached' },
  'naked-pod': { severity: 'info', title: 'Nothing replaces the Pod' },
  'mixed-roles': { severity: 'warning', title: 'A web server and a database share a Pod' },
  'no-pre-stop': { severity: 'info', title: 'A Pod behind a Service ends under its callers' },
  'endless-wait': { severity: 'warning', title: 'An init container waits for ever' },
  'shell-form': { severity: 'warning', title: 'A shell keeps the signal to end from the program' },
  'deprecated-api': { severity: 'warning', title: 'The API version is going to be removed' },
  'feature-off': { severity: 'warning', title: 'A feature is off unless the cluster is set up for it' },
  'deprecated-field': { severity: 'warning', title: 'A field has a successor' },
} as const satisfies Readonly<Record<string, LintRule>>;

export type RuleId = keyof typeof lintRules;

/** What a version of Kubernetes does with fields that are newer than it, or whose feature it has switched off. */
import { fieldHistory } from './field-history.ts';
import { minorOf, versionText } from './kubernetes-version.ts';
import type { RuleId } from './lint-rules.ts';

interface FieldAge {
  readonly rule: Extract<RuleId, 'newer-field' | 'feature-off'>;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What to do without it. */
const alternatives: Readonly<Record<string, string>> = {
  'Container.restartPolicy': 'Without it an init container is waited for until it ends: put the sidecar among the containers, as `new --classic` does.',
  'LifecycleHandler.sleep': 'Let it exec sleep, where the image has that.',
  'PodSpec.resources': 'Give the containers their own resources.',
  'SecurityContext.appArmorProfile': 'Write the annotation container.apparmor.security.beta.kubernetes.io/CONTAINER.',
  'SecurityContext.seccompProfile': 'Write the annotation container.seccomp.security.alpha.kubernetes.io/CONTAINER.',
  'PodSecurityContext.seccompProfile': 'Write the annotation seccomp.security.alpha.kubernetes.io/pod.',
  'Volume.image': 'Copy the files in an init container that runs the image, into an emptyDir.',
};

/** `type` is the model of the client, as V1Container. undefined: the version has the field, or nothing is known of when it came. */
export function fieldAge(type: string, field: string, minor: number): FieldAge | undefined {
  const owner = type.replace(/^(?:Core)?V\d+/, '').replace(/^EphemeralContainer$/, 'Container');
  const { alpha, on } = fieldHistory(owner, field) ?? {};
  const usable = minorOf(on ?? '');
  const first = minorOf(alpha ?? '') ?? usable;
  if (first === undefined || (usable !== undefined && usable <= minor)) return undefined;
  const hint = alternatives[`${owner}.${field}`];
  const since = `${field} is there since ${versionText(first)}${usable === undefined || usable === first ? '' : `, and usable by default since ${versionText(usable)}`}`;
  if (first > minor) return { rule: 'newer-field', message: `${since}; the target is ${versionText(minor)}`, hint };
  const until = usable === undefined ? `is off by default in ${versionText(minor)}` : `is off by default before ${versionText(usable)}`;
  return { rule: 'feature-off', message: `${field} belongs to a feature that ${until}: where it is off, the field is dropped without a word`, hint };
}

/** Images that cannot be had: what the registry, the node or the name itself says. Containers that share an image share a finding. */
import { humanDuration } from '../age.ts';
import { ownerTarget } from '../owner.ts';
import type { ContainerFacts, PodFacts } from '../pod-facts.ts';
import type { PodwrightError } from '../podwright-error.ts';
import { revisionsBefore } from '../replica-set-facts.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Evidence, type Finding, type FindingCode, finding } from './finding.ts';
import { conditionOf, grace, overdue } from './grace.ts';
import { containerEvidence, containerSubject, containerTitle, counted, eventEvidence, kubectl, listed, referenceEvidence } from './wording.ts';

/** Waiting reasons that are about an image. Source: kubernetes/pkg/kubelet/images/types.go. */
const imageReasons: ReadonlySet<string> = new Set([
  'InvalidImageName',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

export function isImageReason(reason: string | undefined): boolean {
  return reason !== undefined && imageReasons.has(reason);
}

type ImageCode = Extract<FindingCode, `image-${string}`>;

/** What the message of a failed pull says, the first that applies. Registries answer "does not exist or may require authorization" for both. */
const pullTroubles: readonly (readonly [code: ImageCode, message: RegExp, words: string])[] = [
  ['image-platform', /no match for platform|does not match the specified platform|no matching manifest/i, "is not made for its node's platform"],
  [
    'image-pull-denied',
    /unauthorized|denied|forbidden|no basic auth|authorization failed|insufficient_scope/i,
    'cannot be pulled: the registry refuses the credentials',
  ],
  ['image-pull-limited', /too ?many ?requests|rate limit/i, 'cannot be pulled: the registry limits the rate'],
  ['image-registry-tls', /x509|certificate|tls:|HTTP response to HTTPS client/i, 'cannot be pulled: the TLS connection to its registry fails'],
  [
    'image-registry-unreachable',
    /no such host|dial tcp|i\/o timeout|connection refused|unreachable|deadline exceeded/i,
    'cannot be pulled: its registry cannot be reached',
  ],
  ['image-not-found', /not found|manifest unknown|repository does not exist|name unknown/i, 'was not found'],
  ['image-signature', /signature/i, 'is refused for its signature'],
];

/** No retry changes these once the kubelet backs off. */
const settled: ReadonlySet<ImageCode> = new Set(['image-not-found', 'image-platform']);

export function imageFindings(pod: PodCase): readonly Finding[] {
  const groups = new Map<string, { readonly code: ImageCode; readonly words: string; readonly containers: ContainerFacts[] }>();
  for (const container of pod.facts.containers) {
    if (container.kind === 'ephemeral' || !isImageReason(container.waiting?.reason)) continue;
    const [code, words] = imageTrouble(container.waiting?.reason, container.waiting?.message);
    const key = `${code} ${container.image}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { code, words, containers: [container] });
    else group.containers.push(container);
  }
  if (groups.size === 0) return nothing;
  return [...groups.values()].map(({ code, words, containers }) => imageFinding(pod, code, words, containers));
}

function imageTrouble(reason: string | undefined, message = ''): readonly [ImageCode, string] {
  if (reason === 'InvalidImageName') return ['image-name-invalid', 'cannot be the name of an image'];
  if (reason === 'ErrImageNeverPull') return ['image-never-pulled', 'is not on the node, and its pull policy is Never'];
  if (reason === 'RegistryUnavailable') return ['image-registry-unreachable', 'cannot be pulled: its registry cannot be reached'];
  if (reason === 'SignatureValidationFailed') return ['image-signature', 'is refused for its signature'];
  const trouble = pullTroubles.find(([, pattern]) => pattern.test(message));
  return trouble === undefined ? ['image-pull-failed', 'cannot be pulled'] : [trouble[0], trouble[2]];
}

function imageFinding(pod: PodCase, code: ImageCode, words: string, containers: readonly ContainerFacts[]): Finding {
  const { facts, now } = pod;
  const image = containers[0]?.image ?? '';
  const names = listed(containers.map(({ name }) => name));
  const since = containers[0]?.lastTermination?.finishedAt ?? conditionOf(facts, 'ContainersReady')?.since ?? facts.createdAt;
  const atOnce = code === 'image-name-invalid' || code === 'image-never-pulled';
  const final = settled.has(code) && containers.some(({ waiting }) => waiting?.reason === 'ImagePullBackOff');
  const secrets = code === 'image-pull-denied' ? pullSecrets(pod) : undefined;
  const before = isCorrectable(code) ? imageBefore(pod, containers) : undefined;
  return finding(code, atOnce || final ? 'doomed' : overdue(since, now, grace.imagePull), {
    subject: containers.map(containerSubject).join(', '),
    cause: code === 'image-name-invalid' ? `${image}, for ${names}, ${words}.` : `The image ${image} of ${names} ${words}${secrets?.words ?? ''}.`,
    about: image,
    since,
    evidence: [
      ...containers.map((container) => containerEvidence(container, 'state.waiting', [container.waiting?.reason, container.waiting?.message])),
      ...eventEvidence(latestEvent(pod, ['Failed'], containers[0]?.name)),
      ...(secrets?.evidence ?? []),
      ...(before?.evidence ?? []),
    ],
    next: nextStep(facts, code, containers[0]?.name ?? '', before?.image),
  });
}

/** What a revision before this one ran in the first of the containers: another image. */
function imageBefore({ facts, context }: PodCase, [first]: readonly ContainerFacts[]): { readonly image?: string; readonly evidence: readonly Evidence[] } {
  const { replicaSets } = context;
  if (replicaSets === undefined || facts.owner === undefined || first === undefined) return { evidence: [] };
  if (!Array.isArray(replicaSets)) {
    const { code } = replicaSets as PodwrightError;
    return { evidence: [{ source: 'reference', object: `The ReplicaSets of ${facts.namespace}`, text: `could not check: ${code}` }] };
  }
  const others = revisionsBefore(replicaSets, facts.owner.uid).filter(({ images }) => (images.get(first.name) ?? first.image) !== first.image);
  // The one that runs still is known to work.
  const before = others.find(({ readyReplicas }) => readyReplicas > 0) ?? others[0];
  const image = before?.images.get(first.name);
  if (before === undefined || image === undefined) return { evidence: [] };
  const running = before.readyReplicas > 0 ? ` with ${counted(before.readyReplicas, 'Pod')} ready` : '';
  const text = `has ${image}, an earlier revision${running}`;
  return { image, evidence: [{ source: 'reference', object: `ReplicaSet ${facts.namespace}/${before.name}`, text }] };
}

/** What is known of the Secrets to pull with: the kubelet's Event names those it cannot find, a look-up also those of the wrong type. */
function pullSecrets(pod: PodCase): { readonly words: string; readonly evidence: readonly Evidence[] } {
  const secrets = (pod.context.references ?? []).filter(({ use }) => use === 'pull-secret');
  const missing = secrets.filter(({ state }) => state === 'missing');
  const wrong = secrets.filter(({ state, type }) => state === 'found' && type !== undefined && !/dockerconfigjson|dockercfg/.test(type));
  const event = latestEvent(pod, ['FailedToRetrieveImagePullSecret']);
  const named = /image pull secrets \(([^)]*)\)/.exec(event?.message ?? '')?.[1];
  const account = (pod.context.references ?? []).find(({ kind }) => kind === 'ServiceAccount');
  const unchecked = secrets.filter(({ state }) => state === 'unknown');
  const evidence = [
    ...unchecked.map((secret) => referenceEvidence(secret, '')),
    // The account's Secrets are written into a Pod that names none when it is made.
    ...(account === undefined || secrets.length > 0 ? [] : [referenceEvidence(account, accountText(account.pullSecrets))]),
    ...[...missing, ...wrong].map(({ name, namespace, type }): Evidence => {
      return { source: 'reference', object: `Secret ${namespace}/${name}`, text: type === undefined ? 'does not exist' : `is of type ${type}` };
    }),
    ...eventEvidence(event),
  ];
  const [first] = missing;
  if (first !== undefined || named !== undefined) return { words: `, and its pull secret ${first?.name ?? named} does not exist`, evidence };
  if (wrong[0] !== undefined) return { words: `, and its pull secret ${wrong[0].name} is of type ${wrong[0].type}, which holds none`, evidence };
  return { words: '', evidence };
}

function accountText(secrets: readonly string[] = []): string {
  return secrets.length === 0 ? 'has no pull secrets, and the Pod names none' : `has the pull secrets ${listed(secrets)}, which the Pod was made without`;
}

/** Another name would do. */
function isCorrectable(code: ImageCode): boolean {
  return code === 'image-not-found' || code === 'image-name-invalid' || code === 'image-never-pulled' || code === 'image-platform';
}

function nextStep(facts: PodFacts, code: ImageCode, container: string, before = 'IMAGE:TAG'): string {
  const { namespace, name } = facts;
  if (code === 'image-pull-denied') return kubectl(namespace, 'get', 'secrets');
  return isCorrectable(code)
    ? kubectl(namespace, 'set', 'image', ownerTarget(facts) ?? `pod/${name}`, `${container}=${before}`)
    : kubectl(namespace, 'describe', 'pod', name);
}

/** A container that is not created yet because its image is still on its way, as the kubelet's Events tell. */
export function imagePulling(pod: PodCase): readonly Finding[] {
  if (pod.context.events === undefined) return nothing;
  return pod.facts.containers.flatMap((container) => {
    if (container.waiting === undefined || isImageReason(container.waiting.reason)) return nothing;
    const pulling = latestEvent(pod, ['Pulling'], container.name);
    const ended = latestEvent(pod, ['Pulled', 'Failed', 'Created', 'Started'], container.name);
    if (pulling?.lastAt === undefined || (ended?.lastAt ?? 0) >= pulling.lastAt) return nothing;
    const cause = `${containerTitle(container)} waits for its image ${container.image}, which has been pulled for ${humanDuration(pod.now - pulling.lastAt)}.`;
    const verdict = overdue(pulling.lastAt, pod.now, grace.imagePulling);
    const evidence = eventEvidence(pulling);
    return [finding('image-pulling', verdict, { subject: containerSubject(container), cause, about: container.image, since: pulling.lastAt, evidence })];
  });
}

/** Images that cannot be had: what the registry, the node or the name itself says. Containers that share an image share a finding. */
import { humanDuration } from '../age.ts';
import type { EventFacts } from '../event-facts.ts';
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
/** Another name of the image would do, which one command changes, and the revision before may know one. */
export const correctable: ReadonlySet<FindingCode> = new Set(['image-not-found', 'image-name-invalid', 'image-never-pulled', 'image-platform']);
const settled: ReadonlySet<ImageCode> = new Set(['image-not-found', 'image-platform']);

/** An image that some containers wait for: their own, or that of a volume which they mount. */
interface Wanted {
  readonly code: ImageCode;
  readonly words: string;
  readonly image: string;
  readonly volume: string | undefined;
  readonly containers: readonly ContainerFacts[];
}

export function imageFindings(pod: PodCase): readonly Finding[] {
  const groups = new Map<string, Wanted>();
  for (const container of pod.facts.containers) {
    if (container.kind === 'ephemeral' || !isImageReason(container.waiting?.reason)) continue;
    const [code, words] = imageTrouble(container.waiting?.reason, container.waiting?.message);
    const volume = volumeSpokenOf(pod.facts, container);
    const image = volume?.image ?? container.image;
    const key = `${code} ${volume?.name ?? ''} ${image}`;
    groups.set(key, { code, words, image, volume: volume?.name, containers: [...(groups.get(key)?.containers ?? []), container] });
  }
  if (groups.size === 0) return nothing;
  return [...groups.values()].map((wanted) => imageFinding(pod, wanted));
}

interface ImageVolume {
  readonly name: string;
  readonly image: string;
}

function imageVolumes({ volumes }: PodFacts): readonly ImageVolume[] {
  return volumes.flatMap(({ name, source, target }) => (source === 'image' && target !== undefined ? [{ name, image: target }] : []));
}

/** Where the image of a volume cannot be had, the kubelet says so of each container that mounts it, as if it were the container's: the message names it. */
function volumeSpokenOf(facts: PodFacts, { image, waiting }: ContainerFacts): ImageVolume | undefined {
  return imageVolumes(facts).find((volume) => volume.image !== image && speaksOf(waiting?.message, volume.image));
}

/** Where a reference has no tag, the kubelet adds one. Source: kubernetes/pkg/kubelet/images/image_manager.go, applyDefaultImageTag. */
function speaksOf(message = '', image: string): boolean {
  return message.includes(`"${image}"`) || message.includes(`"${image}:latest"`);
}

function imageTrouble(reason: string | undefined, message = ''): readonly [ImageCode, string] {
  if (reason === 'InvalidImageName') return ['image-name-invalid', 'cannot be the name of an image'];
  if (reason === 'ErrImageNeverPull') return ['image-never-pulled', 'is not on the node, and its pull policy is Never'];
  if (reason === 'RegistryUnavailable') return ['image-registry-unreachable', 'cannot be pulled: its registry cannot be reached'];
  if (reason === 'SignatureValidationFailed') return ['image-signature', 'is refused for its signature'];
  const trouble = pullTroubles.find(([, pattern]) => pattern.test(message));
  if (trouble !== undefined) return [trouble[0], trouble[2]];
  const said = unwrapped(message).replace(/\.$/, '');
  return ['image-pull-failed', `cannot be pulled${said === '' ? '' : `: ${said}`}`];
}

/** What the kubelet and the runtime put before what the registry said, all of it with the image's name. */
const wrappers =
  /^(?:Back-off pulling image "[^"]*": |ErrImagePull: |rpc error: code = \w+ desc = |failed to pull and unpack image "[^"]*": |failed to resolve (?:reference|image) "[^"]*": )+/;

function unwrapped(message: string): string {
  return message.replace(wrappers, '');
}

function imageFinding(pod: PodCase, { code, words, image, volume, containers }: Wanted): Finding {
  const { facts, now } = pod;
  const names = listed(containers.map(({ name }) => name));
  const since = containers[0]?.lastTermination?.finishedAt ?? conditionOf(facts, 'ContainersReady')?.since ?? facts.createdAt;
  const atOnce = code === 'image-name-invalid' || code === 'image-never-pulled';
  const final = settled.has(code) && containers.some(({ waiting }) => waiting?.reason === 'ImagePullBackOff');
  const secrets = code === 'image-pull-denied' ? pullSecrets(pod) : undefined;
  const whose = volume === undefined ? names : `the volume ${volume} of ${names}`;
  const renamed = volume === undefined && correctable.has(code) ? containers[0]?.name : undefined;
  const before = renamed === undefined ? undefined : imageBefore(pod, containers);
  return finding(code, atOnce || final ? 'doomed' : overdue(since, now, grace.imagePull), {
    subject: containers.map(containerSubject).join(', '),
    cause: code === 'image-name-invalid' ? `${image}, for ${whose}, ${words}.` : `The image ${image} of ${whose} ${words}${secrets?.words ?? ''}.`,
    about: image,
    since,
    evidence: [
      ...containers.map((container) => containerEvidence(container, 'state.waiting', [container.waiting?.reason, unwrapped(container.waiting?.message ?? '')])),
      ...eventEvidence(latestEvent(pod, ['Failed'], containers[0]?.name)),
      ...(secrets?.evidence ?? []),
      ...(before?.evidence ?? []),
    ],
    next: nextStep(facts, code, renamed, before?.image),
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

/** `renamed` is the container whose image another name would do for. */
function nextStep(facts: PodFacts, code: ImageCode, renamed: string | undefined, before = 'IMAGE:TAG'): string {
  const { namespace, name } = facts;
  if (code === 'image-pull-denied') return kubectl(namespace, 'get', 'secrets');
  return renamed === undefined
    ? kubectl(namespace, 'describe', 'pod', name)
    : kubectl(namespace, 'set', 'image', ownerTarget(facts) ?? `pod/${name}`, `${renamed}=${before}`);
}

/** A container that is not created yet because its image, or that of a volume, is still on its way, as the kubelet's Events tell. */
export function imagePulling(pod: PodCase): readonly Finding[] {
  const { facts, context } = pod;
  if (context.events === undefined) return nothing;
  const waiting = facts.containers.filter((container) => container.waiting !== undefined && !isImageReason(container.waiting.reason));
  if (waiting.length === 0) return nothing;
  const own = waiting.flatMap((container) => {
    const cause = `${containerTitle(container)} waits for its image ${container.image}`;
    return pullFinding(pod, cause, containerSubject(container), container.image, (event) => event.container === container.name);
  });
  // Of these the kubelet speaks without naming a container.
  const mounted = imageVolumes(facts).flatMap(({ name, image }) =>
    pullFinding(pod, `The volume ${name} waits for its image ${image}`, `volume ${name}`, image, (event) => {
      return event.container === undefined && speaksOf(event.message, image);
    }),
  );
  return [...own, ...mounted];
}

function pullFinding(pod: PodCase, waits: string, subject: string, image: string, isAbout: (event: EventFacts) => boolean): readonly Finding[] {
  const about: PodCase = { ...pod, context: { events: pod.context.events?.filter(isAbout) ?? [] } };
  const pulling = latestEvent(about, ['Pulling']);
  const ended = latestEvent(about, ['Pulled', 'Failed', 'Created', 'Started']);
  if (pulling?.lastAt === undefined || (ended?.lastAt ?? 0) >= pulling.lastAt) return nothing;
  const cause = `${waits}, which has been pulled for ${humanDuration(pod.now - pulling.lastAt)}.`;
  const verdict = overdue(pulling.lastAt, pod.now, grace.imagePulling);
  return [finding('image-pulling', verdict, { subject, cause, about: image, since: pulling.lastAt, evidence: eventEvidence(pulling) })];
}

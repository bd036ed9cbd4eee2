/** The work of `delete`: finds what is meant, says what it means, asks, deletes, and tells how it ends. */
import type { ObjectName } from '../src/core/change/object-name.ts';
import { objectText } from '../src/core/change/object-name.ts';
import { afterDeletion, heldText, stopHooks } from '../src/core/change/termination.ts';
import { listed } from '../src/core/diagnosis/wording.ts';
import { object, text } from '../src/core/json.ts';
import { ownerText } from '../src/core/owner.ts';
import { ownerFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterActions } from '../src/kube/cluster-actions.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { styleOf } from '../src/report/style.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { systemClock } from '../src/service/clock.ts';
import { type DeleteOutcome, type DeletePorts, type DeleteTarget, type GoingPod, runDelete } from '../src/service/delete-run.ts';
import { type Target, targetText } from '../src/service/target.ts';
import { chosenCluster, type OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { canAsk, confirmed } from './confirmation.ts';
import type { DeleteRequest } from './delete.ts';
import { type PodQuery, pagesOf, podQueries } from './get-targets.ts';
import { manifestInputs } from './manifest-files.ts';
import { patientPods, serverPatience } from './server-patience.ts';
import { targetName } from './target-name.ts';
import { type MissingPod, sayMissing } from './why-missing.ts';

export async function runDeleteCommand(request: DeleteRequest, io: CommandIo): Promise<number> {
  const cluster = chosenCluster(request.cluster);
  try {
    const found = await findTargets(request, cluster, io);
    if (found.targets.length === 0) {
      if (found.missing === 0) io.stderr.write('There is nothing to delete.\n');
      return request.ignoreNotFound || found.missing === 0 ? exitCodes.done : exitCodes.failed;
    }
    for (const target of found.targets.slice(0, mostShown)) io.stderr.write(`${plainText(meaningOf(target, request))}\n`);
    if (found.targets.length > mostShown) io.stderr.write(`and ${found.targets.length - mostShown} more\n`);
    if (request.force) io.stderr.write(`${forceRisk}\n`);
    if (!request.dryRun && !(await mayDelete(found.targets, request, io))) {
      io.stderr.write('Nothing was deleted.\n');
      return exitCodes.failed;
    }
    const outcome = await runDelete({ ...request, targets: found.targets }, deletePorts(request, cluster, io), io.signal);
    return exitCode(outcome, found.missing > 0 && !request.ignoreNotFound, request, io);
  } finally {
    cluster.transport.close();
  }
}

/** Of what is to be deleted, before it is. */
const mostShown = 20;

const forceRisk =
  'With --force they are out of the API at once, whether or not their containers have ended: these may run on for a while on a node that does not answer, and beside the Pod that takes their place. Of a StatefulSet two Pods can then write to the same data.';

interface Found {
  readonly targets: readonly DeleteTarget[];
  /** How many of those that were named are not there; it is said. */
  readonly missing: number;
}

async function findTargets(request: DeleteRequest, cluster: OpenCluster, io: CommandIo): Promise<Found> {
  const targets: DeleteTarget[] = [];
  const missing: MissingPod[] = [];
  for (const { named, namespace } of await namedTargets(request, cluster, io)) {
    const place = { ...cluster, namespace };
    const { queries, errors } = await podQueries({ targets: named, labelSelector: request.labelSelector, fieldSelector: undefined }, place, io.signal);
    const unfound = named.filter((target) => target.kind !== 'pod' && !queries.some((query) => query.kind === 'scope' && query.workload === target));
    for (const [index, error] of errors.entries()) missing.push({ namespace, name: targetText(unfound[index] ?? { kind: 'pod', name: '' }), error });
    for (const query of queries) targets.push(...(await targetsOf(query, cluster, io, missing)));
  }
  if (!request.ignoreNotFound) await sayMissing(missing, cluster, io);
  return { targets, missing: missing.length };
}

interface NamedTargets {
  readonly named: readonly Target[];
  readonly namespace: string;
}

/** By namespace: manifests may name several. */
async function namedTargets(request: DeleteRequest, cluster: OpenCluster, io: CommandIo): Promise<readonly NamedTargets[]> {
  if (request.files.length === 0) return [{ named: request.targets, namespace: cluster.namespace }];
  const { appliedObjects, manifestObjects } = await import('../src/manifest/manifests.ts');
  const inputs = await manifestInputs(request.files, false, io);
  const all = inputs.flatMap(({ bytes, file, named }) => appliedObjects(bytes, file, named));
  const objects = inputs.flatMap(({ bytes, file }) => manifestObjects(bytes, file));
  const others = all.filter(({ place }) => !objects.some((each) => each.place.file === place.file && each.place.line === place.line));
  if (others.length > 0)
    io.stderr.write(`Left alone, as only Pods and workloads are deleted: ${plainText(listed(others.map(({ object: each }) => objectText(each))))}\n`);
  const other = objects.find(({ namespace }) => namespace !== undefined && request.cluster.namespace !== undefined && namespace !== request.cluster.namespace);
  if (other !== undefined) {
    throw new PodwrightError(
      'usage',
      `${other.place.file}:${other.place.line}: ${other.name} is of the namespace ${other.namespace}, and -n says ${request.cluster.namespace}`,
      {
        hint: 'Leave out -n where the manifests name the namespace.',
      },
    );
  }
  const byNamespace = Map.groupBy(objects, ({ namespace }) => namespace ?? cluster.namespace);
  return [...byNamespace].map(([namespace, named]) => ({ namespace, named: named.map(({ kind, name }) => ({ kind, name })) }));
}

/** A query as what it deletes: a Pod, the Pods of a selector, or a workload with its Pods. */
async function targetsOf(query: PodQuery, { reader }: OpenCluster, { signal }: CommandIo, missing: MissingPod[]): Promise<readonly DeleteTarget[]> {
  if (query.kind === 'named') {
    try {
      return [podTarget(await reader.pod(query, { signal }))];
    } catch (error) {
      if (!(error instanceof PodwrightError) || error.code !== 'not-found') throw error;
      missing.push({ namespace: query.namespace, name: query.name, error });
      return [];
    }
  }
  const pods: GoingPod[] = [];
  for await (const page of pagesOf(query, reader, { signal })) for (const pod of page) pods.push({ facts: podFacts(pod), hooks: stopHooks(pod) });
  if (query.workload === undefined || query.workload.kind === 'pod')
    return pods.map((pod) => ({ name: podName(pod), uid: pod.facts.uid, owner: undefined, pods: [pod] }));
  const { uid, namespace, ownerReferences } = object(object(query.object)['metadata']);
  const owner = ownerFacts(ownerReferences);
  return [{ name: targetName(query.workload, text(namespace) ?? ''), uid: text(uid) ?? '', owner: owner && ownerText(owner), pods }];
}

function podTarget(pod: unknown): DeleteTarget {
  const going = { facts: podFacts(pod), hooks: stopHooks(pod) };
  return { name: podName(going), uid: going.facts.uid, owner: undefined, pods: [going] };
}

function podName({ facts }: GoingPod): ObjectName {
  return { apiVersion: 'v1', kind: 'Pod', namespace: facts.namespace, name: facts.name };
}

/** `pod/web-1: deploy/web makes another in its place.` */
function meaningOf({ name, owner, pods }: DeleteTarget, { cascade }: DeleteRequest): string {
  const [only] = pods;
  if (name.kind === 'Pod' && only !== undefined) {
    const held = heldText(only.facts);
    const already = only.facts.deletionDueAt === undefined ? '' : ` (it is being deleted already${held === undefined ? '' : `, ${held}`})`;
    return `${objectText(name)} in ${name.namespace}: ${afterDeletion(only.facts)}${already}`;
  }
  const names = listed(pods.map(({ facts }) => facts.name));
  const verb =
    cascade === 'orphan' ? (pods.length === 1 ? 'stays, without an owner' : 'stay, without an owner') : pods.length === 1 ? 'goes with it' : 'go with it';
  const its = pods.length === 0 ? 'it has no Pods' : pods.length === 1 ? `its Pod ${names} ${verb}` : `its ${pods.length} Pods ${verb}: ${names}`;
  const anew = owner === undefined ? '' : `, and ${owner} makes another`;
  return `${objectText(name)} in ${name.namespace}: ${its}${anew}`;
}

async function mayDelete(targets: readonly DeleteTarget[], request: DeleteRequest, io: CommandIo): Promise<boolean> {
  if (request.yes) return true;
  const what = targets.length === 1 && targets[0] !== undefined ? objectText(targets[0].name) : `these ${targets.length}`;
  const verb = request.evict ? 'Evict' : 'Delete';
  if (canAsk(io)) return confirmed(`${verb} ${plainText(what)}?`, io);
  throw new PodwrightError('usage', `${verb.toLowerCase()} ${what}? There is no terminal to ask on`, { hint: 'Add --yes. Nothing was deleted.' });
}

function deletePorts(request: DeleteRequest, { transport }: OpenCluster, io: CommandIo): DeletePorts {
  const style = styleOf(io.color);
  const tell = (line: string): void => void io.stdout.write(`${line}\n`);
  const several = (name: ObjectName): string => plainText(objectText(name));
  return {
    actions: clusterActions(transport, serverPatience(io)),
    pods: patientPods(transport, io),
    diagnosis: clusterDiagnosis(transport),
    clock: systemClock,
    step: (what, sentence) => void io.stderr.write(`  ${style.dim(plainText(what))} ${plainText(sentence)}\n`),
    stuck(what, { cause, evidence, next }) {
      io.stderr.write(`  ${style.yellow(plainText(what))} ${plainText(cause)}\n`);
      for (const each of evidence) if (each.source === 'reference') io.stderr.write(`      ${plainText(each.object)} ${plainText(each.text)}\n`);
      if (next !== undefined) io.stderr.write(`      ${style.dim('try')} ${plainText(next)}\n`);
    },
    requested({ name }) {
      if (request.dryRun) tell(`${several(name)} would be ${request.evict ? 'evicted' : 'deleted'} (dry run)`);
      else if (request.waitMs === undefined || request.cascade === 'orphan') tell(`${several(name)} is being ${request.evict ? 'evicted' : 'deleted'}`);
    },
    gone: ({ name }) => tell(`${several(name)} ${request.evict ? 'evicted' : 'deleted'}`),
    refused({ name }, error) {
      io.stderr.write(`podwright: ${several(name)}: ${plainText(error.message)}\n${error.hint === undefined ? '' : `${plainText(error.hint)}\n`}`);
    },
  };
}

function exitCode({ refused, left, untouched }: DeleteOutcome, missing: boolean, request: DeleteRequest, io: CommandIo): number {
  const names = (targets: readonly DeleteTarget[]): string => plainText(listed(targets.map(({ name }) => objectText(name))));
  const was = request.evict ? 'evicted' : 'deleted';
  if (untouched.length > 0) io.stderr.write(`Not ${was}: ${names(untouched)}\n`);
  if (left.length > 0) io.stderr.write(`Still there: ${names(left)}; the deletion goes on in the cluster.\n`);
  if (io.signal.aborted) return exitCodes.interrupted;
  const [first] = refused;
  if (first !== undefined) return first.error.exitCode;
  if (left.length > 0 || untouched.length > 0) return exitCodes.timeout;
  return missing ? exitCodes.failed : exitCodes.done;
}

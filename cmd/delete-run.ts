/** The work of `delete`: finds what is meant, says what it means, asks, deletes, and tells how it ends. */
import type { DeletedObject } from '../src/core/change/delete-report.ts';
import { type ObjectName, objectText, resourceText } from '../src/core/change/object-name.ts';
import { afterDeletion, heldText, stopHooks } from '../src/core/change/termination.ts';
import type { Finding } from '../src/core/diagnosis/finding.ts';
import { listed } from '../src/core/diagnosis/wording.ts';
import { object, text } from '../src/core/json.ts';
import { ownerText } from '../src/core/owner.ts';
import { ownerFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { kindName } from '../src/core/workload-facts.ts';
import { clusterActions } from '../src/kube/cluster-actions.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { deleteJson } from '../src/report/delete-json.ts';
import { styleOf } from '../src/report/style.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { systemClock } from '../src/service/clock.ts';
import { type DeletedTarget, type DeletePorts, type DeleteTarget, type GoingPod, runDelete } from '../src/service/delete-run.ts';
import { type Target, targetText } from '../src/service/target.ts';
import { chosenCluster, type OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { canAsk, confirmed } from './confirmation.ts';
import type { DeleteRequest } from './delete.ts';
import { type PodQuery, pagesOf, podQueries } from './get-targets.ts';
import { checkNamespaces, manifestInputs } from './manifest-files.ts';
import { patientPods, serverPatience } from './server-patience.ts';
import { targetName } from './target-name.ts';
import { type MissingPod, sayMissing } from './why-missing.ts';

export async function runDeleteCommand(request: DeleteRequest, io: CommandIo): Promise<number> {
  const cluster = chosenCluster(request.cluster);
  try {
    const found = await findTargets(request, cluster, io);
    const findings = new Map<string, Finding>();
    const told = (done: readonly DeletedTarget[]): void => {
      if (request.output === 'json')
        io.stdout.write(deleteJson([...done.map((each) => deletedObject(each, findings)), ...found.missing.map(missingObject)], request));
    };
    const isMissing = found.missing.length > 0 && !request.ignoreNotFound;
    if (found.targets.length === 0) {
      if (found.missing.length === 0) io.stderr.write('There is nothing to delete.\n');
      told([]);
      return isMissing ? exitCodes.failed : exitCodes.done;
    }
    for (const target of found.targets.slice(0, mostShown)) io.stderr.write(`${plainText(meaningOf(target, request))}\n`);
    if (found.targets.length > mostShown) io.stderr.write(`and ${found.targets.length - mostShown} more\n`);
    if (request.force) io.stderr.write(`${forceRisk}\n`);
    if (!request.dryRun && !(await mayDelete(found.targets, request, io))) {
      io.stderr.write('Nothing was deleted.\n');
      told(found.targets.map((target) => ({ target, outcome: 'not-tried', problem: undefined })));
      return exitCodes.failed;
    }
    const done = await runDelete({ ...request, targets: found.targets }, deletePorts(request, cluster, findings, io), io.signal);
    told(done);
    return exitCode(done, isMissing, request, io);
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
  /** Those that were named and are not there; it is said. */
  readonly missing: readonly MissingTarget[];
}

interface MissingTarget extends MissingPod {
  readonly object: ObjectName;
}

function deletedObject({ target: { name, uid, pods }, outcome, problem }: DeletedTarget, findings: ReadonlyMap<string, Finding>): DeletedObject {
  const names = pods.map(({ facts }) => facts.name);
  const own = pods.flatMap(({ facts }): [string, Finding][] => {
    const finding = findings.get(facts.uid);
    return finding === undefined ? [] : [[facts.name, finding]];
  });
  return { object: name, uid, pods: names, outcome, problem, findings: new Map(own) };
}

function missingObject({ object: missing, error }: MissingTarget): DeletedObject {
  return { object: missing, uid: undefined, pods: [], outcome: 'not-found', problem: error, findings: new Map() };
}

async function findTargets(request: DeleteRequest, cluster: OpenCluster, io: CommandIo): Promise<Found> {
  const targets: DeleteTarget[] = [];
  const missing: MissingTarget[] = [];
  for (const { named, namespace } of await namedTargets(request, cluster, io)) {
    const place = { ...cluster, namespace };
    const { queries, errors } = await podQueries({ ...request, targets: named }, place, io.signal);
    const unfound = named.filter((target) => target.kind !== 'pod' && !queries.some((query) => query.kind === 'scope' && query.workload === target));
    for (const [index, error] of errors.entries()) {
      const target = unfound[index] ?? { kind: 'pod', name: '' };
      missing.push({ namespace, name: targetText(target), error, object: targetName(target, namespace) });
    }
    for (const query of queries) targets.push(...(await targetsOf(query, cluster, io, missing)));
  }
  if (!request.ignoreNotFound) await sayMissing(missing, cluster, io);
  return { targets, missing };
}

interface NamedTargets {
  readonly named: readonly Target[];
  readonly namespace: string;
}

/** By namespace: manifests may name several. */
async function namedTargets(request: DeleteRequest, cluster: OpenCluster, io: CommandIo): Promise<readonly NamedTargets[]> {
  if (request.files.length === 0) return [{ named: request.targets, namespace: cluster.namespace }];
  const { appliedObjects, manifestObjects } = await import('../src/manifest/manifests.ts');
  const inputs = await manifestInputs(request.files, request.recursive, io);
  const all = inputs.flatMap(({ bytes, file, named }) => appliedObjects(bytes, file, named));
  const objects = inputs.flatMap(({ bytes, file }) => manifestObjects(bytes, file));
  const others = all.filter(({ place }) => !objects.some((each) => each.place.file === place.file && each.place.line === place.line));
  if (others.length > 0)
    io.stderr.write(`Left alone, as only Pods and workloads are deleted: ${plainText(listed(others.map(({ object: each }) => objectText(each))))}\n`);
  checkNamespaces(
    objects.map((each) => ({ ...each, kind: kindName(each.kind) })),
    request.cluster,
  );
  const byNamespace = Map.groupBy(objects, ({ namespace }) => namespace ?? cluster.namespace);
  return [...byNamespace].map(([namespace, named]) => ({ namespace, named: named.map(({ kind, name }) => ({ kind, name })) }));
}

/** A query as what it deletes: a Pod, the Pods of a selector, or a workload with its Pods. */
async function targetsOf(query: PodQuery, { reader }: OpenCluster, { signal }: CommandIo, missing: MissingTarget[]): Promise<readonly DeleteTarget[]> {
  if (query.kind === 'named') {
    try {
      return [podTarget(await reader.pod(query, { signal }))];
    } catch (error) {
      if (!(error instanceof PodwrightError) || error.code !== 'not-found') throw error;
      missing.push({ namespace: query.namespace, name: query.name, error, object: targetName({ kind: 'pod', name: query.name }, query.namespace) });
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

function deletePorts(request: DeleteRequest, { transport }: OpenCluster, findings: Map<string, Finding>, io: CommandIo): DeletePorts {
  const style = styleOf(io.color);
  const tell = (name: ObjectName, what: string): void => {
    if (request.output !== 'json') io.stdout.write(`${plainText(request.output === 'name' ? resourceText(name) : `${objectText(name)} ${what}`)}\n`);
  };
  const was = request.evict ? 'evicted' : 'deleted';
  return {
    actions: clusterActions(transport, serverPatience(io)),
    pods: patientPods(transport, io),
    diagnosis: clusterDiagnosis(transport),
    clock: systemClock,
    step: (what, sentence) => void io.stderr.write(`  ${style.dim(plainText(what))} ${plainText(sentence)}\n`),
    stuck({ name, uid }, finding) {
      findings.set(uid, finding);
      const { cause, evidence, next } = finding;
      io.stderr.write(`  ${style.yellow(plainText(`pod/${name}`))} ${plainText(cause)}\n`);
      for (const each of evidence) if (each.source === 'reference') io.stderr.write(`      ${plainText(each.object)} ${plainText(each.text)}\n`);
      if (next !== undefined) io.stderr.write(`      ${style.dim('try')} ${plainText(next)}\n`);
    },
    requested({ name }) {
      if (request.dryRun) tell(name, `would be ${was} (dry run)`);
      else if (request.waitMs === undefined || request.cascade === 'orphan') tell(name, `is being ${was}`);
    },
    gone: ({ name }) => tell(name, was),
    refused({ name }, error) {
      io.stderr.write(`podwright: ${plainText(`${objectText(name)}: ${error.message}`)}\n${error.hint === undefined ? '' : `${plainText(error.hint)}\n`}`);
    },
  };
}

function exitCode(done: readonly DeletedTarget[], isMissing: boolean, request: DeleteRequest, io: CommandIo): number {
  const names = (outcome: DeletedTarget['outcome']): string =>
    plainText(listed(done.filter((each) => each.outcome === outcome).map(({ target }) => objectText(target.name))));
  const [untouched, left] = [names('not-tried'), names('still-there')];
  if (untouched !== '') io.stderr.write(`Not ${request.evict ? 'evicted' : 'deleted'}: ${untouched}\n`);
  if (left !== '') io.stderr.write(`Still there: ${left}; the deletion goes on in the cluster.\n`);
  if (io.signal.aborted) return exitCodes.interrupted;
  const refused = done.find(({ problem }) => problem !== undefined);
  if (refused?.problem !== undefined) return refused.problem.exitCode;
  if (left !== '' || untouched !== '') return exitCodes.timeout;
  return isMissing ? exitCodes.failed : exitCodes.done;
}

/**
 * Applies objects one after the other in an order in which each finds what it needs, and says what became of each. What is refused does not keep the others from
 * being applied; a server that is away for good, or an interruption, does.
 */
import { applyOrder } from '../core/change/apply-order.ts';
import type { AppliedObject, ApplyOutcome, ApplyProblem } from '../core/change/apply-report.ts';
import { changedFields, wantedChanges } from '../core/change/changed-fields.ts';
import { cleanObject } from '../core/change/clean-object.ts';
import { fieldConflicts, type StatusCause } from '../core/change/field-conflicts.ts';
import { type ImmutableField, immutableFields } from '../core/change/immutable-fields.ts';
import { maskedPair } from '../core/change/masked-secret.ts';
import { type ObjectName, objectText } from '../core/change/object-name.ts';
import type { ManifestPlace } from '../core/check-report.ts';
import { type Json, list, object, text } from '../core/json.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import type { Clock } from './clock.ts';
import type { ObjectActions } from './object-actions.ts';
import { type ReplacementPorts, replacePod } from './pod-replacement.ts';

export interface ApplyItem {
  readonly object: ObjectName;
  /** The whole object as JSON text. */
  readonly json: string;
  readonly place: ManifestPlace;
}

export interface ApplyPlan {
  readonly items: readonly ApplyItem[];
  /** For objects that name none. */
  readonly namespace: string;
  readonly dryRun: boolean;
  /** Take over what others manage. */
  readonly force: boolean;
}

export interface ApplyPorts extends ReplacementPorts {
  readonly actions: ObjectActions;
  readonly clock: Clock;
  /** Whether a Pod with these immutable fields is replaced. */
  mayReplace(name: ObjectName, fields: readonly ImmutableField[]): Promise<boolean>;
  /** Called with each object once it is decided; `versions` are the object as it was and as it is, cleaned and masked. */
  decided(done: AppliedObject, versions: Versions | undefined): void;
}

/** An object before and after: without what the server fills in, and of a Secret without its values. */
export interface Versions {
  readonly before: Json | undefined;
  readonly after: Json;
}

/** Gives what became of each object, in the order in which they were tried. Throws only what is no failure of ours. */
export async function runApply(plan: ApplyPlan, ports: ApplyPorts, signal: AbortSignal): Promise<readonly AppliedObject[]> {
  return new ApplyRun(plan, ports, signal).run();
}

/** Failures after which no other object can be applied either. */
const finalCodes: ReadonlySet<string> = new Set(['unreachable', 'unauthorized', 'tls', 'protocol', 'interrupted', 'timeout']);
const establishedWithinMs = 30_000;
const establishedAgainMs = 200;

class ApplyRun {
  readonly #plan: ApplyPlan;
  readonly #ports: ApplyPorts;
  readonly #signal: AbortSignal;
  readonly #done: AppliedObject[] = [];
  /** What this run would create, and a dry run does not. */
  readonly #onlyInDryRun = { namespaces: new Set<string>(), kinds: new Set<string>() };

  constructor(plan: ApplyPlan, ports: ApplyPorts, signal: AbortSignal) {
    this.#plan = plan;
    this.#ports = ports;
    this.#signal = signal;
  }

  async run(): Promise<readonly AppliedObject[]> {
    const items = applyOrder(this.#plan.items.map((item) => ({ ...item, kind: item.object.kind })));
    let ended = false;
    for (const item of items) {
      ended ||= this.#signal.aborted;
      if (ended) this.#tell(item, item.object, 'not-tried');
      else ended = await this.#one(item);
    }
    return this.#done;
  }

  /** Whether the run ends with it. */
  async #one(item: ApplyItem): Promise<boolean> {
    let name = item.object;
    let live: Json | undefined;
    let sent = false;
    try {
      name = await this.#placed(name);
      if (this.#plan.dryRun && this.#isOnlyInDryRun(name)) {
        this.#tell(item, name, 'unknown', { problem: dryProblem });
        return false;
      }
      live = await this.#live(name);
      sent = true;
      const after = await this.#ports.actions.apply(name, item.json, { dryRun: this.#plan.dryRun, force: this.#plan.force, signal: this.#signal });
      await this.#applied(item, name, live, after);
      return false;
    } catch (error) {
      if (this.#signal.aborted && !isPodwrightError(error)) {
        if (sent) this.#tell(item, name, 'unknown', { problem: interrupted });
        else this.#tell(item, name, 'not-tried');
        return true;
      }
      if (!isPodwrightError(error)) throw error;
      return this.#refused(item, name, live, error);
    }
  }

  /** With the namespace that the kind asks for. */
  async #placed(name: ObjectName): Promise<ObjectName> {
    const namespaced = await this.#ports.actions.namespaced(name, this.#signal);
    if (namespaced === undefined) {
      if (this.#onlyInDryRun.kinds.has(kindKey(name))) return name;
      throw new PodwrightError('not-found', `the cluster knows no kind ${name.kind} in ${name.apiVersion}`, {
        hint: 'Its CustomResourceDefinition may be missing, or the cluster has another version of it: `kubectl api-resources` lists the kinds.',
      });
    }
    return { ...name, namespace: namespaced ? (name.namespace ?? this.#plan.namespace) : undefined };
  }

  #isOnlyInDryRun(name: ObjectName): boolean {
    const { namespaces, kinds } = this.#onlyInDryRun;
    return (name.namespace !== undefined && namespaces.has(name.namespace)) || kinds.has(kindKey(name));
  }

  /** undefined where there is none, and where it may not be read: what changes cannot be told then. */
  async #live(name: ObjectName): Promise<Json | undefined> {
    try {
      return await this.#ports.actions.object(name, this.#signal);
    } catch (error) {
      if (isPodwrightError(error) && error.code === 'forbidden') return undefined;
      throw error;
    }
  }

  async #applied(item: ApplyItem, name: ObjectName, live: Json | undefined, result: Json): Promise<void> {
    const [before, after] = maskedPair(live && cleanObject(live), cleanObject(result));
    const changes = before && changedFields(before, after);
    const created = live === undefined;
    this.#tell(item, name, created ? 'created' : changes?.length === 0 ? 'unchanged' : 'changed', { changes, versions: { before, after } });
    if (this.#plan.dryRun && created) {
      if (name.kind === 'Namespace') this.#onlyInDryRun.namespaces.add(name.name);
      for (const kind of definedKinds(item, name)) this.#onlyInDryRun.kinds.add(kind);
    }
    if (!this.#plan.dryRun && name.kind === 'CustomResourceDefinition') await this.#established(name);
  }

  /** Until the server serves the kind. One that takes too long is noticed at the objects of that kind. */
  async #established(name: ObjectName): Promise<void> {
    const { actions, clock } = this.#ports;
    const until = clock.now() + establishedWithinMs;
    while (clock.now() < until && !this.#signal.aborted) {
      const definition = object(await actions.object(name, this.#signal));
      const conditions = list(object(definition['status'])['conditions']).map(object);
      if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
      await clock.wait(establishedAgainMs, this.#signal);
    }
  }

  async #refused(item: ApplyItem, name: ObjectName, live: Json | undefined, error: PodwrightError): Promise<boolean> {
    const conflicts = fieldConflicts(causesOf(error));
    const isPod = name.kind === 'Pod' && name.apiVersion === 'v1';
    const immutable = error.code === 'rejected' && isPod && live !== undefined ? immutableFields(wantedChanges(live, JSON.parse(item.json))) : [];
    if (live !== undefined && immutable.length > 0 && conflicts.length === 0) {
      const problem = { ...problemOf(error), message: immutableText(immutable), immutable, hint: replaceHint };
      if (this.#plan.dryRun || !(await this.#ports.mayReplace(name, immutable))) {
        this.#tell(item, name, 'failed', { problem });
        return false;
      }
      return this.#replace(item, name, live);
    }
    const hint = conflicts.length === 0 ? error.hint : '--force-conflicts takes them over; or leave them out of the manifest, and they stay as they are.';
    const message = conflicts.length === 0 ? error.message : 'others manage fields that the manifest sets otherwise';
    this.#tell(item, name, 'failed', { problem: { ...problemOf(error), message, hint, conflicts } });
    return finalCodes.has(error.code);
  }

  async #replace(item: ApplyItem, name: ObjectName, live: Json): Promise<boolean> {
    try {
      const made = await replacePod({ name, live, manifest: item.json }, this.#ports, this.#signal);
      const [before, after] = [cleanObject(live), cleanObject(made)];
      this.#tell(item, name, 'replaced', { changes: changedFields(before, after), versions: { before, after } });
      return this.#signal.aborted;
    } catch (error) {
      if (this.#signal.aborted && !isPodwrightError(error)) {
        this.#tell(item, name, 'unknown', { problem: interrupted });
        return true;
      }
      if (!isPodwrightError(error)) throw error;
      this.#tell(item, name, 'failed', { problem: problemOf(error) });
      return finalCodes.has(error.code);
    }
  }

  #tell(
    { place }: ApplyItem,
    name: ObjectName,
    outcome: ApplyOutcome,
    more: { readonly changes?: AppliedObject['changes']; readonly problem?: ApplyProblem; readonly versions?: Versions } = {},
  ): void {
    const done: AppliedObject = { object: name, place, outcome, changes: more.changes, problem: more.problem };
    this.#done.push(done);
    this.#ports.decided(done, more.versions);
  }
}

const replaceHint = 'With --replace the Pod is deleted and made anew.';

function immutableText(fields: readonly ImmutableField[]): string {
  const names = fields.map(({ path }) => path);
  return `${names.length === 1 ? 'a field that cannot be changed in a Pod' : `${names.length} fields that cannot be changed in a Pod`}: ${names.join(', ')}`;
}

const interrupted: ApplyProblem = {
  code: 'interrupted',
  message: 'interrupted while the server was asked: it may or may not be applied',
  hint: 'Apply it again: what is as it should be stays unchanged.',
  conflicts: [],
  immutable: [],
  exitCode: 130,
};

const dryProblem: ApplyProblem = {
  code: 'usage',
  message: 'its namespace or its kind is made in this same run, so that a dry run cannot check it',
  hint: undefined,
  conflicts: [],
  immutable: [],
  exitCode: 0,
};

function problemOf(error: PodwrightError): ApplyProblem {
  return { code: error.code, message: error.message, hint: error.hint, conflicts: [], immutable: [], exitCode: error.exitCode };
}

/** What the server's own answer says in detail. */
function causesOf(error: PodwrightError): readonly StatusCause[] {
  const { status } = error as PodwrightError & { readonly status?: { readonly causes?: readonly StatusCause[] } };
  return status?.causes ?? [];
}

function kindKey({ apiVersion, kind }: Pick<ObjectName, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}

/** The kinds that a CustomResourceDefinition defines. */
function definedKinds({ json }: ApplyItem, { kind }: ObjectName): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  const { group, names, versions } = object(object(JSON.parse(json))['spec']);
  return list(versions).map((version) => kindKey({ apiVersion: `${text(group)}/${text(object(version)['name'])}`, kind: text(object(names)['kind']) ?? '' }));
}

/** As it can be typed, with its namespace where it has one. */
export function placedText(name: ObjectName): string {
  return name.namespace === undefined ? objectText(name) : `${objectText(name)} in ${name.namespace}`;
}

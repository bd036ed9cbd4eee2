/**
 * Deletes Pods and workloads, or evicts Pods, and follows how they end. A Pod that holds out is diagnosed, with the one diagnosis that all else uses. What
 * the server refuses for one does not keep the others.
 */
import { budgetText, namedBudget } from '../core/change/budget-text.ts';
import type { DeleteOutcome } from '../core/change/delete-report.ts';
import type { StatusCause } from '../core/change/field-conflicts.ts';
import { type ObjectName, objectText } from '../core/change/object-name.ts';
import { terminationSteps, waitingText } from '../core/change/termination.ts';
import { diagnoseFacts } from '../core/diagnosis/diagnose-pod.ts';
import type { Finding } from '../core/diagnosis/finding.ts';
import { object, text } from '../core/json.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import type { CheckSource } from './check-source.ts';
import type { Clock } from './clock.ts';
import type { DiagnosisSource } from './diagnosis-source.ts';
import { orNothing } from './look-up.ts';
import type { ObjectActions } from './object-actions.ts';
import { PodDiagnosis } from './pod-diagnosis.ts';
import { podsGone } from './pod-end.ts';
import { sharedPods } from './shared-pods.ts';

/** A Pod that goes, with the containers that have a preStop hook. */
export interface GoingPod {
  readonly facts: PodFacts;
  readonly hooks: readonly string[];
}

export interface DeleteTarget {
  readonly name: ObjectName;
  readonly uid: string;
  /** Of a workload, what would make it anew, as it can be typed. */
  readonly owner: string | undefined;
  /** The Pod itself, or those of the workload. */
  readonly pods: readonly GoingPod[];
}

export interface DeletePlan {
  readonly targets: readonly DeleteTarget[];
  readonly evict: boolean;
  readonly graceSeconds: number | undefined;
  readonly cascade: 'background' | 'foreground' | 'orphan';
  readonly dryRun: boolean;
  /** undefined: do not wait until they have gone. */
  readonly waitMs: number | undefined;
}

export interface DeletePorts {
  readonly actions: ObjectActions;
  readonly pods: Pick<CheckSource, 'watchPods'>;
  readonly diagnosis: DiagnosisSource;
  readonly clock: Clock;
  /** What happens to a Pod or workload on its way: `pod/web-1`, and a sentence. */
  step(what: string, sentence: string): void;
  /** A Pod that holds out, and why. */
  stuck(pod: PodFacts, finding: Finding): void;
  /** The server has taken the request, or it has gone already. */
  requested(target: DeleteTarget): void;
  gone(target: DeleteTarget): void;
  refused(target: DeleteTarget, error: PodwrightError): void;
}

export interface DeletedTarget {
  readonly target: DeleteTarget;
  readonly outcome: Exclude<DeleteOutcome, 'not-found'>;
  /** Where it failed. */
  readonly problem: PodwrightError | undefined;
}

/** Beyond so many Pods their whole namespace is watched. */
const mostWatches = 8;
const mostTold = 20;
/** Of those that hold out, so many are looked into. */
const mostLookedInto = 5;
const lookAgainMs = 5000;
const tellAgainMs = 10_000;
const evictAgainMs = 5000;

export async function runDelete(plan: DeletePlan, ports: DeletePorts, signal: AbortSignal): Promise<readonly DeletedTarget[]> {
  const deadline = new AbortController();
  const limit = plan.waitMs === undefined ? undefined : setTimeout(() => deadline.abort(), plan.waitMs);
  try {
    return await new DeleteRun(plan, ports, signal, AbortSignal.any([signal, deadline.signal])).run();
  } finally {
    clearTimeout(limit);
  }
}

class DeleteRun {
  readonly #plan: DeletePlan;
  readonly #ports: DeletePorts;
  /** Of the person; `until` aborts also when the time is up. */
  readonly #signal: AbortSignal;
  readonly #until: AbortSignal;
  /** By UID, the Pods whose end is waited for. */
  readonly #ending = new Map<string, Ending>();
  readonly #pods: Pick<CheckSource, 'watchPods'>;
  /** So many at once are told of only in sum. */
  readonly #many: boolean;

  constructor(plan: DeletePlan, ports: DeletePorts, signal: AbortSignal, until: AbortSignal) {
    this.#plan = plan;
    this.#ports = ports;
    this.#signal = signal;
    this.#until = until;
    const count = plan.targets.reduce((sum, { pods }) => sum + pods.length, 0);
    this.#pods = count > mostWatches ? sharedPods(ports.pods, until) : ports.pods;
    this.#many = count > mostTold;
  }

  async run(): Promise<readonly DeletedTarget[]> {
    const over = new AbortController();
    // A look that fails takes nothing from the deletion.
    this.#lookAgain(AbortSignal.any([this.#until, over.signal])).catch(() => undefined);
    // Together, as they end on their own; evictions one after the other, as a budget lets them go.
    const done: DeletedTarget[] = [];
    if (this.#plan.evict) for (const target of this.#plan.targets) done.push(await this.#done(target));
    else done.push(...(await Promise.all(this.#plan.targets.map((target) => this.#done(target)))));
    over.abort();
    return done;
  }

  async #done(target: DeleteTarget): Promise<DeletedTarget> {
    try {
      return { target, outcome: await this.#delete(target), problem: undefined };
    } catch (error) {
      if (!isPodwrightError(error)) throw error;
      this.#ports.refused(target, error);
      return { target, outcome: 'failed', problem: error };
    }
  }

  async #delete(target: DeleteTarget): Promise<DeletedTarget['outcome']> {
    const { waitMs, dryRun, cascade } = this.#plan;
    if (this.#until.aborted) return 'not-tried';
    try {
      if (!(await this.#request(target))) return 'not-tried';
    } catch (error) {
      // The request may have arrived.
      if (!isPodwrightError(error) && this.#signal.aborted) return 'still-there';
      throw error;
    }
    this.#ports.requested(target);
    if (dryRun) return 'deleted';
    if (waitMs === undefined || cascade === 'orphan') return 'requested';
    try {
      if (!(await this.#ended(target))) return 'still-there';
    } catch (error) {
      if (!isPodwrightError(error)) throw error;
      throw new PodwrightError(error.code, `its deletion was asked for, and cannot be followed: ${error.message}`, {
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
    this.#ports.gone(target);
    return 'deleted';
  }

  /** Whether the server has taken it: false where a budget held it until the time was up. */
  async #request(target: DeleteTarget): Promise<boolean> {
    const { graceSeconds, cascade, dryRun, evict } = this.#plan;
    const options = { uid: target.uid, graceSeconds, dryRun, signal: this.#signal };
    try {
      if (evict) return await this.#evict(target, options);
      await this.#ports.actions.remove(target.name, { ...options, cascade });
    } catch (error) {
      if (!isPodwrightError(error)) throw error;
      if (error.code === 'not-found') return true;
      if (error.code === 'rejected' && /UID in (?:the )?precondition/.test(error.message)) {
        throw new PodwrightError('rejected', `${objectText(target.name)} is another one by now: it was deleted and made anew, and is left alone`, {
          cause: error,
        });
      }
      throw error;
    }
    return true;
  }

  async #evict(target: DeleteTarget, options: Parameters<ObjectActions['evict']>[1]): Promise<boolean> {
    let told: string | undefined;
    for (;;) {
      try {
        await this.#ports.actions.evict(target.name, options);
        return true;
      } catch (error) {
        if (!isPodwrightError(error) || error.code !== 'throttled') throw error;
        const why = await this.#budget(target, error);
        const { dryRun, waitMs } = this.#plan;
        if (waitMs === undefined || dryRun)
          throw new PodwrightError('rejected', `it may not be evicted now: ${why}`, { cause: error, hint: dryRun ? evictDryHint : evictHint });
        if (why !== told) this.#ports.step(objectText(target.name), `waiting: ${why}`);
        told = why;
        await this.#ports.clock.wait(evictAgainMs, this.#until);
        if (this.#until.aborted) return false;
      }
    }
  }

  async #budget({ name }: DeleteTarget, error: PodwrightError): Promise<string> {
    const { status } = error as PodwrightError & { readonly status?: { readonly causes?: readonly StatusCause[] } };
    const causes = status?.causes ?? [];
    const named = namedBudget(causes);
    const budgets = named === undefined ? undefined : await orNothing(this.#ports.actions.budgets(name.namespace ?? '', this.#signal), this.#signal);
    const budget = budgets?.find(({ metadata }) => text(object(metadata)['name']) === named);
    return budget === undefined ? (causes[0]?.message ?? error.message) : budgetText(budget);
  }

  /** Whether all its Pods, and the workload itself, have gone before the time was up. */
  async #ended(target: DeleteTarget): Promise<boolean> {
    const { name, pods } = target;
    for (const { facts, hooks } of pods) this.#ending.set(facts.uid, { hooks, seen: facts, told: false });
    const names = new Map(pods.map(({ facts }) => [facts.uid, facts.name]));
    const left = await podsGone(
      this.#pods,
      { namespace: name.namespace ?? '', pods: names },
      (uid, facts) => {
        const pod = this.#ending.get(uid);
        if (pod === undefined) return;
        const what = `pod/${pod.seen.name}`;
        if (facts === undefined) {
          this.#ending.delete(uid);
          if (name.kind !== 'Pod') this.#step(what, 'has gone');
          return;
        }
        for (const step of terminationSteps(pod.seen, facts, pod.hooks, this.#ports.clock.now())) this.#step(what, step);
        pod.seen = facts;
      },
      this.#until,
    );
    return left.size === 0 && (name.kind === 'Pod' || (await this.#workloadGone(target)));
  }

  #step(what: string, sentence: string): void {
    if (!this.#many) this.#ports.step(what, sentence);
  }

  async #workloadGone({ name, uid }: DeleteTarget): Promise<boolean> {
    while (!this.#until.aborted) {
      const found = await orNothing(this.#ports.actions.object(name, this.#until), this.#until).catch(() => undefined);
      if (this.#until.aborted) return false;
      if (found === undefined || object(found['metadata'])['uid'] !== uid) return true;
      await this.#ports.clock.wait(500, this.#until);
    }
    return false;
  }

  /** Says from time to time what is waited for, and once why a Pod holds out. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    let lastTold = this.#ports.clock.now();
    for (;;) {
      await this.#ports.clock.wait(lookAgainMs, signal);
      if (signal.aborted) return;
      const now = this.#ports.clock.now();
      const tell = now - lastTold >= tellAgainMs;
      if (tell) lastTold = now;
      if (tell && this.#many && this.#ending.size > 0) this.#ports.step(`${this.#ending.size} Pods`, 'are still ending');
      let looks = 0;
      for (const pod of this.#ending.values()) {
        const overdue = diagnoseFacts(pod.seen, now).some(({ code }) => code === 'terminating-overdue');
        if (!overdue && tell) this.#step(`pod/${pod.seen.name}`, waitingText(pod.seen, now));
        if (!overdue || pod.told || looks++ >= mostLookedInto) continue;
        const finding = await this.#whyOverdue(pod.seen, now, signal);
        if (signal.aborted) return;
        if (finding === undefined) continue;
        pod.told = true;
        this.#ports.stuck(pod.seen, finding);
      }
    }
  }

  async #whyOverdue(facts: PodFacts, now: number, signal: AbortSignal): Promise<Finding | undefined> {
    const diagnosis = new PodDiagnosis(this.#ports.diagnosis, now, signal);
    const events = await orNothing(this.#ports.diagnosis.events({ namespaces: [facts.namespace], pod: facts }, signal), signal);
    const found = await diagnosis.inFull({ facts, references: [], events });
    return found.find(({ code }) => code === 'terminating-overdue');
  }
}

interface Ending {
  readonly hooks: readonly string[];
  seen: PodFacts;
  /** Why it holds out was told. */
  told: boolean;
}

const evictHint = 'Leave out --wait=false to wait until the budget lets it go, or delete it without --evict, which asks no budget.';
const evictDryHint = 'Without --dry-run it is waited until the budget lets it go; a deletion without --evict asks no budget.';

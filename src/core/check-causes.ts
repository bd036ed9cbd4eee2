/** What a check failed for, each cause once: 23 Pods without their image are one annotation and one result, not 23. */
import type { CheckedPod, CheckedTarget, CheckReport } from './check-report.ts';
import { compareFindings, type Finding, type FindingCode, findingTitle } from './diagnosis/finding.ts';
import { causeKey } from './diagnosis/shared-causes.ts';

/** `not-reached`: nothing was found that holds a target up: too few Pods, a deadline that came first. */
type CheckCode = FindingCode | 'not-reached';

export interface CheckCause {
  readonly code: CheckCode;
  /** A few words: `image not found registry/x:1.2`. */
  readonly title: string;
  /** One plain sentence. */
  readonly message: string;
  readonly finding: Finding | undefined;
  /** Those that did not pass for it, each once. */
  readonly targets: readonly CheckedTarget[];
  /** Each once, as two targets may have the same; empty where it is the workload's own. */
  readonly pods: readonly CheckedPod[];
}

type What = Omit<CheckCause, 'targets' | 'pods'>;

/** The words for `not-reached`, as `findingCodes` has them for the others. */
export const notReachedTitle = 'did not get there';

/** The causes, worst first, then the most Pods. What passed and what was not decided when the check ended has none. */
export function checkCauses({ targets }: CheckReport): readonly CheckCause[] {
  const groups = new Map<string, { cause: What; targets: Set<CheckedTarget>; pods: Map<string, CheckedPod> }>();
  const add = (key: string, cause: What, target: CheckedTarget, pod?: CheckedPod): void => {
    const group = groups.get(key) ?? { cause, targets: new Set(), pods: new Map() };
    groups.set(key, group);
    group.targets.add(target);
    if (pod !== undefined) group.pods.set(pod.uid, pod);
  };
  for (const target of targets) {
    const failed = target.pods.filter(({ outcome }) => hasFailed(outcome));
    for (const pod of failed) {
      const [worst] = pod.findings;
      if (worst === undefined) add(['', target.namespace, target.target, pod.status].join('\n'), notReached(podMessage(pod)), target, pod);
      else add(causeKey(worst, pod.namespace, target.target), explained(worst), target, pod);
    }
    if (!hasFailed(target.outcome)) continue;
    const [own] = target.findings;
    if (own !== undefined) add(causeKey(own, target.namespace, target.target), explained(own), target);
    else if (failed.length === 0) add(['', target.namespace, target.target].join('\n'), notReached(targetMessage(target)), target);
  }
  return [...groups.values()]
    .map(({ cause, targets, pods }): CheckCause => ({ ...cause, targets: [...targets], pods: [...pods.values()] }))
    .toSorted((a, b) => compareCauses(a, b) || b.pods.length - a.pods.length);
}

/** Whether a target or Pod ended otherwise than it had to; what was not decided has not. */
export function hasFailed(outcome: CheckedTarget['outcome']): boolean {
  return outcome !== 'passed' && outcome !== 'unfinished';
}

/** Why a target did not pass, in one sentence. */
export function targetMessage({ target, waitedFor, outcome, message, wanted, reached }: CheckedTarget): string {
  return message ?? `${target} did not get ${waitedFor}${outcome === 'timed-out' ? ' in time' : ''}: ${reached} of ${wanted}.`;
}

/** Why a Pod did not pass, in one sentence. */
export function podMessage({ findings, status, readyContainers, containers }: CheckedPod): string {
  return findings[0]?.cause ?? `The Pod is ${status} with ${readyContainers} of ${containers} containers ready, and nothing was found that holds it up.`;
}

function explained(finding: Finding): What {
  return { code: finding.code, title: findingTitle(finding), message: finding.cause, finding };
}

function notReached(message: string): What {
  return { code: 'not-reached', title: notReachedTitle, message, finding: undefined };
}

function compareCauses({ finding: a }: CheckCause, { finding: b }: CheckCause): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareFindings(a, b);
}

/**
 * The public library: real Pods as a stream of facts, and what the core decides about them. docs/library.md tells of it.
 *
 * `podSource` watches one cluster or several, `explainPod` and `check` ask one; everything else is a pure function over PodFacts, with the time passed in.
 */
import { clusterPods } from './kube/cluster-pods.ts';
import { type KubeConfigFlags, openCluster } from './kube/kube-config.ts';
import { createTransport } from './kube/transport.ts';
import { mergeSources } from './service/merged-pods.ts';
import type { PodSource } from './service/pod-source.ts';

export { type CheckCall, type ClusterCall, check, type ExplainedPod, explainPod } from './cluster-calls.ts';
export { ageText, humanDuration } from './core/age.ts';
export type { CheckGoal } from './core/check/check-plan.ts';
export type { CheckedPod, CheckedTarget, CheckOutcome, CheckReport, LogTail, ManifestPlace } from './core/check-report.ts';
export { type ChainLink, type ChainMark, conditionChain, firstUnmetCondition, otherConditions } from './core/conditions.ts';
export { type ContainerSummary, containerSummaries, exitMeaning, type TerminationSummary } from './core/container-summaries.ts';
export { diagnoseController } from './core/diagnosis/controller.ts';
export { diagnosePod } from './core/diagnosis/diagnose-pod.ts';
export { type DiagnosisContext, type ReferenceFacts, referenceFacts } from './core/diagnosis/diagnosis-context.ts';
export { type Evidence, type Finding, type FindingClass, type FindingCode, findingCodes, type Severity, type Verdict } from './core/diagnosis/finding.ts';
export { type PodReference, podReferences, type ReferenceKind, type ReferenceUse } from './core/diagnosis/pod-references.ts';
export { type SharedCause, sharedCauses, type TroubledPod } from './core/diagnosis/shared-causes.ts';
export { type PodCounts, type WorkloadVerdict, workloadVerdict } from './core/diagnosis/workload-verdict.ts';
export { type EventFacts, eventFacts, sortEvents } from './core/event-facts.ts';
export { type InitProgress, type InitStep, initProgress, type StepState } from './core/init-progress.ts';
export { type LogNotice, logNoticeText } from './core/log-notice.ts';
export { type NodeFacts, nodeFacts } from './core/node-facts.ts';
export { type OwnerLink, ownerChain, ownerTarget } from './core/owner.ts';
export {
  type ConditionFacts,
  type ContainerFacts,
  type ContainerKind,
  type OwnerFacts,
  type PodFacts,
  type ProbeFacts,
  podFacts,
  type TerminationFacts,
  type VolumeFacts,
} from './core/pod-facts.ts';
export { compareTrouble, type Health, type PodHealth, podHealth } from './core/pod-health.ts';
export { type PodStatus, podStatus } from './core/pod-status.ts';
export { type PodSummary, summarizePods } from './core/pod-summary.ts';
export { type ErrorCode, exitCodes, PodwrightError } from './core/podwright-error.ts';
export { podTimeline } from './core/timeline/pod-timeline.ts';
export {
  type Percentiles,
  type PodWithTimeline,
  type StageStatistics,
  type StartUpStatistics,
  startUpStatistics,
} from './core/timeline/start-up-statistics.ts';
export { type Stage, type StageKind, type StageSource, type StageState, type StartUpOutcome, type Timeline } from './core/timeline/timeline.ts';
export { type PodStanding, podStanding, type WorkloadGeneration, workloadGeneration } from './core/workload-generation.ts';
export { type ContextSummary, type KubeConfigFlags, listContexts } from './kube/kube-config.ts';
export { type LogLine, type LogsCall, podLogs } from './log-calls.ts';
export type { EventBatch, Link, PodBatch, PodChange, PodRow, PodScope, PodSource, WatchOptions } from './service/pod-source.ts';

/**
 * The Pods of the clusters that these choices name, behind one stream; without a choice, of the kubeconfig's current context. Opens no
 * connection before a watch is asked for. Throws PodwrightError where there is no kubeconfig, it cannot be read, or it lacks the context.
 */
export function podSource(...choices: readonly KubeConfigFlags[]): PodSource {
  return mergeSources((choices.length === 0 ? [{}] : choices).map((choice) => clusterPods(createTransport(openCluster(choice)))));
}

/** What a Job or a CronJob says of itself: given up, being tried again, suspended, and runs that did not begin. */
import { humanDuration } from '../age.ts';
import type { EventFacts } from '../event-facts.ts';
import { count, millis, object, text } from '../json.ts';
import { isDone } from './diagnose-pod.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import { grace, overdue } from './grace.ts';
import { counted, eventEvidence, kubectl, sentence } from './wording.ts';
import { lookAtControllers, type WorkloadCase, workloadCondition, workloadEvidence } from './workload-case.ts';

/** The reasons of a failed Job that have a code of their own. Source: kubernetes/staging/src/k8s.io/api/batch/v1/types.go. */
const failures: Readonly<Record<string, FindingCode>> = { BackoffLimitExceeded: 'backoff-limit-exceeded', DeadlineExceeded: 'job-deadline-exceeded' };

export function jobFindings(workload: WorkloadCase): readonly Finding[] {
  if (isComplete(workload)) return [];
  const failed = jobFailed(workload);
  return failed.length > 0 ? failed : [...suspended(workload), ...notBegunYet(workload), ...tryingAgain(workload)];
}

export function isComplete(workload: WorkloadCase): boolean {
  return (workloadCondition(workload, 'Complete') ?? workloadCondition(workload, 'SuccessCriteriaMet')) !== undefined;
}

function jobFailed(workload: WorkloadCase): readonly Finding[] {
  const { generation, target, spec, status } = workload;
  const condition = workloadCondition(workload, 'Failed') ?? workloadCondition(workload, 'FailureTarget');
  if (condition === undefined) return [];
  const { reason, message, since } = condition;
  const code = failures[reason ?? ''] ?? 'job-failed';
  const causes: Partial<Record<FindingCode, string>> = {
    'backoff-limit-exceeded': `It was given up after ${triesText(count(status.failed))} (backoffLimit ${count(spec.backoffLimit) ?? 6}).`,
    'job-deadline-exceeded': `It was ended for running longer than its deadline of ${humanDuration(1000 * (count(spec.activeDeadlineSeconds) ?? 0))}.`,
  };
  return [
    finding(code, 'doomed', {
      subject: target,
      cause: causes[code] ?? sentence(`It failed${reason === undefined ? '' : ` (${reason})`}`, message),
      since,
      evidence: workloadEvidence(workload, condition),
      next: kubectl(generation.namespace, 'describe', target),
    }),
  ];
}

/** A Pod that restarts its containers by itself may be the only one, and no other has failed. */
function triesText(failed: number | undefined): string {
  return failed === undefined || failed === 0 ? 'its restarts' : counted(failed, 'failed Pod');
}

function suspended({ generation, target }: WorkloadCase): readonly Finding[] {
  if (!generation.paused) return [];
  const patch = '{"spec":{"suspend":false}}';
  return [
    finding('suspended', generation.kind === 'Job' ? 'waiting' : 'info', {
      subject: target,
      cause: generation.kind === 'Job' ? 'It is suspended: it has no Pods until it is resumed.' : 'It is suspended: it makes no Jobs until it is resumed.',
      evidence: [{ source: 'spec', path: 'spec.suspend', text: 'true' }],
      next: kubectl(generation.namespace, 'patch', target, '-p', patch),
    }),
  ];
}

/** No controller has taken it up: it may be left to one that is not there. */
function notBegunYet({ generation, target, metadata, spec, given }: WorkloadCase): readonly Finding[] {
  if (generation.observed) return [];
  const manager = text(spec.managedBy);
  const since = millis(metadata.creationTimestamp);
  return [
    finding('spec-not-observed', overdue(since, given.now, grace.config), {
      subject: target,
      cause: `${manager === undefined ? 'Its controller' : `The controller ${manager}, which it is left to,`} has not begun it.`,
      about: manager,
      since,
      evidence: manager === undefined ? [] : [{ source: 'spec', path: 'spec.managedBy', text: manager }],
      next: manager === undefined ? lookAtControllers : kubectl(generation.namespace, 'describe', target),
    }),
  ];
}

/** Pods of it have failed and it goes on: degraded while another try runs, else stuck. */
function tryingAgain(workload: WorkloadCase): readonly Finding[] {
  const { generation, target, spec, status, counted: pods } = workload;
  const failed = count(status.failed) ?? 0;
  if (failed === 0) return [];
  const runs = pods.some(({ facts, findings }) => facts.phase === 'Running' && !isDone(facts) && !findings.some(({ verdict }) => verdict === 'doomed'));
  const limit = spec.podFailurePolicy === undefined && spec.backoffLimitPerIndex === undefined ? (count(spec.backoffLimit) ?? 6) : undefined;
  const until = limit === undefined ? '' : ` It is given up when more than ${limit} have (backoffLimit).`;
  return [
    finding('job-retrying', runs ? 'degraded' : 'stuck', {
      subject: target,
      cause: `${counted(failed, 'Pod')} of it ${failed === 1 ? 'has' : 'have'} failed, and ${runs ? 'another try runs' : 'it is tried again'}.${until}`,
      evidence: [{ source: 'status', path: 'status.failed', text: String(failed) }],
      next: kubectl(generation.namespace, 'logs', target, '--all-pods'),
    }),
  ];
}

/** Events of a CronJob that began no Job. Source: kubernetes/pkg/controller/cronjob/cronjob_controllerv2.go. */
const notBegun: Readonly<Record<string, FindingCode>> = {
  MissSchedule: 'schedule-missed',
  TooManyMissedTimes: 'schedule-missed',
  JobAlreadyActive: 'schedule-missed',
  UnparseableSchedule: 'schedule-invalid',
  InvalidSchedule: 'schedule-invalid',
  UnknownTimeZone: 'schedule-invalid',
};

/** `newest`: when the newest Job was made; what was missed before is over. */
export function cronJobFindings(workload: WorkloadCase, newest: number | undefined): readonly Finding[] {
  const { generation, target, spec, given } = workload;
  const latest = new Map<FindingCode, EventFacts>();
  for (const event of given.events) {
    const code = event.regarding.kind === 'CronJob' ? notBegun[event.reason] : undefined;
    if (code === undefined || (event.lastAt ?? 0) <= (newest ?? 0)) continue;
    if ((event.lastAt ?? 0) >= (latest.get(code)?.lastAt ?? 0)) latest.set(code, event);
  }
  const runs = [...latest].map(([code, event]) => {
    const invalid = code === 'schedule-invalid';
    const schedule = `${text(spec.schedule) ?? ''}${text(spec.timeZone) === undefined ? '' : ` in ${text(spec.timeZone)}`}`;
    const cause = invalid
      ? sentence(`Its schedule ${schedule} cannot be kept`, event.message)
      : event.reason === 'JobAlreadyActive'
        ? 'A run was left out: the Job before still runs, and its concurrencyPolicy is Forbid.'
        : sentence('A run did not begin in time', event.message);
    return finding(code, invalid ? 'doomed' : 'stuck', {
      subject: target,
      cause,
      since: event.firstAt,
      evidence: eventEvidence(event),
      next: kubectl(generation.namespace, 'describe', target),
    });
  });
  return [...runs, ...suspended(workload)];
}

/** The newest of a CronJob's Jobs, with its kind, and when it was made. */
export function newestJob({ generation, given }: WorkloadCase): { readonly job: object; readonly madeAt: number | undefined } | undefined {
  const job = (given.revisions ?? []).find(
    (each) => text(object(object(each).metadata).uid) !== undefined && generation.pods.current.has(String(object(object(each).metadata).uid)),
  );
  if (job === undefined) return undefined;
  return { job: { ...object(job), kind: 'Job' }, madeAt: millis(object(object(job).metadata).creationTimestamp) };
}

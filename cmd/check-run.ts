/** The work of `check`: runs the plan on a cluster, tells how it goes, and prints how it ended. */
import type { CheckPlan } from '../src/core/check/check-plan.ts';
import type { CheckReport } from '../src/core/check-report.ts';
import { clusterCheck } from '../src/kube/cluster-check.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { checkJson } from '../src/report/check-json.ts';
import { checkText } from '../src/report/check-text.ts';
import { withoutCommands } from '../src/report/github.ts';
import { runCheck } from '../src/service/check-run.ts';
import { systemClock } from '../src/service/clock.ts';
import type { CheckRequest } from './check.ts';
import { checkProgress } from './check-progress.ts';
import { beginRecording } from './check-recording.ts';
import { inGithubActions, openReports } from './check-reports.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';

/** Where the result goes. */
type CheckOutputs = Pick<CheckRequest, 'json' | 'reports' | 'record'>;

/** Gives the exit code: 0 passed, 1 failed, 4 timed out, 5 lost to the infrastructure, 128 and the signal that interrupted it. */
export async function runCheckCommand(plan: CheckPlan, cluster: OpenCluster, request: CheckOutputs, io: CommandIo): Promise<number> {
  const reports = openReports(request.reports, io);
  try {
    const report = await watchedCheck(plan, cluster, request, io);
    print(report, request, io);
    return reports.write(report);
  } finally {
    reports.close();
    cluster.transport.close();
  }
}

/** Runs the check, tells how it goes, and records it where that is asked for. */
export async function watchedCheck(
  plan: CheckPlan,
  { transport, reader }: OpenCluster,
  { record }: Pick<CheckRequest, 'record'>,
  io: CommandIo,
): Promise<CheckReport> {
  const recording = record === undefined ? undefined : await beginRecording(record, plan, transport, io);
  const progress = checkProgress(plan, io);
  let recorded: string | undefined;
  let report: CheckReport;
  try {
    report = await runCheck({
      plan,
      source: clusterCheck(transport, recording?.wholes),
      diagnosis: clusterDiagnosis(transport),
      reader,
      clock: systemClock,
      signal: io.signal,
      progress(look, trouble, eventsProblem) {
        if (look.targets.length > 0) recording?.begun();
        recording?.link('Pod', trouble);
        if (eventsProblem !== undefined) recording?.link('Event', eventsProblem);
        progress.look(look, trouble, eventsProblem);
      },
    });
  } finally {
    progress.end();
    recorded = await recording?.end();
  }
  // The report is not to say another code than the process ends with.
  const exitCode = report.outcome === 'unfinished' ? (io.stopped?.() ?? report.exitCode) : report.exitCode;
  return { ...report, exitCode, recording: recorded };
}

/** What people or a program read on stdout. GitHub's runner reads it too, and is given nothing from the cluster that it would obey. */
function print(report: CheckReport, request: CheckOutputs, io: CommandIo): void {
  const text = request.json ? checkJson(report) : checkText(report, { unicode: io.unicode, color: io.color, now: report.endedAt });
  if (!inGithubActions(io)) io.stdout.write(text);
  // In JSON only `##[` can be one, within a string, where an escape is the same text.
  else io.stdout.write(request.json ? text.replaceAll('##[', '\\u0023#[') : withoutCommands(text));
}

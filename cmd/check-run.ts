/** The work of `check`: runs the plan on a cluster, tells how it goes, and prints how it ended. */
import type { CheckPlan } from '../src/core/check/check-plan.ts';
import type { CheckReport } from '../src/core/check-report.ts';
import { clusterCheck } from '../src/kube/cluster-check.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { checkJson } from '../src/report/check-json.ts';
import { checkText } from '../src/report/check-text.ts';
import { runCheck } from '../src/service/check-run.ts';
import { systemClock } from '../src/service/clock.ts';
import type { CheckRequest } from './check.ts';
import { checkProgress } from './check-progress.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';

/** Gives the exit code: 0 passed, 1 failed, 4 timed out, 5 lost to the infrastructure. */
export async function runCheckCommand(plan: CheckPlan, { transport, reader }: OpenCluster, request: CheckRequest, io: CommandIo): Promise<number> {
  const progress = checkProgress(plan, io);
  try {
    const report = await runCheck({
      plan,
      source: clusterCheck(transport),
      diagnosis: clusterDiagnosis(transport),
      reader,
      clock: systemClock,
      signal: io.signal,
      recording: undefined,
      progress: (look, trouble, eventsProblem) => progress.look(look, trouble, eventsProblem),
    });
    progress.end();
    writeReport(report, request, io);
    return report.exitCode;
  } finally {
    progress.end();
    transport.close();
  }
}

/** The one place where the report of a check is written. */
function writeReport(report: CheckReport, request: CheckRequest, io: CommandIo): void {
  io.stdout.write(request.json ? checkJson(report) : checkText(report, { unicode: io.unicode, color: io.color, now: report.endedAt }));
}

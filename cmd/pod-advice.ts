/** What lint says of Pods that are in a cluster, for the dashboard; its rules are loaded when a Pod is opened. */
import type { LintAdvice } from '../src/core/lint-report.ts';

export async function advise(pod: unknown): Promise<readonly LintAdvice[]> {
  const { podAdvice } = await import('../src/manifest/pod-advice.ts');
  return podAdvice(pod);
}

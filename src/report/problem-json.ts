/** A failure of ours as the JSON of the verbs holds it. */
import type { PodwrightError } from '../core/podwright-error.ts';

export function problemJson(problem: PodwrightError | undefined): object | null {
  return problem === undefined ? null : { code: problem.code, message: problem.message, hint: problem.hint ?? null };
}

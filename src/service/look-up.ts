/** Asking for what one can do without: a problem becomes a value, unless nobody waits for the answer any more. */
import { isPodwrightError, type PodwrightError } from '../core/podwright-error.ts';

/** The answer, or why there is none. Throws where the signal has aborted, and whatever else went wrong. */
export async function orProblem<Value>(asked: Promise<Value>, signal: AbortSignal): Promise<Value | PodwrightError> {
  try {
    return await asked;
  } catch (error) {
    signal.throwIfAborted();
    if (!isPodwrightError(error)) throw error;
    return error;
  }
}

/** The same where it does not matter why. */
export async function orNothing<Value>(asked: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  const answer = await orProblem(asked, signal);
  return isPodwrightError(answer) ? undefined : answer;
}

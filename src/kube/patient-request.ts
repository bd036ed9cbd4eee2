/**
 * Requests that may be made twice, made again while the API server is away. Only after it has answered once: a server that was never there is told at once.
 */
import { isPodwrightError, type PodwrightError } from '../core/podwright-error.ts';
import type { Clock } from '../service/clock.ts';
import { ApiError } from './api-failure.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** An API server of kubeadm that is killed is back after some fifteen seconds. */
const patienceMs = 90_000;
/** One that has just started refuses everybody for some seconds, until its RBAC informers are filled. */
const refusalGraceMs = 20_000;
const firstPauseMs = 250;
const longestPauseMs = 3000;

export interface Patience {
  readonly clock: Clock;
  /** Told when the server is away for the first time, and `undefined` when it is back. */
  readonly trouble: (problem: PodwrightError | undefined) => void;
}

export type PatientRequest = (request: ApiRequest & { readonly signal: AbortSignal }) => Promise<unknown>;

export function patientRequests(transport: Transport, { clock, trouble }: Patience): PatientRequest {
  let answered = false;
  return async (request) => {
    let lostAt: number | undefined;
    for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
      try {
        const answer = await transport.request(request);
        answered = true;
        if (lostAt !== undefined) trouble(undefined);
        return answer;
      } catch (error) {
        request.signal.throwIfAborted();
        if (!isPodwrightError(error)) throw error;
        const now = clock.now();
        if (!answered || !passes(error, lostAt === undefined ? undefined : now - lostAt)) {
          if (error instanceof ApiError) answered = true;
          throw error;
        }
        if (lostAt === undefined) trouble(error);
        lostAt ??= now;
        await clock.wait(pause, request.signal);
        request.signal.throwIfAborted();
      }
    }
  };
}

/** Whether another try may go better; `lostForMs` since the first that failed. */
function passes(error: PodwrightError, lostForMs: number | undefined): boolean {
  if (lostForMs !== undefined && lostForMs > patienceMs) return false;
  if (error.code === 'unreachable') return true;
  if (error instanceof ApiError && error.status.code >= 502 && error.status.code <= 504) return true;
  return lostForMs !== undefined && lostForMs < refusalGraceMs && (error.code === 'forbidden' || error.code === 'unauthorized' || error.code === 'server');
}

/**
 * Our own failures: what failed, on which object, and what to try.
 *
 * A broken Pod is data and never throws; this class is for a cluster that cannot be reached, a request that is refused and input that
 * cannot be read. The code decides the exit code, so that every command ends the same way for the same failure.
 */
export type ErrorCode =
  | 'usage' // a flag, a target or a selector that cannot be read
  | 'input' // a file that cannot be read
  | 'no-kubeconfig'
  | 'bad-kubeconfig'
  | 'unknown-context'
  | 'unreachable'
  | 'tls'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'rejected' // the server understood the request and refused it (400, 409, 422)
  | 'gone' // 410: the resourceVersion is too old
  | 'throttled'
  | 'server' // 5xx
  | 'protocol' // an answer that is not what the API promises
  | 'timeout'
  | 'interrupted';

/** Exit codes, the same for every command. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  cluster: 3,
  timeout: 4,
  infrastructure: 5,
  interrupted: 130,
} as const;

const exitCodeOf: Readonly<Record<ErrorCode, number>> = {
  usage: exitCodes.usage,
  input: exitCodes.usage,
  'unknown-context': exitCodes.usage,
  'no-kubeconfig': exitCodes.cluster,
  'bad-kubeconfig': exitCodes.cluster,
  unreachable: exitCodes.cluster,
  tls: exitCodes.cluster,
  unauthorized: exitCodes.cluster,
  forbidden: exitCodes.cluster,
  gone: exitCodes.cluster,
  throttled: exitCodes.cluster,
  server: exitCodes.cluster,
  protocol: exitCodes.cluster,
  'not-found': exitCodes.failed,
  rejected: exitCodes.failed,
  timeout: exitCodes.timeout,
  interrupted: exitCodes.interrupted,
};

export class PodwrightError extends Error {
  readonly code: ErrorCode;
  /** What to try, as one sentence or a command that can be pasted. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PodwrightError';
    this.code = code;
    this.hint = options.hint;
  }

  /** The exit code of a command that ends with this failure. */
  get exitCode(): number {
    return exitCodeOf[this.code];
  }
}

/** Whether a failure is one of ours. Told by its name and not by its class: the program and its dashboard are two bundles, each with a class of its own. */
export function isPodwrightError(error: unknown): error is PodwrightError {
  return error instanceof Error && error.name === 'PodwrightError';
}

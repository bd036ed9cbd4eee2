/** The port through which the log of a container is read. */

/** Which log, and from where on. */
export interface LogRequest {
  readonly container: string;
  /** The log of the run before the present one. */
  readonly previous: boolean;
  /** Goes on with what is written, until the container ends. */
  readonly follow: boolean;
  /** Only so many of the last lines. */
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339, in whole seconds: the API knows no others here (metav1.Time). */
  readonly sinceTime?: string;
}

export interface LogSource {
  /**
   * The bytes of the log as they come, each line with the time of its writing (RFC 3339 with nanoseconds) and a space in front. Leaving the loop ends the
   * reading. Throws PodwrightError: `rejected` where the container has no such log, `not-found` where there is no such Pod, `unreachable` where no answer begins
   * in time or it breaks off.
   */
  open(pod: { readonly namespace: string; readonly name: string }, request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
}

/** What a kubelet answers, with success, where the runtime has removed the log. */
export const lostLog = /^(unable to retrieve container logs for \S+|failed to try resolving symlinks in path "[^"]*": lstat \S+: no such file or directory)$/;

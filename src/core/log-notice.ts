/** What happens to logs that are read beside their lines: it goes to stderr, or between the lines of a pane. */
import type { TerminationFacts } from './pod-facts.ts';
import type { PodwrightError } from './podwright-error.ts';

interface OfPod {
  readonly namespace: string;
  readonly pod: string;
}

interface OfContainer extends OfPod {
  readonly container: string;
}

export type LogNotice =
  /** These containers have no such log, or none yet; `cause` says why. */
  | (OfPod & { readonly kind: 'waiting'; readonly containers: readonly string[]; readonly cause: string; readonly next: string | undefined })
  /** A Pod that was not there at the start; `replaces`: one of the same name has gone before. */
  | (OfPod & { readonly kind: 'joined'; readonly replaces: boolean })
  | (OfPod & { readonly kind: 'deleted' })
  | (OfContainer & { readonly kind: 'restarted'; readonly restarts: number; readonly exit: TerminationFacts | undefined })
  | (OfContainer & { readonly kind: 'ended'; readonly exit: TerminationFacts | undefined })
  /** Lines that were written cannot be had: of whole runs, or because the kubelet has rotated the log. */
  | (OfContainer & { readonly kind: 'gap'; readonly runs: number })
  /** The connection is lost, or the log of this one container cannot be read; it is tried again. */
  | { readonly kind: 'lost'; readonly of: OfContainer | undefined; readonly error: PodwrightError }
  | { readonly kind: 'resumed'; readonly of: OfContainer | undefined }
  /** This log is not read. */
  | (OfContainer & { readonly kind: 'failed'; readonly error: PodwrightError })
  /** What the server said in the place of lines. */
  | (OfContainer & { readonly kind: 'said'; readonly text: string })
  /** It has to wait until another log ends. */
  | (OfContainer & { readonly kind: 'queued'; readonly most: number });

/** In one sentence without an end, in which text from the cluster is as it is. */
export function logNoticeText(notice: LogNotice): string {
  switch (notice.kind) {
    case 'waiting':
      return `${notice.containers.join(', ')} of ${notice.pod}: ${notice.cause.replace(/\.$/, '')}`;
    case 'joined':
      return notice.replaces ? `${notice.pod} was replaced: the log of the new Pod follows` : `${notice.pod} joins`;
    case 'deleted':
      return `${notice.pod} was deleted`;
    case 'restarted':
      return `${named(notice)} was started again${endText(notice.exit, ' after it ')} (restart ${notice.restarts})`;
    case 'ended':
      return `${named(notice)}${endText(notice.exit, ' ') || ' has ended'}`;
    case 'gap':
      return notice.runs > 0
        ? `${named(notice)}: the log of ${notice.runs} ${notice.runs === 1 ? 'run' : 'runs'} in between is lost`
        : `${named(notice)}: lines may be missing here: the node no longer has them`;
    case 'lost':
      return notice.of === undefined ? `${notice.error.message}; reconnecting` : `${named(notice.of)}: ${notice.error.message}; trying again`;
    case 'resumed':
      return notice.of === undefined ? 'connected again' : `${named(notice.of)}: its log can be read again`;
    case 'failed':
      return `${named(notice)}: ${notice.error.message}`;
    case 'said':
      return `${named(notice)}: ${notice.text}`;
    case 'queued':
      return `${named(notice)} is not followed until another ends: ${notice.most} are (--max-log-requests)`;
  }
}

function named({ pod, container }: OfContainer): string {
  return `${container} of ${pod}`;
}

function endText(exit: TerminationFacts | undefined, before: string): string {
  if (exit === undefined) return '';
  const reason = exit.reason === undefined || exit.reason === 'Error' || exit.reason === 'Completed' ? '' : ` (${exit.reason})`;
  return exit.signal === 0 ? `${before}exited with ${exit.exitCode}${reason}` : `${before}was killed by signal ${exit.signal}${reason}`;
}

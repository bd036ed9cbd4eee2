/** DeleteReport: what became of each object that was to be deleted. Plain data; the text of errors is the cluster's as it is. */
import type { Finding } from '../diagnosis/finding.ts';
import type { PodwrightError } from '../podwright-error.ts';
import type { ObjectName } from './object-name.ts';

/**
 * `deleted` has gone, in a dry run as it would be; `requested` is under way and not waited for; `still-there` is under way and had not gone when the time was up or
 * it was interrupted; `failed` is refused, or could not be followed; `not-found` is not there; for `not-tried` nothing was asked of the server.
 */
export type DeleteOutcome = 'deleted' | 'requested' | 'still-there' | 'failed' | 'not-found' | 'not-tried';

export interface DeletedObject {
  readonly object: ObjectName;
  /** undefined where there is none. */
  readonly uid: string | undefined;
  /** The names of the Pods that a workload had; of a Pod its own. */
  readonly pods: readonly string[];
  readonly outcome: DeleteOutcome;
  readonly problem: PodwrightError | undefined;
  /** By the names of Pods that held out: what held them. */
  readonly findings: ReadonlyMap<string, Finding>;
}

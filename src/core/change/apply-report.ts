/** ApplyReport: what became of each object that was to be applied. Plain data; the text of errors is the cluster's as it is. */
import type { ManifestPlace } from '../check-report.ts';
import type { FieldChange } from './changed-fields.ts';
import type { FieldConflict } from './field-conflicts.ts';
import type { ImmutableField } from './immutable-fields.ts';
import type { ObjectName } from './object-name.ts';

/**
 * `created`, `changed`, `unchanged` and `replaced` (a Pod, deleted and made anew) are done, in a dry run as they would be; `failed` is refused;
 * `unknown` was under way when it was interrupted or could not be told in a dry run; `not-tried` comes after what ended the run.
 */
export type ApplyOutcome = 'created' | 'changed' | 'unchanged' | 'replaced' | 'failed' | 'unknown' | 'not-tried';

export interface AppliedObject {
  readonly object: ObjectName;
  readonly place: ManifestPlace;
  readonly outcome: ApplyOutcome;
  /** The fields that changed; values of Secrets are marks. undefined where it may not be told. */
  readonly changes: readonly FieldChange[] | undefined;
  readonly problem: ApplyProblem | undefined;
}

export interface ApplyProblem {
  /** A PodwrightError's. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly conflicts: readonly FieldConflict[];
  readonly immutable: readonly ImmutableField[];
  readonly exitCode: number;
}

/** Which fields of an object others manage, as the API server says it when it refuses a server-side apply. */

export interface FieldConflict {
  /** `spec.replicas`. */
  readonly field: string;
  /** Who manages it, as in `kubectl-client-side-apply`. */
  readonly manager: string;
}

/** A cause in a Status, as the API sends it. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** Source of the wording: conflictsStatusError in apiserver/pkg/endpoints/handlers/fieldmanager, printManager of structured-merge-diff's callers. */
export function fieldConflicts(causes: readonly StatusCause[]): readonly FieldConflict[] {
  return causes.flatMap(({ reason, message, field }) => {
    if (reason !== 'FieldManagerConflict') return [];
    const manager = /conflict with "([^"]*)"/.exec(message)?.[1] ?? message;
    return [{ field: field.replace(/^\./, ''), manager }];
  });
}

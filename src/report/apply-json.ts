/** What became of objects that were applied, for programs. The shape is stable: see docs/changing.md. */
import type { AppliedObject } from '../core/change/apply-report.ts';

/** Values of fields are left out: only which fields changed is told. `check` is the report of `check`, where that was asked for. */
export function applyJson(done: readonly AppliedObject[], dryRun: boolean, check: unknown): string {
  const results = done.map(({ object, place, outcome, changes, problem }) => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.namespace,
    name: object.name,
    file: place.file,
    line: place.line,
    outcome,
    changed: changes?.map(({ path }) => path),
    ...(problem === undefined
      ? {}
      : {
          problem: {
            code: problem.code,
            message: problem.message,
            hint: problem.hint,
            conflicts: problem.conflicts.length === 0 ? undefined : problem.conflicts,
            immutable: problem.immutable.length === 0 ? undefined : problem.immutable,
          },
        }),
  }));
  return `${JSON.stringify({ dryRun, results, ...(check === undefined ? {} : { check }) }, undefined, 2)}\n`;
}

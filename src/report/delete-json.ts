/** What became of objects that were deleted or evicted, for programs. The shape is stable: see docs/changing.md. */
import type { DeletedObject } from '../core/change/delete-report.ts';
import { jsonText } from './json-text.ts';
import { problemJson } from './problem-json.ts';
import { findingJson } from './why-json.ts';

export function deleteJson(done: readonly DeletedObject[], { dryRun, evict }: { readonly dryRun: boolean; readonly evict: boolean }): string {
  const results = done.map(({ object: { apiVersion, kind, namespace, name }, uid, pods, outcome, problem, findings }) => ({
    apiVersion,
    kind,
    namespace: namespace ?? null,
    name,
    uid: uid ?? null,
    pods,
    outcome,
    problem: problemJson(problem),
    findings: [...findings].map(([pod, finding]) => ({ pod, ...findingJson(finding) })),
  }));
  return `${jsonText({ dryRun, evict, results }, 2)}\n`;
}

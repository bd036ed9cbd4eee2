/** What `lint -o json` writes. The shape is documented in docs/lint.md and stable: fields may be added, never changed. */
import { type LintFinding, type LintReport, lintCounts } from '../core/lint-report.ts';
import { jsonText } from './json-text.ts';

export function lintJson({ findings, ignored, files, objects, fixed }: LintReport): string {
  const json = {
    podwrightLint: '1.0',
    counts: lintCounts(findings),
    ignored,
    files,
    objects,
    findings: findings.map(findingJson),
    ...(fixed !== undefined && { fixed: fixed.map(findingJson) }),
  };
  return `${jsonText(json, 2)}\n`;
}

function findingJson({ rule, severity, message, hint, object, path, place, endColumn, fix }: LintFinding): object {
  return {
    rule,
    severity,
    message,
    hint: hint ?? null,
    object: object ?? null,
    path,
    file: place.file,
    line: place.line,
    column: place.column,
    endColumn,
    fix:
      fix === undefined || fix.secret
        ? null
        : {
            description: fix.description,
            edits: fix.edits.map(({ start, end, text }) => ({ line: start.line, column: start.column, endLine: end.line, endColumn: end.column, text })),
          },
  };
}

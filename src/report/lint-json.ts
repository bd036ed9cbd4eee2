/** What `lint -o json` writes. The shape is documented in docs/lint.md and stable: fields may be added, never changed. */
import { type LintReport, lintCounts } from '../core/lint-report.ts';
import { jsonText } from './json-text.ts';

export function lintJson({ findings, ignored, files, objects }: LintReport): string {
  const json = {
    podwrightLint: '1.0',
    counts: lintCounts(findings),
    ignored,
    files,
    objects,
    findings: findings.map(({ rule, severity, message, hint, object, path, place, endColumn }) => ({
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
    })),
  };
  return `${jsonText(json, 2)}\n`;
}

/** Findings of a lint as JUnit XML: a suite a file, a case a finding that fails it, and one case for a file without any. */
import type { LintFinding, LintReport } from '../core/lint-report.ts';
import { escaped, written } from './junit.ts';

/** `fails` says which findings are failures; the others are cases that passed, with what was found in their output. */
export function lintJunit({ findings }: LintReport, files: readonly string[], fails: (finding: LintFinding) => boolean): string {
  const byFile = Map.groupBy(findings, ({ place }) => place.file);
  const suites = files.map((file) => {
    const found = byFile.get(file) ?? [];
    const failures = found.filter(fails).length;
    const counts = { tests: Math.max(1, found.length), failures, errors: 0, skipped: 0 };
    return { file, found, counts };
  });
  const sum = (of: (suite: (typeof suites)[number]) => number): number => suites.reduce((total, suite) => total + of(suite), 0);
  const total = { tests: sum(({ counts }) => counts.tests), failures: sum(({ counts }) => counts.failures), errors: 0, skipped: 0 };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${written({ name: 'podwright lint', ...total, time: '0.000' })}>`,
    ...suites.flatMap(({ file, found, counts }) => [
      `  <testsuite${written({ name: file, ...counts, time: '0.000' })}>`,
      ...(found.length === 0
        ? [`    <testcase${written({ name: 'no findings', classname: file, time: '0.000' })}/>`]
        : found.flatMap((finding) => caseLines(finding, fails))),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function caseLines(finding: LintFinding, fails: (finding: LintFinding) => boolean): readonly string[] {
  const { rule, severity, message, hint, object, path, place } = finding;
  const where = `${place.file}:${place.line}:${place.column}`;
  const text = escaped(
    [`${where} ${severity} ${rule}`, message, ...(hint === undefined ? [] : [hint]), ...(object === undefined ? [] : [`${object} ${path}`])].join('\n'),
  );
  const inner = fails(finding) ? `<failure${written({ message, type: rule })}>${text}</failure>` : `<system-out>${text}</system-out>`;
  return [
    `    <testcase${written({ name: `${rule} ${place.line}:${place.column}`, classname: place.file, time: '0.000' })}>`,
    `      ${inner}`,
    '    </testcase>',
  ];
}

/** Findings of a lint as SARIF 2.1.0, for code scanning. */
import type { LintFinding, LintFix, LintReport, LintSeverity } from '../core/lint-report.ts';
import { physicalLocation, type SarifRule, sarifLog } from './sarif.ts';
import { plainText } from './terminal-text.ts';

const levels: Readonly<Record<LintSeverity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** `rules` are all that there are, so that their numbers stay the same; `version` is the program's. */
export function lintSarif({ findings }: LintReport, rules: readonly SarifRule[], version: string): string {
  return sarifLog(
    rules,
    { executionSuccessful: true },
    findings.map((finding) => result(finding, rules)),
    version,
  );
}

function result({ rule, severity, message, hint, object, path, place, endColumn, fix }: LintFinding, rules: readonly SarifRule[]): object {
  const { region, ...location } = physicalLocation(place);
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levels[severity],
    message: { text: [message, ...(hint === undefined ? [] : [hint])].map(plainText).join('\n') },
    locations: [
      {
        physicalLocation: { ...location, region: { ...region, endColumn } },
        ...(object === undefined
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: plainText(path === '' ? object : `${object} ${path}`), kind: 'resource' }] }),
      },
    ],
    // Without the line, which moves with every edit above it.
    partialFingerprints: { 'podwrightLint/v1': [rule, object ?? '', path].map(plainText).join(' ') },
    ...(fix !== undefined && !fix.secret && { fixes: [sarifFix(fix, location.artifactLocation)] }),
  };
}

function sarifFix({ description, edits }: LintFix, artifactLocation: object): object {
  const replacements = edits.map(({ start, end, text }) => ({
    deletedRegion: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    insertedContent: { text },
  }));
  return { description: { text: plainText(description) }, artifactChanges: [{ artifactLocation, replacements }] };
}

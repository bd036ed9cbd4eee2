/** Findings of a lint for GitHub Actions, as annotations at their lines. */
import { type LintFinding, type LintReport, type LintSeverity, lintSeverities } from '../core/lint-report.ts';
import { annotationCommand, annotationPlace, mostAnnotations } from './github.ts';

const levels: Readonly<Record<LintSeverity, 'error' | 'warning' | 'notice'>> = { error: 'error', warning: 'warning', info: 'notice' };

/** GitHub shows so many of each level from a step; the last of them says how many more there are. */
export function lintGithub({ findings }: LintReport): string {
  return lintSeverities
    .flatMap((severity) => {
      const found = findings.filter((finding) => finding.severity === severity);
      const shown = found.length > mostAnnotations ? found.slice(0, mostAnnotations - 1) : found;
      const others = found.length - shown.length;
      return [
        ...shown.map(annotation),
        ...(others === 0 ? [] : [annotationCommand(levels[severity], { title: 'podwright lint' }, [`${others} more of severity ${severity}`])]),
      ];
    })
    .join('');
}

function annotation({ rule, severity, message, hint, place, endColumn }: LintFinding): string {
  const where = { ...annotationPlace(place), endColumn: String(endColumn) };
  return annotationCommand(levels[severity], { ...where, title: `podwright lint: ${rule}` }, [message, ...(hint === undefined ? [] : [hint])]);
}

/** What the rules of lint say of a Pod that is in a cluster: the same rules as for manifests, over what the API server has made of one. */

import { object } from '../core/json.ts';
import { type LintAdvice, lintSeverities } from '../core/lint-report.ts';
import { newestMinor } from './kubernetes-version.ts';
import { lintRules } from './lint-rules.ts';
import { pathText } from './manifest-tree.ts';
import { ManifestSet } from './rules/manifest-set.ts';
import { askRules } from './rules/rules.ts';

/** Worst first. A Pod that the server has taken has no errors. */
export function podAdvice(pod: unknown): readonly LintAdvice[] {
  return askRules({ kind: 'Pod', json: object(pod) }, new ManifestSet([], newestMinor))
    .map(({ rule, message, hint, path }): LintAdvice => ({ rule, severity: lintRules[rule].severity, message, hint, path: pathText(path) }))
    .filter(({ severity }) => severity !== 'error')
    .toSorted((a, b) => lintSeverities.indexOf(a.severity) - lintSeverities.indexOf(b.severity));
}

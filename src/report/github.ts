/** Reports for GitHub Actions: workflow commands that make annotations, of a check those of its causes; and text that the runner does not take for commands. */
import { type CheckCause, checkCauses } from '../core/check-causes.ts';
import type { CheckReport, ManifestPlace } from '../core/check-report.ts';
import { plainText } from './terminal-text.ts';
import { someNames } from './why-text.ts';

/** GitHub shows ten annotations of a level from a step, and drops the others. */
export const mostAnnotations = 10;
const mostPods = 5;

/** One `::error` a cause, at the place in a manifest where a target of it was read. Empty where nothing failed. */
export function githubAnnotations(report: CheckReport): string {
  const causes = checkCauses(report);
  const shown = causes.length > mostAnnotations ? causes.slice(0, mostAnnotations - 1) : causes;
  const others = causes.slice(shown.length);
  return [
    ...shown.map(annotation),
    ...(others.length === 0
      ? []
      : [annotationCommand('error', { title: 'podwright check' }, [`${others.length} more causes:`, ...others.map(({ title }) => title)])]),
  ].join('');
}

function annotation(cause: CheckCause): string {
  const place = cause.targets.find((target) => target.place !== undefined)?.place;
  const where = place && annotationPlace(place);
  const next = cause.finding?.next;
  return annotationCommand('error', { ...where, title: `podwright check: ${cause.title}` }, [
    cause.message,
    about(cause),
    ...(next === undefined ? [] : [`Try: ${next}`]),
  ]);
}

/** Where an annotation stands: the runner knows files by their paths in the repository. */
export function annotationPlace({ file, line, column }: ManifestPlace): Readonly<Record<string, string>> {
  return { file: file.replace(/^\.\//, ''), line: String(line), col: String(column) };
}

/** Which Pods, or of a workload without them which target: `shop/web-1, shop/web-2 and 21 more`. */
function about({ targets, pods }: CheckCause): string {
  const names =
    pods.length > 0 ? pods.map(({ namespace, name }) => `${namespace}/${name}`) : targets.map(({ namespace, target }) => `${target} in ${namespace}`);
  return someNames(names, mostPods);
}

/** A workflow command: text from a cluster or a file ends neither its line nor a property. */
export function annotationCommand(level: 'error' | 'warning' | 'notice', properties: Readonly<Record<string, string>>, lines: readonly string[]): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escaped(plainText(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
  return `::${level} ${written.join(',')}::${escaped(lines.map(plainText).join('\n'))}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * Lines that may hold text from a cluster, as a log does, so that the runner obeys none of them: `::stop-commands::x` in a log would silence every
 * later command of the step. It takes `::` for one at the start of a line, after blanks, and the older `##[` anywhere. Colours stay, as the
 * text is ours but for what went through `plainText`.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^((?:[^\S\n\r\u2028\u2029]|\x85)*:):/gm, '$1 :').replaceAll('##[', '## [');
}

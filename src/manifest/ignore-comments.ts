/** Comments that ask lint to leave a finding out: `# podwright: ignore RULE reason`, on the line of the finding or alone on the one above. */
import type { SourceText } from './source-text.ts';

const comment = /#\s*podwright:\s*ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)/;

/** The rules whose findings on this line are not wanted. */
export function ignoredRules(source: SourceText, line: number): ReadonlySet<string> {
  const own = comment.exec(source.line(line));
  const above =
    line > 1 &&
    source
      .line(line - 1)
      .trimStart()
      .startsWith('#')
      ? comment.exec(source.line(line - 1))
      : null;
  return new Set([own, above].flatMap((match) => (match?.[1] ?? '').split(',').map((rule) => rule.trim())));
}

/** Findings of a lint for people: place, rule and message, then the lines of the file with a caret under what is meant. */
import { counted, listed } from '../core/diagnosis/wording.ts';
import { type LintFinding, type LintReport, type LintSeverity, lintCounts, lintSeverities } from '../core/lint-report.ts';
import { type Style, styleOf } from './style.ts';
import { plainText } from './terminal-text.ts';

/** Of a line of the file that is shown. */
const widest = 160;

export function lintText(report: LintReport, color: boolean): string {
  const style = styleOf(color);
  const fixed = (report.fixed ?? []).map((finding) => fixedLine(finding, style));
  return [
    ...fixed,
    ...(fixed.length > 0 && report.findings.length > 0 ? [''] : []),
    ...report.findings.flatMap((finding) => findingLines(finding, style)),
    summary(report, style),
    '',
  ].join('\n');
}

function fixedLine({ rule, place, object, fix }: LintFinding, style: Style): string {
  const of = object === undefined ? '' : style.dim(`   ${plainText(object)}`);
  return `${where(place, style)}  ${style.green('fixed')}  ${rule}   ${plainText(fix?.description ?? '')}${of}`;
}

function where({ file, line, column }: LintFinding['place'], style: Style): string {
  return style.bold(`${plainText(file)}:${line}:${column}`);
}

function findingLines(finding: LintFinding, style: Style): readonly string[] {
  const { rule, severity, message, hint, place, object } = finding;
  const of = object === undefined ? '' : style.dim(`   ${plainText(object)}`);
  return [
    `${where(place, style)}  ${paint(style, severity)(severity)}  ${rule}   ${plainText(message)}${of}`,
    ...excerptLines(finding, style),
    ...(hint === undefined ? [] : [`   ${style.dim('try')} ${plainText(hint)}`]),
    '',
  ];
}

function excerptLines({ excerpt, place, endColumn, severity }: LintFinding, style: Style): readonly string[] {
  const { firstLine, lines } = excerpt;
  const digits = String(firstLine + lines.length - 1).length;
  // Of a long line, the part around the caret.
  const cut = place.column > widest ? place.column - widest / 2 : 0;
  const shown = lines.map((line, index) => {
    const number = firstLine + index;
    const text = plainText(line.slice(cut, cut + widest)).trimEnd();
    const mark = number === place.line ? '>' : ' ';
    return `${style.dim(` ${mark} ${String(number).padStart(digits)} |`)} ${number === place.line ? text : style.dim(text)}`.trimEnd();
  });
  const line = (lines.at(-1) ?? '').slice(cut, cut + widest);
  // What stands before the caret is as wide as it is drawn: what is not drawn takes no room.
  const indent = [...plainText(line.slice(0, place.column - 1 - cut))].length;
  const length = Math.max(1, [...plainText(line.slice(place.column - 1 - cut, endColumn - 1 - cut))].length);
  return [...shown, `${style.dim(`   ${' '.repeat(digits)} |`)} ${' '.repeat(indent)}${paint(style, severity)('^'.repeat(length))}`];
}

/** `2 errors and 1 warning in 3 objects of 2 files`. */
function summary({ findings, ignored, files, objects, fixed }: LintReport, style: Style): string {
  const counts = lintCounts(findings);
  const parts = lintSeverities.filter((severity) => counts[severity] > 0).map((severity) => paint(style, severity)(counted(counts[severity], severity)));
  const found = parts.length === 0 ? style.green('nothing found') : listed(parts);
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  const aside = [
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
    ...(fixed !== undefined && fixed.length > 0 ? [`${fixed.length} fixed`] : []),
    ...(fixable > 0 ? [`--fix mends ${fixable === findings.length ? (fixable === 1 ? 'it' : 'all') : `${fixable} of them`}`] : []),
  ];
  return `${found} in ${counted(objects, 'object')} of ${counted(files, 'file')}${aside.length > 0 ? ` (${aside.join(', ')})` : ''}`;
}

function paint(style: Style, severity: LintSeverity): (text: string) => string {
  return { error: style.red, warning: style.yellow, info: style.blue }[severity];
}

/**
 * Mends what lint has found and is certain about: in rounds, as one fix uncovers another, until nothing is left. What was accepted is never refused after it:
 * fixes that would do that are left out, whatever the reason. Pure.
 */
import type { LintFinding, LintFix, LintReport, TextEdit } from '../core/lint-report.ts';
import { type LintInput, type LintTarget, verdicts } from './lint.ts';

export interface FixedText {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface FixedManifests {
  /** What is left, with what was fixed. */
  readonly report: LintReport;
  /** Those that have changed. */
  readonly texts: readonly FixedText[];
}

/** Fixes lie within each other some levels deep at most; what would be left after so many rounds is told. */
const mostRounds = 10;
/** Of what is read again in all rounds, so that a large text takes a few times as long as its lint. */
const mostCharacters = 20 * 2 ** 20;

/** `lint` says what is to be mended: findings that are of no interest have no fix. */
export function fixManifests(
  inputs: readonly LintInput[],
  lint: (inputs: readonly LintInput[]) => LintReport,
  targetOf?: (file: string) => LintTarget | undefined,
): FixedManifests {
  const now = new Map(inputs.map((input) => [input.file, input]));
  const fixed: LintFinding[] = [];
  const changed = new Map<string, FixedText>();
  const size = inputs.reduce((sum, { bytes }) => sum + bytes.length, 1);
  const rounds = Math.max(3, Math.min(mostRounds, Math.floor(mostCharacters / size)));
  let report = lint(inputs);
  for (let round = 0; round < rounds; round++) {
    let any = false;
    for (const [file, findings] of Map.groupBy(report.findings.filter(hasFix), ({ place }) => place.file)) {
      const input = now.get(file);
      if (input === undefined) continue;
      const text = textOf(input.bytes);
      const taken = acceptable(text, withoutOverlaps(findings), targetOf?.(file));
      if (taken.length === 0) continue;
      any = true;
      fixed.push(...taken);
      const after = fixedText(text, taken);
      changed.set(file, { file, before: changed.get(file)?.before ?? text, after });
      now.set(file, { ...input, bytes: Buffer.from(after) });
    }
    if (!any) break;
    report = lint([...now.values()]);
  }
  return { report: { ...report, fixed: inOrder(fixed, inputs) }, texts: [...changed.values()].filter(({ before, after }) => before !== after) };
}

interface Fixable extends LintFinding {
  readonly fix: LintFix;
}

function hasFix(finding: LintFinding): finding is Fixable {
  return finding.fix !== undefined;
}

/** What has a fix is UTF-8, and keeps its mark of order. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The first of those that change the same part of the text; the others come in the next round. The same fix of several findings is all of theirs. */
function withoutOverlaps(findings: readonly Fixable[]): readonly Fixable[] {
  const taken: TextEdit[] = [];
  const known = new Set<string>();
  return findings.filter(({ fix }) => {
    const key = JSON.stringify(fix.edits);
    if (known.has(key)) return true;
    if (fix.edits.some((edit) => taken.some((other) => overlaps(edit, other)))) return false;
    known.add(key);
    taken.push(...fix.edits);
    return true;
  });
}

/** What is put in at one place stands one behind the other. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  const [length, other] = [a, b].map(({ start, end }) => end.offset - start.offset);
  if (a.start.offset === b.start.offset) return length !== 0 || other !== 0;
  return a.start.offset < b.end.offset && b.start.offset < a.end.offset;
}

/** Of a text with fixes that do not hold, after which the others have to wait for another run; fewer of a large one, which is read for each. */
const mostTries = 100;

/** The fixes after which nothing is worse than it was: all of them, or those that are left when halves are tried by themselves. */
function acceptable(text: string, fixes: readonly Fixable[], target: LintTarget | undefined): readonly Fixable[] {
  const before = verdicts(Buffer.from(text), target);
  let tries = Math.min(mostTries, Math.ceil(mostCharacters / text.length));
  const grown = (chosen: readonly Fixable[], more: readonly Fixable[]): readonly Fixable[] => {
    if (more.length === 0 || tries-- <= 0) return chosen;
    const all = [...chosen, ...more];
    if (isNoWorse(before, verdicts(Buffer.from(fixedText(text, all)), target))) return all;
    if (more.length === 1) return chosen;
    const half = more.length >> 1;
    return grown(grown(chosen, more.slice(0, half)), more.slice(half));
  };
  return grown([], fixes);
}

function isNoWorse(before: readonly number[], after: readonly number[]): boolean {
  return before.length === after.length && after.every((verdict, index) => verdict <= (before[index] ?? 0));
}

function fixedText(text: string, fixes: readonly Fixable[]): string {
  const edits = [...new Map(fixes.map(({ fix }) => [JSON.stringify(fix.edits), fix.edits])).values()].flat();
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: put } of edits.toSorted((a, b) => a.start.offset - b.start.offset || a.end.offset - b.end.offset)) {
    parts.push(text.slice(at, start.offset), put);
    at = end.offset;
  }
  return parts.join('') + text.slice(at);
}

function inOrder(fixed: readonly LintFinding[], inputs: readonly LintInput[]): readonly LintFinding[] {
  const order = new Map(inputs.map(({ file }, index) => [file, index]));
  return fixed.toSorted(
    (a, b) => (order.get(a.place.file) ?? 0) - (order.get(b.place.file) ?? 0) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}

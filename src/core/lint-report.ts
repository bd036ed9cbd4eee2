/**
 * LintReport: what was found wrong with manifests, and where, from which all reports of a lint are made. Plain data.
 *
 * Messages and excerpts hold the text of the files as it is: whoever writes them out strips or escapes what the format cannot hold.
 */
import type { ManifestPlace } from './check-report.ts';

/** `error`: the API server refuses it, or it cannot work. `warning`: it is taken, and goes wrong sooner or later. `info`: worth knowing. */
export type LintSeverity = 'error' | 'warning' | 'info';

/** Worst first. */
export const lintSeverities = ['error', 'warning', 'info'] as const satisfies readonly LintSeverity[];

/** The lines around a finding, as they are in the file. */
export interface SourceExcerpt {
  /** The number of the first of them, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/** What a rule says of an object, whether it comes from a file or from a cluster. */
export interface LintAdvice {
  /** A stable id, such as `unknown-field`. */
  readonly rule: string;
  readonly severity: LintSeverity;
  /** One plain sentence: what is wrong. */
  readonly message: string;
  /** What to do about it, where that can be said. */
  readonly hint: string | undefined;
  /** The field, as `kubectl explain` writes it: `spec.containers[0].image`. Empty for the object as a whole. */
  readonly path: string;
}

/** A place between two characters; lines and columns count from 1, offsets from 0, the last two in UTF-16 units. */
interface TextPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** What stands from `start` up to `end` is replaced by the text. */
export interface TextEdit {
  readonly start: TextPlace;
  readonly end: TextPlace;
  readonly text: string;
}

/** What mends a finding for certain, and leaves everything else of the file as it is. */
export interface LintFix {
  /** What it does, as an order without its full stop: `Write image in place of imag`. */
  readonly description: string;
  /** In the order of the text; no two of them overlap. */
  readonly edits: readonly TextEdit[];
  /** What is put in may be a secret, and is not to be shown. */
  readonly secret: boolean;
}

export interface LintFinding extends LintAdvice {
  /** `Deployment shop/web`, or undefined where the text is no object yet. */
  readonly object: string | undefined;
  readonly place: ManifestPlace;
  /** The first column after what is meant, on the same line. */
  readonly endColumn: number;
  readonly excerpt: SourceExcerpt;
  /** undefined where it takes somebody who knows what was meant. */
  readonly fix: LintFix | undefined;
}

export interface LintReport {
  /** By file in the order of the command line, then by place. */
  readonly findings: readonly LintFinding[];
  /** Findings that comments in the files ask to leave out. */
  readonly ignored: number;
  readonly files: number;
  /** Files that were named themselves, and in which there is nothing at all. */
  readonly empty: readonly string[];
  /** Kinds of objects that have rules in CEL besides, which were not evaluated. */
  readonly unevaluated: readonly string[];
  /** Objects that were looked at; those of kinds that make no Pods are not counted. */
  readonly objects: number;
  /** What `--fix` has mended, or would; not among the findings any more. */
  readonly fixed?: readonly LintFinding[];
}

/** How many findings there are of each severity. */
export function lintCounts(findings: readonly LintFinding[]): Readonly<Record<LintSeverity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

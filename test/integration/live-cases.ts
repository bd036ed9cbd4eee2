/** The manifests that `lint --live` and the API server are asked about: those of live-corpus, and mutants of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { LintFinding } from '../../src/core/lint-report.ts';
import { mutants } from './lint-mutants.ts';

export interface LiveCase {
  readonly what: string;
  readonly object: Record<string, unknown>;
}

/** A file of the corpus, in which the definition is of a group of the run. */
export function liveCorpus(file: string, group: string): string {
  return readFileSync(join(import.meta.dirname, 'live-corpus', file), 'utf8').replaceAll('GROUP', group);
}

/** Of each object itself and as many mutants; always the same for the same numbers, whatever the group. */
export function* liveCases(file: string, group: string, count: number, seed = 1): Generator<LiveCase> {
  for (const [index, document] of parseAllDocuments(liveCorpus(file, group), { version: '1.1' }).entries()) {
    const object = document.toJS() as Record<string, unknown>;
    const what = `${String(object['kind'])} ${index}`;
    yield { what, object };
    for (const mutant of mutants(object, count, seed + index)) yield { what: `${what}: ${mutant.what}`, object: mutant.object };
  }
}

/** Of each custom resource so many mutants are kept, with the server's verdicts in the file. */
export const keptMutants = 500;

export function firstError(findings: readonly LintFinding[]): string | undefined {
  const error = findings.find(({ severity }) => severity === 'error');
  return error && `${error.rule}: ${error.message} (${error.path})`;
}

/** The server's verdicts of 1.36 on the custom resources, a letter each: `r` refused, `t` taken. Written by the test on the cluster. */
export const liveVerdictsFile = join(import.meta.dirname, 'live-verdicts.txt');

/** The manifests that lint and the API server are asked about: those of lint-corpus, and mutants of its valid ones. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { lintManifests } from '../../src/manifest/lint.ts';
import { mutants } from './lint-mutants.ts';
import { textMutants } from './text-mutants.ts';

export interface LintCase {
  readonly what: string;
  readonly kind: string;
  readonly yaml: string;
  /** It was made of one that is valid. */
  readonly isMutant: boolean;
}

const corpus = join(import.meta.dirname, 'lint-corpus');
/** Of these the text is changed as well: block style, as people write it. */
const typedFiles = ['yaml.yaml'];
const mutated = ['pods.yaml', 'volumes.yaml', 'workloads.yaml'];

/** Always the same for the same numbers: `count` mutants of each object, four times as many of the first, which has the most to break. */
export function lintCases(count = 98, seed = 1): readonly LintCase[] {
  const written = readdirSync(corpus).toSorted().flatMap(documents);
  const changed = mutated.flatMap((file) =>
    parseAllDocuments(readFileSync(join(corpus, file), 'utf8'), { version: '1.1' }).flatMap((document, index) => {
      const object = document.toJS() as Record<string, unknown>;
      const kind = String(object['kind']);
      const many = file === 'pods.yaml' && index === 0 ? count * 4 : count;
      return [...mutants(object, many, seed + index)].map((mutant): LintCase => {
        return { what: `${kind}: ${mutant.what}`, kind, yaml: stringify(mutant.object, { version: '1.1', lineWidth: 0 }), isMutant: true };
      });
    }),
  );
  const typed = written.filter(({ what }) => typedFiles.some((file) => what.startsWith(file)));
  const slipped = typed.flatMap((one, index) =>
    [...textMutants(one.yaml, count / 2, seed + index)].map(
      ({ what, text }): LintCase => ({ what: `${one.what}: ${what}`, kind: one.kind, yaml: text, isMutant: true }),
    ),
  );
  return [...written, ...changed, ...slipped];
}

function documents(file: string): readonly LintCase[] {
  const text = readFileSync(join(corpus, file), 'utf8');
  return text.split(/^---\n/m).map((yaml, index) => ({ what: `${file} ${index}`, kind: /^kind: *['"]?(\w+)/m.exec(yaml)?.[1] ?? '', yaml, isMutant: false }));
}

/** The first error that lint finds, or undefined where it finds none. */
export function firstLintError(yaml: string): string | undefined {
  const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(yaml), named: true }]);
  const error = findings.find(({ severity }) => severity === 'error');
  return error && `${error.rule}: ${error.message} (${error.path})`;
}

/** The server's verdicts of 1.36, a letter each in the order of the cases: `r` refused, `t` taken. Written by the test on the cluster. */
export const verdictsFile = join(import.meta.dirname, 'lint-verdicts.txt');

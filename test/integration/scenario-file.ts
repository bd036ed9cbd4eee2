/**
 * Reads a folder of scenarios: one YAML file each, whose first comment lines say what is to come of it, and whose documents are the objects to create, in
 * their order, and then the steps: documents with a `then`, which says what is done with the rest of them.
 *
 * Texts in them stand for what only the cluster knows: `$NAMESPACE`, `$WORKER`, `$CONTROL_PLANE`, `$CPUS` (what the control plane may give away), `$POD_UID`
 * (of the Pod that bears the scenario's name) and `$NOW`; `$REGISTRY` and `$TLS_REGISTRY` for the addresses of ./scenario-registry.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

/**
 * `refused`: ask, without creating it, until the server refuses the object, as what refuses it may take a moment to be heard of. `await`: until there is such an
 * object whose JSON holds the text of `shows`.
 */
const verbs = ['create', 'patch', 'patch status', 'patch resize', 'refused', 'await'] as const;

export interface Step {
  readonly verb: (typeof verbs)[number];
  readonly object: KubernetesObject;
  readonly shows: string;
}

/** What is to be found, and words of its cause. */
export interface WantedFinding {
  readonly code: string;
  readonly verdict: string;
  readonly words: string;
  /** Before any grace has passed. */
  readonly atOnce: boolean;
}

export interface ScenarioFile {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  readonly steps: readonly Step[];
  /** In whose place the test writes a status or an Event; undefined where all that happens is the cluster's own doing. */
  readonly written: string | undefined;
  /** An extended resource of which the worker has one while the scenario runs. */
  readonly advertised: string | undefined;
  /** A manifest is all it takes, besides the registry. */
  readonly plain: boolean;
  /** The values of all its comment lines `# KEY: VALUE`. */
  told(key: string): readonly string[];
}

export function scenarioFiles(folder: string): readonly ScenarioFile[] {
  const directory = join(import.meta.dirname, folder);
  return readdirSync(directory).map((file) => scenarioFile(file, readFileSync(join(directory, file), 'utf8')));
}

function scenarioFile(file: string, text: string): ScenarioFile {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject & { readonly then?: string; readonly shows?: string });
  const told = (key: string): readonly string[] => [...text.matchAll(new RegExp(`^# ${key}: (.+)$`, 'gm'))].map(([, value = '']) => value);
  const [written] = told('written');
  const [advertised] = told('advertised');
  return {
    name: file.replace(/\.yaml$/, ''),
    objects: documents.filter(({ then }) => then === undefined),
    steps: documents.flatMap(({ then, shows = '', ...object }): readonly Step[] => {
      const verb = verbs.find((each) => each === then);
      if (then !== undefined && verb === undefined) throw new Error(`${file}: there is no step "${then}" but ${verbs.join(', ')}`);
      return verb === undefined ? [] : [{ verb, object, shows }];
    }),
    written,
    advertised,
    plain: advertised === undefined && !documents.some(({ then }) => then !== undefined) && !/\$(?!REGISTRY|TLS_REGISTRY)[A-Z]/.test(text),
    told,
  };
}

/** The objects with the texts that these names stand for; what has no name among them stays. */
export function withNames(objects: readonly KubernetesObject[], names: Readonly<Record<string, string>>): readonly KubernetesObject[] {
  const text = JSON.stringify(objects).replaceAll(/\$([A-Z_]+)/g, (whole, name: string) => names[name] ?? whole);
  return JSON.parse(text) as readonly KubernetesObject[];
}

/** Reads `CODE VERDICT: words`, the words as often as not. */
export function wantedFinding(file: ScenarioFile, text: string | undefined, atOnce = false): WantedFinding {
  const [, code, verdict, words = ''] = /^(\S+) (\w+)(?:: (.+))?$/.exec(text ?? '') ?? [];
  if (code === undefined || verdict === undefined) throw new Error(`${file.name} does not say what is to be found: # finding: CODE VERDICT`);
  return { code, verdict, words, atOnce };
}

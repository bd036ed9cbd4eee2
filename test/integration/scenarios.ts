/**
 * The scenarios: manifests of Pods that do one thing each, most of them something that goes wrong. A file says in its first comment lines what it
 * shows, and which statuses that last or come again its Pod goes through: `# statuses: Error -> CrashLoopBackOff`, with `(delete)` or `(evict)`
 * where that is done to the Pod on the way, and `A|B` where the kubelet may report either;
 * `# bound: directly` where it is put on a node without asking the scheduler; and what the diagnosis finds once all graces have passed, with words of its
 * cause: `# finding: out-of-memory doomed: 16Mi`, or `none`; `# finding at once:` where it is to be seen before any grace has passed.
 * `$REGISTRY` and `$TLS_REGISTRY` stand for the addresses of ./scenario-registry.ts; what pulls from them is bound directly, to the registry's node.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface Scenario {
  readonly name: string;
  /** What the file's objects are, in the order they are created; the Pod bears the scenario's name. */
  readonly objects: readonly { readonly kind: string }[];
  /** Put on a node without asking the scheduler. */
  readonly bound: boolean;
  /** What is done to the Pod on the way, and its statuses before and after that. */
  readonly action: 'delete' | 'evict' | undefined;
  readonly statuses: readonly string[];
  readonly statusesAfter: readonly string[];
  /** Undefined where nothing is to be found. */
  readonly finding: { readonly code: string; readonly verdict: string; readonly words: string; readonly atOnce: boolean } | undefined;
}

const directory = join(import.meta.dirname, 'scenarios');

export const scenarios: readonly Scenario[] = readdirSync(directory).map((file) => {
  const text = readFileSync(join(directory, file), 'utf8');
  const [before = '', action, after = ''] = (/^# statuses: (.+)$/m.exec(text)?.[1] ?? '').split(/\((delete|evict)\)/);
  return {
    name: file.replace(/\.yaml$/, ''),
    objects: parseAllDocuments(text).map((document) => document.toJS() as { kind: string }),
    bound: /^# bound: directly$/m.test(text),
    action: action as Scenario['action'],
    statuses: statusList(before),
    statusesAfter: statusList(after),
    finding: findingOf(file, text),
  };
});

function statusList(text: string): readonly string[] {
  return text
    .split('->')
    .map((status) => status.trim())
    .filter((status) => status !== '');
}

function findingOf(file: string, text: string): Scenario['finding'] {
  const [, atOnce, line = ''] = /^# finding( at once)?: (.+)$/m.exec(text) ?? [];
  if (line === 'none') return undefined;
  const [, code, verdict, words = ''] = /^(\S+) (\w+)(?:: (.+))?$/.exec(line) ?? [];
  if (code === undefined || verdict === undefined) throw new Error(`${file} does not say what is to be found: # finding: CODE VERDICT, or none`);
  return { code, verdict, words, atOnce: atOnce !== undefined };
}

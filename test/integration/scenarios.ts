/**
 * The scenarios: manifests of Pods that do one thing each, most of them something that goes wrong. A file says in its first comment lines what it
 * shows, and which statuses that last or come again its Pod goes through: `# statuses: Error -> CrashLoopBackOff`, with `(delete)`, `(evict)` or `(then)`
 * (its steps) where that is done to the Pod on the way, and `A|B` where the kubelet may report either;
 * `# bound: directly` where it is put on a node without asking the scheduler; and what the diagnosis finds once all graces have passed, with words of its
 * cause: `# finding: out-of-memory doomed: 16Mi`, or `none`; `# finding at once:` where it is to be seen before any grace has passed. `# also:` tells of a finding that is not the worst, and, as in
 * `# also: holder/volume-mount stuck`, of one of another Pod.
 */
import { type ScenarioFile, scenarioFiles, type WantedFinding, wantedFinding } from './scenario-file.ts';

export interface Scenario {
  readonly name: string;
  /** What is created and done; the Pod bears the scenario's name. */
  readonly file: ScenarioFile;
  /** Put on a node without asking the scheduler. */
  readonly bound: boolean;
  /** What is done to the Pod on the way, and its statuses before and after that. */
  readonly action: 'delete' | 'evict' | 'then' | undefined;
  readonly statuses: readonly string[];
  readonly statusesAfter: readonly string[];
  /** Undefined where nothing is to be found. */
  readonly finding: WantedFinding | undefined;
  readonly also: readonly { readonly pod: string; readonly finding: WantedFinding }[];
}

export const scenarios: readonly Scenario[] = scenarioFiles('scenarios').map((file) => {
  const [before = '', action, after = ''] = (file.told('statuses')[0] ?? '').split(/\((delete|evict|then)\)/);
  const [finding] = file.told('finding');
  const [atOnce] = file.told('finding at once');
  return {
    name: file.name,
    file,
    bound: file.told('bound')[0] === 'directly',
    action: action as Scenario['action'],
    statuses: statusList(before),
    statusesAfter: statusList(after),
    finding: finding === 'none' ? undefined : wantedFinding(file, atOnce ?? finding, atOnce !== undefined),
    also: file.told('also').map((text) => {
      const [, pod = file.name, rest] = /^(?:(\S+)\/)?(.+)$/.exec(text) ?? [];
      return { pod, finding: wantedFinding(file, rest) };
    }),
  };
});

function statusList(text: string): readonly string[] {
  return text
    .split('->')
    .map((status) => status.trim())
    .filter((status) => status !== '');
}

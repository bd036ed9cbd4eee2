/**
 * The scenarios of workloads that are held up, each in its own way. The workload bears the file's name, and its first comment lines say what `why` is to find of
 * it: `# finding: quota-exceeded stuck: exceeded quota`; `# namespace: LABEL=VALUE` gives its namespace a label.
 */
import { type ScenarioFile, scenarioFiles, type WantedFinding, wantedFinding } from './scenario-file.ts';

export interface WorkloadScenario {
  readonly name: string;
  readonly file: ScenarioFile;
  readonly apiVersion: string;
  readonly kind: string;
  readonly finding: WantedFinding;
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

export const workloads: readonly WorkloadScenario[] = scenarioFiles('workloads').map((file) => {
  const all = [...file.objects, ...file.steps.map(({ object }) => object)];
  const workload = all.find(({ metadata, kind }) => metadata?.name === file.name && kind !== 'Pod');
  if (workload?.kind === undefined || workload.apiVersion === undefined) throw new Error(`${file.name} has no workload of its name`);
  return {
    name: file.name,
    file,
    apiVersion: workload.apiVersion,
    kind: workload.kind,
    finding: wantedFinding(file, file.told('finding')[0]),
    namespaceLabels: Object.fromEntries(file.told('namespace').map((label) => label.split('=') as [string, string])),
  };
});

/** The work of `apply`: lints, applies, says of each object what became of it, and waits where that is asked for. */
import type { AppliedObject } from '../src/core/change/apply-report.ts';
import { resourceText } from '../src/core/change/object-name.ts';
import type { CheckTarget } from '../src/core/check/check-plan.ts';
import { object as objectOf } from '../src/core/json.ts';
import type { LintReport } from '../src/core/lint-report.ts';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterActions } from '../src/kube/cluster-actions.ts';
import type { LintInput, LintTarget } from '../src/manifest/lint.ts';
import type { FileSettings } from '../src/manifest/lint-settings.ts';
import { applyJson } from '../src/report/apply-json.ts';
import { type ApplyStyle, appliedText, applySummary } from '../src/report/apply-text.ts';
import { checkJson } from '../src/report/check-json.ts';
import { styleOf } from '../src/report/style.ts';
import { plainLines, plainText } from '../src/report/terminal-text.ts';
import { type ApplyItem, type ApplyPorts, placedText, runApply, type Versions } from '../src/service/apply-run.ts';
import { checkTarget } from '../src/service/check-target.ts';
import { systemClock } from '../src/service/clock.ts';
import { labelsMatch } from '../src/service/selector-match.ts';
import type { ApplyRequest } from './apply.ts';
import { runCheckCommand, watchedCheck } from './check-run.ts';
import { chosenCluster, type OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { canAsk, confirmed } from './confirmation.ts';
import { keepManifest } from './kept-manifest.ts';
import { settingsFinder } from './lint-settings-files.ts';
import { checkNamespaces, manifestInputs, shownName } from './manifest-files.ts';
import { patientPods, serverPatience } from './server-patience.ts';

export async function runApplyCommand(request: ApplyRequest, io: CommandIo): Promise<number> {
  const inputs = await manifestInputs(request.files, request.recursive, io);
  const { appliedObjects } = await import('../src/manifest/manifests.ts');
  if (request.lint && (await failsLint(await lintReport(inputs), io))) return exitCodes.failed;
  const found = inputs.flatMap(({ bytes, file, named }) => {
    const objects = appliedObjects(bytes, file, named);
    if (objects.length === 0) io.stderr.write(`${plainText(file)}: there is no object in it\n`);
    return objects;
  });
  const where = inputs.map(({ file }) => file).join(', ');
  if (found.length === 0) throw new PodwrightError('input', `there is no object in ${where}`);
  const items = selected(found, request);
  if (items.length === 0) throw new PodwrightError('input', `none of the ${found.length} objects in ${where} is selected by -l ${request.labelSelector}`);
  if (request.replace && !request.yes && !request.dryRun && !canAsk(io)) {
    throw new PodwrightError('usage', '--replace asks before it deletes a Pod, and there is no terminal to ask on', {
      hint: 'Add --yes. Nothing was applied.',
    });
  }
  const cluster = chosenCluster(request.cluster);
  try {
    checkNamespaces(
      items.map(({ object, place }) => ({ ...object, place })),
      request.cluster,
    );
    checkTwice(items, cluster.namespace);
    const plan = { items, namespace: cluster.namespace, dryRun: request.dryRun, force: request.force };
    const decided: Decided[] = [];
    const done = await runApply(plan, applyPorts(request, cluster, decided, io), io.signal);
    if (request.diff) await tellDiffs(decided, request, io);
    return await ended(done, inputs, request, cluster, io);
  } finally {
    cluster.transport.close();
  }
}

/** By their own labels, as with `kubectl apply -l`. */
function selected(items: readonly ApplyItem[], { labelSelector }: ApplyRequest): readonly ApplyItem[] {
  if (labelSelector === undefined) return items;
  const matches = labelsMatch(labelSelector);
  return items.filter(({ json }) => {
    const { labels } = objectOf(objectOf(JSON.parse(json))['metadata']);
    return matches(Object.fromEntries(Object.entries(objectOf(labels)).map(([label, value]) => [label, String(value)])));
  });
}

/** As `lint` has it, with the settings that count for each file. */
async function lintReport(inputs: readonly LintInput[]): Promise<LintReport> {
  const { lintWithSettings, readForLint } = await import('../src/manifest/manifests.ts');
  const settingsOf = settingsFinder({ kind: 'found' });
  const settings = new Map<string, FileSettings>();
  for (const { file } of inputs) {
    const found = await settingsOf(file === shownName('-') ? '-' : file);
    if (found !== undefined) settings.set(file, found);
  }
  const linted = inputs.filter(({ file }) => {
    const found = settings.get(file);
    return found === undefined || !found.settings.ignores(found.path);
  });
  const targetOf = (file: string): LintTarget | undefined => {
    const minor = settings.get(file)?.settings.minor;
    return minor === undefined ? undefined : { minor };
  };
  return lintWithSettings(linted.map(readForLint), targetOf, (file) => settings.get(file));
}

/** Tells the errors, and how much else there is; whether there are errors. */
async function failsLint(report: LintReport, io: CommandIo): Promise<boolean> {
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  const others = report.findings.length - errors.length;
  const files = new Set(report.findings.map(({ place }) => place.file));
  if (errors.length === 0) {
    if (others > 0)
      io.stderr.write(`lint: ${others === 1 ? '1 remark' : `${others} remarks`} (\`${io.program} lint ${plainText([...files].join(' '))}\` tells)\n`);
    return false;
  }
  const { lintText } = await import('../src/report/lint-text.ts');
  io.stderr.write(lintText({ ...report, findings: errors }, io.color));
  io.stderr.write('Nothing was applied. --no-lint hands it to the server as it is.\n');
  return true;
}

/** The second would undo the first. */
function checkTwice(items: readonly ApplyItem[], namespace: string): void {
  const seen = new Map<string, ApplyItem>();
  for (const item of items) {
    const { apiVersion, kind, name } = item.object;
    const key = [apiVersion.split('/')[0], kind, item.object.namespace ?? namespace, name].join(' ');
    const first = seen.get(key);
    if (first !== undefined) {
      throw new PodwrightError(
        'input',
        `${item.place.file}:${item.place.line}: ${kind} ${name} is there twice; the first is in ${first.place.file}:${first.place.line}`,
        {
          hint: 'Nothing was applied. Take out one of them.',
        },
      );
    }
    seen.set(key, item);
  }
}

function applyPorts(request: ApplyRequest, { transport }: OpenCluster, decided: Decided[], io: CommandIo): ApplyPorts {
  return {
    actions: clusterActions(transport, serverPatience(io)),
    pods: patientPods(transport, io),
    clock: systemClock,
    keep: (pod) => keepManifest(pod, io.now()),
    step: (text) => void io.stderr.write(`  ${plainText(text)}\n`),
    async mayReplace(name, fields) {
      if (request.replace && request.yes) return true;
      if (!canAsk(io)) {
        if (!request.replace) return false;
        throw new PodwrightError('usage', `--replace deletes ${placedText(name)}, and there is nobody to ask`, {
          hint: 'Add --yes. Nothing was changed in it.',
        });
      }
      io.stderr.write(`${plainText(placedText(name))} cannot be changed so:\n${fields.map(({ path, why }) => `  ${plainText(path)}   ${why}\n`).join('')}`);
      return confirmed('Delete the Pod and make it anew?', io);
    },
    decided(done, versions) {
      decided.push({ done, versions });
      if (!request.diff && request.output !== 'json') tell(done, request, io);
    },
  };
}

interface Decided {
  readonly done: AppliedObject;
  readonly versions: Versions | undefined;
}

/** As `diff -u` of each object that would change, in their order. */
async function tellDiffs(decided: readonly Decided[], request: ApplyRequest, io: CommandIo): Promise<void> {
  const [{ yamlText }, { unifiedDiff }] = await Promise.all([import('../src/report/yaml-text.ts'), import('../src/report/unified-diff.ts')]);
  for (const { done, versions } of decided) {
    if (versions === undefined) {
      tell(done, request, io);
      continue;
    }
    const { before, after } = versions;
    const was = before === undefined ? '' : yamlText(before);
    io.stdout.write(unifiedDiff(plainLines(was), plainLines(yamlText(after)), plainText(placedText(done.object)), styleOf(io.color)));
  }
  if (decided.every(({ done }) => done.outcome === 'unchanged')) io.stderr.write('Nothing would change.\n');
}

/** Results go to stdout, and what is none to stderr. */
function tell(done: AppliedObject, request: ApplyRequest, io: CommandIo): void {
  const isDone = done.problem === undefined && done.outcome !== 'not-tried';
  if (isDone && request.output === 'name') io.stdout.write(`${plainText(resourceText(done.object))}\n`);
  else (isDone ? io.stdout : io.stderr).write(appliedText(done, styleFor(request, io)));
}

function styleFor({ dryRun }: ApplyRequest, { color, unicode }: CommandIo): ApplyStyle {
  return { color, unicode, dryRun };
}

async function ended(
  done: readonly AppliedObject[],
  inputs: readonly LintInput[],
  request: ApplyRequest,
  cluster: OpenCluster,
  io: CommandIo,
): Promise<number> {
  const failures = done.flatMap(({ problem }) => (problem === undefined || problem.exitCode === 0 ? [] : [problem.exitCode]));
  const code = io.signal.aborted ? exitCodes.interrupted : (failures[0] ?? exitCodes.done);
  if (request.diff) return code;
  if (code !== exitCodes.done && done.length > 1) io.stderr.write(`${applySummary(done)}\n`);
  if (request.waitMs === undefined || code !== exitCodes.done) {
    if (request.waitMs !== undefined) io.stderr.write('Not waiting, as not everything was applied.\n');
    if (request.output === 'json') io.stdout.write(applyJson(done, request.dryRun, undefined));
    return code;
  }
  return waited(done, await waitTargets(inputs, request, cluster.namespace), request, cluster, io);
}

async function waited(
  done: readonly AppliedObject[],
  targets: readonly CheckTarget[],
  request: ApplyRequest,
  cluster: OpenCluster,
  io: CommandIo,
): Promise<number> {
  if (targets.length === 0) {
    io.stderr.write('There is nothing to wait for: no Pod and no workload was applied.\n');
    if (request.output === 'json') io.stdout.write(applyJson(done, request.dryRun, undefined));
    return exitCodes.done;
  }
  const plan = { targets, timeoutMs: request.waitMs ?? 0, stableMs: undefined, failFast: true, any: false, allowRestarts: undefined };
  if (request.output !== 'json') return runCheckCommand(plan, cluster, { json: false, reports: [], record: undefined }, io);
  const report = await watchedCheck(plan, cluster, { record: undefined }, io);
  io.stdout.write(applyJson(done, request.dryRun, JSON.parse(checkJson(report))));
  return report.exitCode;
}

/** The Pods and workloads of the manifests, as far as they were applied. */
async function waitTargets(inputs: readonly LintInput[], { labelSelector }: ApplyRequest, namespace: string): Promise<readonly CheckTarget[]> {
  const { appliedObjects, manifestObjects } = await import('../src/manifest/manifests.ts');
  const matches = labelsMatch(labelSelector);
  const found = inputs.flatMap(({ bytes, file, named }) => (appliedObjects(bytes, file, named).length === 0 ? [] : manifestObjects(bytes, file)));
  return found
    .filter(({ labels }) => matches(labels))
    .map(({ kind, name, namespace: own, place }) => ({ ...checkTarget({ kind, name }, own ?? namespace), place }));
}

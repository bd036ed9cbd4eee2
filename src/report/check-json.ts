/**
 * What `check -o json` and `--report json=FILE` write. The shape is documented in docs/check-report.schema.json and stable: fields may be added, never
 * changed.
 */
import { type CheckCause, checkCauses } from '../core/check-causes.ts';
import type { CheckedPod, CheckedTarget, CheckReport } from '../core/check-report.ts';
import { jsonText } from './json-text.ts';
import { findingJson, timeJson } from './why-json.ts';

export function checkJson(report: CheckReport): string {
  const json = {
    podwrightCheck: '1.0',
    outcome: report.outcome,
    exitCode: report.exitCode,
    cluster: report.cluster,
    startedAt: timeJson(report.startedAt),
    endedAt: timeJson(report.endedAt),
    timeoutSeconds: report.timeoutMs / 1000,
    recording: report.recording ?? null,
    causes: checkCauses(report).map(causeJson),
    targets: report.targets.map(targetJson),
  };
  return `${jsonText(json, 2)}\n`;
}

function causeJson({ code, title, message, targets, pods }: CheckCause): object {
  return {
    code,
    title,
    message,
    targets: targets.map(({ namespace, target }) => ({ namespace, target })),
    pods: pods.map(({ namespace, name }) => ({ namespace, name })),
  };
}

function targetJson({ place, message, endedAt, findings, pods, ...rest }: CheckedTarget): object {
  return {
    ...rest,
    place: place ?? null,
    message: message ?? null,
    endedAt: timeJson(endedAt),
    findings: findings.map(findingJson),
    pods: pods.map(podJson),
  };
}

function podJson({ createdAt, findings, ...rest }: CheckedPod): object {
  return { ...rest, createdAt: timeJson(createdAt), findings: findings.map(findingJson) };
}

/**
 * A check as JUnit XML, in the dialect that Jenkins, GitLab and the others read: a suite a target, a case a Pod. A target that has no Pods, or that failed though
 * none of its Pods did, is a case of its own.
 */
import { hasFailed, podMessage, targetMessage } from '../core/check-causes.ts';
import type { CheckedPod, CheckedTarget, CheckOutcome, CheckReport } from '../core/check-report.ts';
import type { Finding } from '../core/diagnosis/finding.ts';
import { plainLines, plainText } from './terminal-text.ts';
import { findingLines } from './why-text.ts';

interface Case {
  readonly name: string;
  readonly outcome: CheckOutcome;
  readonly message: string;
  /** The finding's code, where there is one. */
  readonly type: string;
  readonly details: string;
  readonly log: string;
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

export function junitXml(report: CheckReport): string {
  const suites = report.targets.map((target) => ({ target, cases: casesOf(target, report.endedAt) }));
  const total = counts(suites.flatMap(({ cases }) => cases));
  const attributes = { name: 'podwright check', ...total, time: seconds(report.endedAt - report.startedAt) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${written(attributes)}>`,
    ...suites.flatMap(({ target, cases }) => suiteLines(report, target, cases)),
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(target: CheckedTarget, now: number): readonly Case[] {
  const pods = target.pods.map((pod): Case => {
    const log = pod.logs.map(({ container, previous, lines }) => [`log of ${container}${previous ? ', before its restart' : ''}:`, ...lines, ''].join('\n'));
    return { ...caseOf(pod.name, pod.outcome, podMessage(pod), pod.findings, pod, now), log: log.join('\n') };
  });
  const explained = target.pods.some(({ outcome }) => hasFailed(outcome));
  const own = target.pods.length === 0 || (hasFailed(target.outcome) && !explained) || target.findings.length > 0;
  return own ? [caseOf(target.target, target.outcome, target.findings[0]?.cause ?? targetMessage(target), target.findings, undefined, now), ...pods] : pods;
}

function caseOf(name: string, outcome: CheckOutcome, message: string, findings: readonly Finding[], pod: CheckedPod | undefined, now: number): Case {
  const style = { unicode: true, color: false, now };
  const state = pod && `${pod.namespace}/${pod.name} is ${pod.status}, ${pod.readyContainers} of ${pod.containers} ready, ${pod.restarts} restarts`;
  const details = [...(state === undefined ? [message] : [state]), ...findings.flatMap((finding) => ['', ...findingLines(name, finding, style)])];
  return { name, outcome, message, type: findings[0]?.code ?? outcome, details: details.join('\n'), log: '' };
}

/** What the infrastructure failed is an error: the test itself has said nothing. */
function counts(cases: readonly Case[]): Counts {
  const number = (...outcomes: readonly CheckOutcome[]): number => cases.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return { tests: cases.length, failures: number('failed', 'timed-out'), errors: number('infrastructure'), skipped: number('unfinished') };
}

function suiteLines(report: CheckReport, target: CheckedTarget, cases: readonly Case[]): readonly string[] {
  const time = seconds((target.endedAt ?? report.endedAt) - report.startedAt);
  // xs:dateTime without its zone, which is UTC: that is what the readers take.
  const timestamp = new Date(report.startedAt).toISOString().slice(0, 19);
  const properties = { cluster: report.cluster, namespace: target.namespace, 'waited-for': target.waitedFor, outcome: target.outcome };
  return [
    `  <testsuite${written({ name: target.target, ...counts(cases), time, timestamp })}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property${written({ name, value })}/>`),
    '    </properties>',
    ...cases.flatMap((each) => caseLines(each, `${target.namespace}.${target.target}`, time)),
    '  </testsuite>',
  ];
}

function caseLines({ name, outcome, message, type, details, log }: Case, classname: string, time: string): readonly string[] {
  const open = `    <testcase${written({ name, classname, time })}`;
  const inner = [
    ...(outcome === 'unfinished' ? [`      <skipped${written({ message: 'The check was over before this was decided.' })}/>`] : []),
    ...(outcome === 'infrastructure' ? [`      <error${written({ message, type })}>${escaped(details)}</error>`] : []),
    ...(outcome === 'failed' || outcome === 'timed-out' ? [`      <failure${written({ message, type })}>${escaped(details)}</failure>`] : []),
    ...(log === '' ? [] : [`      <system-out>${escaped(log)}</system-out>`]),
  ];
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, '    </testcase>'];
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}

/** Attributes as they stand in a tag, each behind a blank. */
export function written(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(plainText(String(value)))}"`)
    .join('');
}

// What plainLines leaves and XML 1.0 cannot hold in any form, not even as a reference (its production 2, Char).
const notXml = /[\ufffe\uffff]/g;

/** Text as XML 1.0 can hold it, in attributes and between tags; `>` too, as `]]>` may not stand in text. */
export function escaped(text: string): string {
  const plain = plainLines(text).replace(notXml, '\ufffd');
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

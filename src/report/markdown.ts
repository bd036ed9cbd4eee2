/** A check as Markdown, for the summary of a step and for comments. Text from a cluster can make no markup of its own, and the whole stays small enough. */
import { type CheckCause, checkCauses } from '../core/check-causes.ts';
import type { CheckedTarget, CheckOutcome, CheckReport, LogTail } from '../core/check-report.ts';
import { plainText } from './terminal-text.ts';
import { evidenceLines, someNames } from './why-text.ts';

/** Bytes. GitHub takes a summary of 1 MiB from a step, and drops all of a larger one. */
const largest = 900 * 1024;
const mostPods = 20;
const mostEvidence = 10;
/** Of one log. */
const mostLines = 50;
/** Characters of a line of a log, and of a sentence. */
const longest = 500;

const words: Readonly<Record<CheckOutcome, string>> = {
  passed: '✔ passed',
  failed: '✖ failed',
  infrastructure: '✖ failed by the infrastructure',
  'timed-out': '✖ timed out',
  unfinished: '○ not decided',
};

/** At most 900 KiB of UTF-8: the causes that have no room are counted. */
export function checkMarkdown(report: CheckReport): string {
  const causes = checkCauses(report);
  const head = `${heading(report)}\n\n| target | namespace | outcome | reached | |\n|---|---|---|---|---|\n`;
  const table = fitting(report.targets, tableRow, largest / 2, (left) => `| ${left} more | | | | |\n`);
  const room = largest - bytes(head + table);
  return (
    head +
    table +
    fitting(
      causes,
      (cause) => section(cause, report.endedAt),
      room,
      (left) => `\n${left} more causes have no room here.\n`,
    )
  );
}

/** The text of as many items as there is room for, then how many there is none for. */
function fitting<Item>(items: readonly Item[], written: (item: Item) => string, room: number, rest: (left: number) => string): string {
  let size = bytes(rest(items.length));
  let text = '';
  for (const [index, item] of items.entries()) {
    const part = written(item);
    size += bytes(part);
    if (size > room) return text + rest(items.length - index);
    text += part;
  }
  return text;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function heading({ outcome, exitCode, targets, cluster, startedAt, endedAt, recording }: CheckReport): string {
  const passed = targets.filter((target) => target.outcome === 'passed').length;
  const took = ((endedAt - startedAt) / 1000).toFixed(1);
  return [
    `## ${words[outcome]}: ${passed} of ${targets.length} targets passed`,
    '',
    `After ${took} s on ${code(cluster)}, with exit code ${exitCode}.${recording === undefined ? '' : ` \`podwright replay\` plays ${code(recording)}.`}`,
  ].join('\n');
}

function tableRow({ target, namespace, outcome, waitedFor, wanted, reached, message }: CheckedTarget): string {
  const cells = [code(target), code(namespace), words[outcome], `${reached} of ${wanted} ${prose(waitedFor)}`, prose(message ?? '')];
  return `| ${cells.join(' | ')} |\n`;
}

function section({ code: id, title, message, finding, targets, pods }: CheckCause, now: number): string {
  const names = pods.length > 0 ? pods.map(({ namespace, name }) => `${namespace}/${name}`) : targets.map(({ namespace, target }) => `${namespace}/${target}`);
  const evidence = finding?.evidence.flatMap((each) => evidenceLines(each, now)) ?? [];
  const log = pods.flatMap((pod) => pod.logs.map((tail) => ({ pod, tail })))[0];
  return [
    '',
    `### ${prose(title)}`,
    '',
    `${prose(message)} (\`${id}\`)`,
    '',
    `${pods.length > 0 ? `${pods.length} Pods` : 'Of'}: ${someNames(names.map(code), mostPods)}`,
    '',
    ...evidence.slice(0, mostEvidence).map((line) => `- ${code(line)}`),
    ...(finding?.next === undefined ? [] : ['', 'Try:', '', ...fenced([finding.next], 'sh')]),
    ...(log === undefined ? [] : ['', ...logLines(log.tail, `${log.pod.namespace}/${log.pod.name}`)]),
    '',
  ].join('\n');
}

function logLines({ container, previous, lines }: LogTail, pod: string): readonly string[] {
  const what = `The last lines of ${container} in ${pod}${previous ? ', before its restart' : ''}`;
  return [`<details><summary>${prose(what)}</summary>`, '', ...fenced(lines.slice(-mostLines), 'text'), '', '</details>'];
}

/** A block of code whose fence is longer than any in it. */
function fenced(lines: readonly string[], language: string): readonly string[] {
  const plain = lines.map((line) => cut(plainText(line)));
  const ticks = Math.max(2, ...plain.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(ticks + 1);
  return [`${fence}${language}`, ...plain, fence];
}

/** As an element and not in backticks: those cannot hold a bar in a table. */
function code(text: string): string {
  return `<code>${prose(text)}</code>`;
}

/** Text that is nothing but text: what Markdown, its tables, HTML, mathematics and mentions are made of becomes references, and addresses no links. */
function prose(text: string): string {
  return cut(plainText(text))
    .replace(/[&<>|\\`*_~[\]#@$^!"']/g, reference)
    .replace(/:(?=\/\/)|:(?=\w+:)|(?<=www)\./gi, reference);
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

/** Not in the middle of a surrogate pair. */
function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')} …`;
}

/** Laws of a check's reports, for any text that a cluster may hold: each is valid in its format, and nothing in the text is taken for a part of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckedPod, CheckedTarget, CheckOutcome } from '../../src/core/check-report.ts';
import { type Evidence, type Finding, type FindingCode, finding, findingCodes } from '../../src/core/diagnosis/finding.ts';
import { checkJson } from '../../src/report/check-json.ts';
import { githubAnnotations, withoutCommands } from '../../src/report/github.ts';
import { junitXml } from '../../src/report/junit.ts';
import { checkMarkdown } from '../../src/report/markdown.ts';
import { checkSarif } from '../../src/report/sarif.ts';
import { jsonFaults, pod, report, sarifFaults, startedAt, target } from '../unit/checked-report.ts';
import { junitFaults } from '../unit/junit-format.ts';

/** What ends, begins or breaks something in one of the formats. */
const pieces = [
  '\x00 \x07 \x1b[31m \x1b]0;title\x07 \x7f \x85 \u2028 \ud800 \udfff \ufffe \uffff 😀 e\u0301 \u202e \ufeff \n \r \r\n \t'.split(' '),
  ']]> <!-- </failure> </details> <img/src=x/onerror=y> &amp; &#0; " \' | \\| ` ```` ~~~ # - [a](b) $x$ https://x @all'.split(' '),
  '::error::x \n::stop-commands::x\n ::add-mask::x ##[error] %0A % , : a'.split(' '),
].flat();
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...pieces, ' '), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const time = fc.integer({ min: startedAt - 1e9, max: startedAt + 1e9 });
const outcome = fc.constantFrom<CheckOutcome>('passed', 'failed', 'infrastructure', 'timed-out', 'unfinished');
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record({ source: fc.constantFrom('status' as const, 'spec' as const), path: hostile, text: hostile }),
  fc.record({ source: fc.constant('event' as const), reason: hostile, text: hostile, count: fc.nat(), at: fc.option(time, { nil: undefined }) }),
  fc.record({ source: fc.constant('log' as const), container: hostile, text: hostile }),
  fc.record({ source: fc.constant('reference' as const), object: hostile, text: hostile }),
);
const findings: fc.Arbitrary<readonly Finding[]> = fc.array(
  fc
    .record({
      code: fc.constantFrom(...(Object.keys(findingCodes) as FindingCode[])),
      verdict: fc.constantFrom('doomed' as const, 'stuck' as const, 'waiting' as const, 'degraded' as const, 'info' as const),
      subject: hostile,
      cause: hostile,
      about: fc.option(hostile, { nil: undefined }),
      since: fc.option(time, { nil: undefined }),
      evidence: fc.array(evidence, { maxLength: 3 }),
      next: fc.option(hostile, { nil: undefined }),
    })
    .map(({ code, verdict, ...parts }) => finding(code, verdict, parts)),
  { maxLength: 2 },
);
const logs = fc.array(fc.record({ container: hostile, previous: fc.boolean(), lines: fc.array(hostile, { maxLength: 4 }) }), { maxLength: 2 });
// Names come from the API server, which keeps them clean.
const pods: fc.Arbitrary<readonly CheckedPod[]> = fc.array(
  fc.record({ name: fc.constantFrom('a', 'b.c', 'd-1'), status: hostile, outcome, findings, logs }).map(({ name, ...more }) => pod(name, more)),
  { maxLength: 3 },
);
const place = fc.option(fc.record({ file: hostile, line: fc.integer({ min: 1 }), column: fc.integer({ min: 1 }) }), { nil: undefined });
const targets: fc.Arbitrary<readonly CheckedTarget[]> = fc.array(
  fc
    .record({ place, outcome, message: fc.option(hostile, { nil: undefined }), findings, pods, endedAt: fc.option(time, { nil: undefined }) })
    .map((more) => target('deploy/web', more)),
  { maxLength: 14 },
);
const reports = fc
  .record({ targets, outcome, cluster: hostile, recording: fc.option(hostile, { nil: undefined }) })
  .map(({ targets, ...more }) => report(targets, more));

/** What GitHub's runner does with a line: `::name …::` at its start after blanks, or `##[name …]` anywhere, is a command. */
function isCommand(line: string): boolean {
  return /^[\s\x85]*::/.test(line) || line.includes('##[');
}

test('JUnit is well-formed and as its readers take it', () => {
  fc.assert(
    fc.property(reports, (value) => {
      expect(junitFaults(junitXml(value))).toEqual([]);
    }),
  );
});

test('JSON is as documented, and has the text as it was', () => {
  fc.assert(
    fc.property(reports, (value) => {
      const json = JSON.parse(checkJson(value)) as { cluster: string; targets: { pods: { logs: unknown }[] }[] };
      expect(jsonFaults(json)).toEqual([]);
      expect(json.cluster).toBe(value.cluster);
      expect(json.targets.map((each) => each.pods.map(({ logs }) => logs))).toEqual(value.targets.map((each) => each.pods.map(({ logs }) => logs)));
    }),
  );
});

test('SARIF is valid by its schema', () => {
  fc.assert(
    fc.property(reports, (value) => {
      expect(sarifFaults(JSON.parse(checkSarif(value, '0.1.0')))).toEqual([]);
    }),
  );
});

test('every line for GitHub is one of at most ten annotations', () => {
  fc.assert(
    fc.property(reports, (value) => {
      const text = githubAnnotations(value);
      const lines = text.split(/\r\n|[\n\r\x85\u2028\u2029]/);
      expect(lines.pop()).toBe('');
      expect(lines.length).toBeLessThanOrEqual(10);
      for (const line of lines) {
        // Its properties hold no colon and no comma of their own, so that the first :: after them ends them.
        expect(line).toMatch(/^::error (?:file=[^:,]*,line=\d+,col=\d+,)?title=[^:,]*::(?:[^%]|%(?:25|0A))*$/);
      }
    }),
  );
});

test('no line of a text from a cluster is a command to the runner', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom('', ' ', '  log of app: '), (text, before) => {
      const lines = withoutCommands(`${before}${text}`).split(/\r\n|[\n\r]/);
      expect(lines.filter(isCommand)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('Markdown has the markup that we write and no other', () => {
  fc.assert(
    fc.property(reports, (value) => {
      const text = checkMarkdown(value);
      expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\p{Surrogate}]/u);
      const outside = withoutFences(text);
      for (const line of outside) {
        if (line.startsWith('|')) expect(line.match(/\|/g)).toHaveLength(6);
        else expect(line).not.toContain('|');
        const markup = line.replace(/<\/?(?:code|details|summary)>|&#\d+;/g, '').replace(/`(?:podwright replay|[a-z-]+)`/g, '');
        expect(markup).not.toMatch(/[<>&`*_~[\]\\$@]/);
        if (markup.includes('#')) expect(markup).toMatch(/^#{2,3} [^#]*$/);
      }
      const folded = outside.filter((line) => line.startsWith('<details>')).length;
      expect(outside.filter((line) => line === '</details>')).toHaveLength(folded);
    }),
  );
});

/** The lines that are not in a fence, by CommonMark's rule: one ends with as many backticks as it began with, or more. */
function withoutFences(text: string): readonly string[] {
  const outside: string[] = [];
  let fence = 0;
  for (const line of text.split('\n')) {
    const ticks = /^ {0,3}(`{3,})/.exec(line)?.[1]?.length ?? 0;
    if (fence === 0 && ticks === 0) outside.push(line);
    else if (fence === 0) fence = ticks;
    else if (ticks >= fence && /^ {0,3}`+ *$/.test(line)) fence = 0;
  }
  expect(fence).toBe(0);
  return outside;
}

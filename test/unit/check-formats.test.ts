/** The reports of a check: what each format says of a report with every outcome, and that each is valid by its schema. */
import { expect, test } from 'vitest';
import { checkCauses } from '../../src/core/check-causes.ts';
import { finding } from '../../src/core/diagnosis/finding.ts';
import { checkJson } from '../../src/report/check-json.ts';
import { githubAnnotations, withoutCommands } from '../../src/report/github.ts';
import { junitXml } from '../../src/report/junit.ts';
import { checkMarkdown } from '../../src/report/markdown.ts';
import { checkSarif } from '../../src/report/sarif.ts';
import { imageNotFound, jsonFaults, pod, report, sarifFaults, target, wholeReport } from './checked-report.ts';
import { junitFaults, parseXml } from './junit-format.ts';

test('causes: shared ones once with all their Pods, worst and most first, those without a finding last', () => {
  expect(checkCauses(wholeReport).map(({ code, targets, pods }) => [code, targets.map((each) => each.target), pods.map(({ name }) => name)])).toEqual([
    ['image-not-found', ['deploy/web', 'deploy/web-canary'], ['web-a', 'web-b', 'web-canary-a']],
    ['exited-with-error', ['job/migrate'], ['migrate-x']],
    ['evicted', ['pod/cache-0'], ['cache-0']],
    ['quota-exceeded', ['deploy/api'], []],
    ['not-reached', ['pod/odd'], ['odd']],
    ['not-reached', ['-l app=cart'], []],
  ]);
  expect(
    checkCauses(wholeReport)
      .slice(-2)
      .map(({ message }) => message),
  ).toEqual(['The Pod is Running with 0 of 1 containers ready, and nothing was found that holds it up.', '-l app=cart did not get ready in time: 0 of 2.']);
});

test('JUnit: a suite a target, a case a Pod, and a case for a target that its Pods do not explain', () => {
  const xml = junitXml(wholeReport);
  expect(junitFaults(xml)).toEqual([]);
  const { attributes, children } = parseXml(xml);
  expect(attributes).toEqual({ name: 'podwright check', tests: '11', failures: '7', errors: '1', skipped: '1', time: '6.900' });
  const told = children.map((suite) => [
    suite.attributes['name'],
    ...suite.children.filter(({ name }) => name === 'testcase').map((each) => [each.attributes['name'], ...each.children.map(({ name }) => name)].join(' ')),
  ]);
  expect(told).toEqual([
    ['deploy/web', 'web-a failure', 'web-b failure'],
    ['deploy/web-canary', 'web-canary-a failure'],
    ['job/migrate', 'migrate-x failure system-out'],
    ['deploy/api', 'deploy/api failure', 'api-a'],
    ['-l app=cart', '-l app=cart failure'],
    ['pod/cache-0', 'cache-0 error'],
    ['pod/slow', 'slow skipped'],
    ['pod/well', 'well'],
    ['pod/odd', 'odd failure'],
  ]);
  const [failure] = children[0]?.children[1]?.children ?? [];
  expect(failure?.attributes).toEqual({ message: 'The image registry.example/web:9.9 was not found.', type: 'image-not-found' });
  expect(failure?.text).toContain('shop/web-a is ImagePullBackOff, 0 of 1 ready, 0 restarts');
  expect(failure?.text).toContain('event 3s ago (x4): Failed: manifest unknown');
  expect(failure?.text).toContain('kubectl set image deploy/web app=IMAGE:TAG -n shop');
  expect(children[2]?.children[1]?.children[1]?.text).toBe('log of migrate, before its restart:\nloading\nschema 7 is missing\n');
});

test('JUnit: what XML cannot hold is replaced, the rest is escaped', () => {
  const line = 'a ]]> <b>&amp; "q" \x00\x08\x1b[31mred\x1b[0m \ud800 \ufffe\uffff é\n\tb';
  const logs = [{ container: 'app', previous: false, lines: [line] }];
  const xml = junitXml(report([target('pod/x', { message: line, pods: [pod('x', { findings: [{ ...imageNotFound, cause: line }], logs })] })]));
  expect(junitFaults(xml)).toEqual([]);
  const [failure, output] = parseXml(xml).children[0]?.children[1]?.children ?? [];
  expect(failure?.attributes['message']).toBe('a ]]> <b>&amp; "q" red \ufffd \ufffd\ufffd é  b');
  expect(output?.text).toBe('log of app:\na ]]> <b>&amp; "q" red \ufffd \ufffd\ufffd é\n\tb\n');
});

test('the JUnit description would tell', () => {
  const xml = junitXml(wholeReport);
  for (const [from, to, fault] of [
    ['tests="11"', 'tests="12"', 'testsuites says tests="12"'],
    [' classname="shop.pod/well"', '', 'testcase lacks classname'],
    ['<properties>', '<properties><testcase name="x" classname="x"/>', 'properties has testcase'],
    ['time="6.900"', 'time="6,9"', 'testsuites has time="6,9"'],
  ] as const) {
    expect(junitFaults(xml.replace(from, to)).join()).toContain(fault);
  }
  expect(() => junitFaults(xml.replace('</testsuites>', '\x01</testsuites>'))).toThrow(/disallowed/);
});

test('JSON: the documented shape', () => {
  const json = JSON.parse(checkJson(wholeReport)) as { targets: { pods: { findings: { evidence: unknown[] }[] }[] }[] };
  expect(jsonFaults(json)).toEqual([]);
  expect(json).toMatchObject({ podwrightCheck: '1.0', outcome: 'failed', exitCode: 1, timeoutSeconds: 300, recording: 'run.ndjson.gz' });
  expect(json.targets[0]).toMatchObject({
    target: 'deploy/web',
    place: { file: './deploy/web shop.yaml', line: 14, column: 3 },
    endedAt: '2026-03-01T12:00:06.000Z',
  });
  expect(json.targets[0]?.pods[0]?.findings[0]?.evidence).toHaveLength(2);
  const { targets: _, ...without } = json;
  expect(jsonFaults(without)).toEqual([" should have required property 'targets'"]);
  expect(jsonFaults({ ...json, endedAt: 7 })).toEqual(['.endedAt should be string']);
});

test('SARIF: valid by its official schema, a result a cause at the places of its targets', () => {
  const log = JSON.parse(checkSarif(wholeReport, '0.1.0')) as { runs: { results: Record<string, unknown>[]; tool: { driver: { rules: { id: string }[] } } }[] };
  expect(sarifFaults(log)).toEqual([]);
  const [run] = log.runs;
  expect(run?.results.map(({ ruleId }) => ruleId)).toEqual(checkCauses(wholeReport).map(({ code }) => code));
  for (const { ruleId, ruleIndex } of run?.results ?? []) expect(run?.tool.driver.rules[ruleIndex as number]?.id).toBe(ruleId);
  expect(run?.results[0]).toMatchObject({
    level: 'error',
    message: { text: 'The image registry.example/web:9.9 was not found.\nTry: kubectl set image deploy/web app=IMAGE:TAG -n shop' },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'deploy/web%20shop.yaml' }, region: { startLine: 14, startColumn: 3 } },
        logicalLocations: [{ fullyQualifiedName: 'shop/pod/web-a' }, { fullyQualifiedName: 'shop/pod/web-b' }, { fullyQualifiedName: 'shop/pod/web-canary-a' }],
      },
    ],
    relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'deploy/canary.yaml' } } }],
    partialFingerprints: { 'podwrightCause/v1': 'image-not-found registry.example/web:9.9 shop/deploy/web shop/deploy/web-canary' },
  });
  const [first] = run?.results ?? [];
  expect(sarifFaults({ ...log, runs: [{ ...run, results: [{ ...first, level: 'fatal' }] }] })).not.toEqual([]);
});

test('GitHub: an annotation a cause, at its place in the manifest', () => {
  expect(githubAnnotations(report([target('pod/well', { outcome: 'passed' })], { outcome: 'passed', exitCode: 0 }))).toBe('');
  const lines = githubAnnotations(wholeReport).split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe(
    '::error file=deploy/web shop.yaml,line=14,col=3,title=podwright check%3A image not found registry.example/web%3A9.9::' +
      'The image registry.example/web:9.9 was not found.%0Ashop/web-a, shop/web-b, shop/web-canary-a%0ATry: kubectl set image deploy/web app=IMAGE:TAG -n shop',
  );
  expect(lines[3]).toBe('::error title=podwright check%3A quota exceeded small::The quota small allows no more Pods.%0Adeploy/api in shop');
});

test('GitHub: ten annotations at the most, the last of which names the others', () => {
  const targets = Array.from({ length: 14 }, (_, index) =>
    target(`pod/p${index}`, { pods: [pod(`p${index}`, { findings: [{ ...imageNotFound, about: `image-${index}` }] })] }),
  );
  const lines = githubAnnotations(report(targets)).trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[9]).toBe(`::error title=podwright check::5 more causes:${[9, 10, 11, 12, 13].map((index) => `%0Aimage not found image-${index}`).join('')}`);
});

test('GitHub: nothing from a cluster is a command', () => {
  const hostile = 'a%0A\n::stop-commands::x\r\n::set-env name=PATH,value=/x::y';
  const text = githubAnnotations(
    report([
      target('pod/x', {
        place: { file: 'a,b:c\n::x', line: 1, column: 1 },
        pods: [pod('x', { findings: [{ ...imageNotFound, about: hostile, cause: hostile }] })],
      }),
    ]),
  );
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('file=a%2Cb%3Ac %3A%3Ax,line=1');
  expect(text).toContain('::a%250A ::stop-commands::x ::set-env name=PATH,value=/x::y%0A');
  expect(withoutCommands('log of app\n  ::error::no\n\u00a0::stop-commands::x\n a ::b ##[group]x\n\n\n::')).toBe(
    'log of app\n  : :error::no\n\u00a0: :stop-commands::x\n a ::b ## [group]x\n\n\n: :',
  );
});

test('Markdown: the targets in a table, then the causes with what to try and the log', () => {
  const text = checkMarkdown(wholeReport);
  expect(text).toMatch(/^## ✖ failed: 1 of 9 targets passed\n\nAfter 6\.9 s on <code>kind-podwright<\/code>, with exit code 1\./);
  expect(text).toContain('| <code>deploy/web</code> | <code>shop</code> | ✖ failed | 0 of 2 ready | The image registry.example/web:9.9 was not found. |\n');
  expect(text).toContain('| <code>pod/slow</code> | <code>shop</code> | ○ not decided | 0 of 1 ready |  |\n');
  expect(text).toContain('### image not found registry.example/web:9.9\n\nThe image registry.example/web:9.9 was not found. (`image-not-found`)');
  expect(text).toContain('3 Pods: <code>shop/web-a</code>, <code>shop/web-b</code>, <code>shop/web-canary-a</code>\n');
  expect(text).toContain('```sh\nkubectl set image deploy/web app=IMAGE:TAG -n shop\n```\n');
  expect(text).toContain(
    '<details><summary>The last lines of migrate in shop/migrate-x, before its restart</summary>\n\n```text\nloading\nschema 7 is missing\n```\n\n</details>',
  );
});

test('Markdown: hostile text stays text', () => {
  const hostile = 'a|b `c` <img src=x> **d** [e](https://x.example) @f $g$ \\| www.x.example :tada:\n# h';
  const logs = [{ container: 'app', previous: false, lines: ['````', '</details>', '# x'] }];
  const text = checkMarkdown(
    report([
      target('pod/x', { message: hostile, pods: [pod('x', { findings: [finding('pod-failed', 'doomed', { subject: 'Pod', cause: hostile })], logs })] }),
    ]),
  );
  const row = text.split('\n').find((line) => line.includes('<code>pod/x</code>'));
  expect(row?.match(/\|/g)).toHaveLength(6);
  expect(row).toContain(
    'a&#124;b &#96;c&#96; &#60;img src=x&#62; &#42;&#42;d&#42;&#42; &#91;e&#93;(https&#58;//x.example) &#64;f &#36;g&#36; &#92;&#124; www&#46;x.example &#58;tada: &#35; h |',
  );
  expect(text).toContain('`````text\n````\n</details>\n# x\n`````\n\n</details>');
});

test('Markdown: below 1 MiB, and says what is left out', () => {
  const long = '|'.repeat(10_000);
  const targets = Array.from({ length: 3_000 }, (_, index) =>
    target(`pod/p${index}`, {
      message: long,
      pods: [
        pod(`p${index}`, {
          findings: [{ ...imageNotFound, about: `${index}`, cause: long }],
          logs: [{ container: 'app', previous: false, lines: Array.from({ length: 100 }, () => 'ä'.repeat(2_000)) }],
        }),
      ],
    }),
  );
  const text = checkMarkdown(report(targets));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900 * 1024);
  expect(Buffer.byteLength(text)).toBeGreaterThan(700 * 1024);
  expect(text.slice(-2_000)).toMatch(/\n\d+ more causes have no room here\.\n$/);
  expect(text.split('\n').filter((line) => /^\| \d+ more \| \| \| \| \|$/.test(line))).toHaveLength(1);
});

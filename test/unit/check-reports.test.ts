/** Asking for the reports of a check, and writing them: several at once, in GitHub Actions without being asked, and what happens where one cannot be written. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReports, reportChoices } from '../../cmd/check-reports.ts';
import type { CommandIo } from '../../cmd/command.ts';
import { report, sarifFaults, target, wholeReport } from './checked-report.ts';
import { junitFaults } from './junit-format.ts';

describe('--report', () => {
  test('is KIND=FILE, given several times; only the first = counts', () => {
    expect(reportChoices(['junit=a=b.xml', 'json=out/c.json', 'sarif=d', 'markdown=e.md', 'markdown', 'github'])).toEqual([
      { kind: 'junit', file: 'a=b.xml' },
      { kind: 'json', file: 'out/c.json' },
      { kind: 'sarif', file: 'd' },
      { kind: 'markdown', file: 'e.md' },
      { kind: 'markdown', file: undefined },
      { kind: 'github', file: undefined },
    ]);
  });

  test.each([
    ['xml=a', 'there is no report "xml"'],
    ['junit', '--report junit needs a file'],
    ['json=', '--report json needs a file'],
    ['markdown=', 'no file after the ='],
    ['github=a', 'takes no file'],
  ])('%s is refused', (value, message) => {
    expect(() => reportChoices([value])).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  });

  test('two reports in one file are refused', () => {
    expect(() => reportChoices(['junit=a', 'json=a'])).toThrow('two reports cannot be written to a');
  });
});

describe('writing', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podwright-reports-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a command is given, as far as reports use it. */
  function io(env: Record<string, string> = {}): { readonly io: CommandIo; readonly told: () => string } {
    let told = '';
    const stderr = { write: (text: string) => (told += text) !== '' };
    return { io: { env, stderr } as unknown as CommandIo, told: () => told };
  }

  test('all of them, over what an earlier run left', () => {
    const file = (name: string): string => join(folder, name);
    writeFileSync(file('junit.xml'), 'x'.repeat(100_000));
    const { io: given, told } = io();
    const choices = reportChoices(['junit', 'json', 'sarif', 'markdown'].map((kind) => `${kind}=${file(kind)}`).concat(`junit=${file('junit.xml')}`));
    const reports = openReports(choices, given);
    expect(readFileSync(file('junit.xml'), 'utf8')).toBe('');
    expect(reports.write(wholeReport)).toBe(1);
    expect(told()).toBe('');
    const text = (name: string): string => readFileSync(file(name), 'utf8');
    expect(junitFaults(text('junit'))).toEqual([]);
    expect(text('junit.xml')).toBe(text('junit'));
    expect(sarifFaults(JSON.parse(text('sarif')))).toEqual([]);
    expect(JSON.parse(text('json'))).toMatchObject({ podwrightCheck: '1.0' });
    expect(text('markdown')).toMatch(/^## ✖ failed/);
  });

  test('in GitHub Actions annotations and the summary by itself, after what other steps have written', () => {
    const summary = join(folder, 'summary');
    writeFileSync(summary, 'before\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { io: given, told } = io(env);
    expect(openReports([], given).write(wholeReport)).toBe(1);
    expect(
      told()
        .split('\n')
        .slice(0, -1)
        .every((line) => line.startsWith('::error ')),
    ).toBe(true);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n## ✖ failed/);
    const asked = io(env);
    openReports(reportChoices(['github', 'markdown']), asked.io).write(wholeReport);
    expect(asked.told()).toBe(told());
    expect(readFileSync(summary, 'utf8').match(/^## /gm)).toHaveLength(2);
    const lost = io({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'none', 'summary') });
    expect(openReports([], lost.io).write(wholeReport)).toBe(1);
    expect(lost.told()).toMatch(/^podwright: cannot write the report markdown to .*none\/summary: its folder does not exist\n::error /);
    const elsewhere = io({ GITHUB_STEP_SUMMARY: summary });
    expect(openReports([], elsewhere.io).write(wholeReport)).toBe(1);
    expect(elsewhere.told()).toBe('');
    expect(readFileSync(summary, 'utf8').match(/^## /gm)).toHaveLength(2);
  });

  test('a file that cannot be written is known before the wait', () => {
    const file = join(folder, 'none', 'junit.xml');
    const { io: given } = io();
    expect(() => openReports(reportChoices([`junit=${file}`]), given)).toThrow(
      expect.objectContaining({
        code: 'input',
        exitCode: 2,
        message: `cannot write the report junit to ${file}: its folder does not exist`,
        hint: `mkdir -p ${join(folder, 'none')}`,
      }),
    );
    expect(() => openReports(reportChoices([`json=${folder}`]), given)).toThrow(expect.objectContaining({ code: 'input' }));
    expect(() => openReports(reportChoices(['markdown']), given)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('GITHUB_STEP_SUMMARY is not set') }),
    );
  });

  test.runIf(existsSync('/dev/full'))("a disk that is full keeps the check's own exit code, and is no success", () => {
    const other = join(folder, 'report.json');
    const choices = reportChoices(['junit=/dev/full', `json=${other}`]);
    const failed = io();
    expect(openReports(choices, failed.io).write(wholeReport)).toBe(1);
    expect(failed.told()).toMatch(/^podwright: cannot write the report junit to \/dev\/full: ENOSPC.*; the check itself ended with exit code 1\n$/);
    expect(JSON.parse(readFileSync(other, 'utf8'))).toMatchObject({ exitCode: 1 });
    const passed = io();
    expect(openReports(choices, passed.io).write(report([target('pod/well', { outcome: 'passed' })], { outcome: 'passed', exitCode: 0 }))).toBe(2);
    expect(passed.told()).toContain('the check itself ended with exit code 0');
  });
});

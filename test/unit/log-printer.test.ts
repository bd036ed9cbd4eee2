/** Lines of logs as they are printed. */
import { describe, expect, test } from 'vitest';
import { jsonLine, LogPrinter, type LogPrinterOptions, namePaint } from '../../src/report/log-printer.ts';
import { styleOf } from '../../src/report/style.ts';
import { LineReader, stampLength } from '../../src/service/log-block.ts';
import { line } from './log-model.ts';

function printed(texts: readonly string[], options: Partial<LogPrinterOptions> = {}, name = ''): string | undefined {
  const block = new LineReader().add(Buffer.from(texts.map((text, index) => line(index, text)).join('')));
  if (block === undefined) throw new Error('no lines');
  const printer = new LogPrinter({ grep: [], exclude: [], timestamps: false, raw: false, unsafe: false, color: false, stampLength, ...options });
  return printer.print({ ...block, from: 0, to: texts.length }, name)?.toString();
}

describe('lines', () => {
  test.each<[string, readonly string[], Partial<LogPrinterOptions>, string | undefined]>([
    ['as they are', ['a', '', '\tb'], {}, 'a\n\n\tb\n'],
    ['with their times', ['a'], { timestamps: true }, '2026-11-28T12:00:00.000000000Z a\n'],
    ['without what a terminal would obey', ['\u001b[2Jx\u009b1m', '\u001b]0;t\u0007y', 'ü\u202e', 'up\rdown\r'], {}, 'x\ny\nü\nup down\n'],
    ['with it, where it is wanted and harmless', ['\u001b[2Jx'], { raw: true, unsafe: true }, '\u001b[2Jx\n'],
    ['those that match', ['one', 'two', 'three'], { grep: [/o/u, /ee/u], exclude: [/tw/u] }, 'one\nthree\n'],
    ['none that match', ['one'], { grep: [/x/u] }, undefined],
    [
      'JSON',
      ['{"level":"warn","msg":"m","a":"b c","empty":"","o":{"x":1},"q":"say=\\"x\\""}', '{not}'],
      {},
      'WARN  m a="b c" empty="" o.x=1 q="say=\\"x\\""\n{not}\n',
    ],
    ['JSON without a message, and a stack with an empty line', ['{"level":"info","msg":"","stack":"E\\n\\nat x\\n"}'], {}, 'INFO\n    stack=E\n\n    at x\n'],
    ['JSON with a name that is an escape', ['{"\\u001b[2Jk":"v\\u001b[1m","msg":"\\u001b]0;t\\u0007m\\nn"}'], {}, 'm\n    n k=v\n'],
    ['JSON as it is', ['{"msg":"m"}'], { raw: true }, '{"msg":"m"}\n'],
    ['JSON that is filtered by its own text', ['{"msg":"m","level":"info"}'], { grep: [/"level":"info"/u] }, 'INFO  m\n'],
  ])('%s', (_, texts, options, expected) => {
    expect(printed(texts, options)).toBe(expected);
  });

  test('with a name in front, of those that are decoded too', () => {
    expect(printed(['a', 'ü', '{"msg":"m"}'], {}, 'web │ ')).toBe('web │ a\nweb │ ü\nweb │ m\n');
  });

  test('levels are coloured, and every colour ends', () => {
    const text = printed(['{"level":"error","msg":"m","ts":"t"}', '{"level":"debug","msg":"m"}', '{"level":"info","msg":"m"}'], { color: true }) ?? '';
    expect(text).toContain('\u001b[31mERROR\u001b[39m \u001b[2mt\u001b[22m m\n');
    expect(text).toContain('\u001b[2mDEBUG\u001b[22m m\n');
    expect(text).toContain('\u001b[34mINFO \u001b[39m m\n');
  });
});

test('a name has the same colour always, and none where there is none', () => {
  const names = Array.from({ length: 40 }, (_, index) => `web-${index}`);
  const painted = names.map((name) => namePaint(name, styleOf(true))('x'));
  expect(painted).toEqual(names.map((name) => namePaint(name, styleOf(true))('x')));
  expect(new Set(painted).size).toBeGreaterThan(5);
  expect(namePaint('web', styleOf(false))('x')).toBe('x');
});

test('an object a line', () => {
  expect(jsonLine({ namespace: 'a', pod: 'p', container: 'c', time: 't', message: '"\n' })).toBe(
    '{"namespace":"a","pod":"p","container":"c","time":"t","message":"\\"\\n"}\n',
  );
});

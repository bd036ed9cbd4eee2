/** Text for terminals, tables, JSON, YAML, quantities and orders. */
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { quantityNumber } from '../../src/core/quantity.ts';
import { healthGlyph, unicodeLocale } from '../../src/report/glyphs.ts';
import { parsePathExpression } from '../../src/report/json-path.ts';
import { jsonText } from '../../src/report/json-text.ts';
import { sortedByPath } from '../../src/report/pod-order.ts';
import { measureFor, tableText } from '../../src/report/table.ts';
import { plainLines, plainText } from '../../src/report/terminal-text.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { yamlText } from '../../src/report/yaml-text.ts';

describe('plain text', () => {
  test.each([
    ['nothing special', 'nothing special'],
    ['日本 e\u0301 👩', '日本 e\u0301 👩'],
    ['a\u200db\u200bc\ufe0f\u00ad', 'abc'],
    ['half \ud83d of a pair', 'half \ufffd of a pair'],
    [`heap${'\u0301'.repeat(5000)}`, `heap${'\u0301'.repeat(8)}`],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;new title\x07rest', 'rest'],
    ['\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1bP1$r0m\x1b\\x', 'x'],
    ['\x9b31mred', 'red'],
    ['\x1b]0;never ends', '0;never ends'],
    ['\x1b[2J\x1b[Hgone', 'gone'],
    ['\x1bc reset', ' reset'],
    ['\x1b\x1b[31m[31m', '[31m'],
    ['a\r\nb\nc\td', 'a b c d'],
    ['bell\x07 back\x08 null\0', 'bell back null'],
    ['safe\u202etxt.exe', 'safetxt.exe'],
  ])('%j', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  test('lines keep their breaks and tabs', () => {
    expect(plainLines('a\r\nb\tc\x1b[2J\rd')).toBe('a\nb\tc\nd');
  });

  test('nothing that a terminal obeys is left in any text, and a second pass changes nothing', () => {
    const parts = fc.array(fc.oneof(fc.constantFrom('\x1b', '[', ']', '31m', '\x07', '\\', 'P', '\x9b', '\n', ';'), fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(parts, (pieces) => {
        const plain = plainText(pieces.join(''));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(plain).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        expect(stripVTControlCharacters(plain)).toBe(plain);
        expect(plainText(plain)).toBe(plain);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});

describe('a table', () => {
  const text = async (rows: readonly (readonly string[])[]): Promise<string> => tableText(rows, await measureFor(rows));

  test("is spaced as kubectl's", async () => {
    const rows = [
      ['NAME', 'A', 'AGE'],
      ['web-1', '1/1', '5m'],
    ];
    expect(await text(rows)).toBe('NAME    A     AGE\nweb-1   1/1   5m\n');
  });

  test('lines up wide characters', async () => {
    const rows = [
      ['NAME', 'NOTE', 'X'],
      ['ab', '日本', 'x'],
      ['é', 'e\u0301', 'x'],
    ];
    const lines = (await text(rows)).trimEnd().split('\n');
    expect(new Set(lines.map((line) => textWidth(line.slice(0, line.lastIndexOf(' ')))))).toEqual(new Set([13]));
  });

  test('of nothing is nothing', async () => {
    expect(await text([])).toBe('');
  });

  test('keeps every cell of any rows, in order', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '本', '-') }).filter((value) => value !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 })), async (rows) => {
        const lines = (await text(rows)).split('\n').slice(0, -1);
        expect(lines.map((line) => line.split(/ +/))).toEqual(rows);
      }),
    );
  });
});

describe('JSON', () => {
  test("is Go's: keys in order, HTML-safe", () => {
    expect(jsonText({ b: '<a&b>', a: [], 10: 1, 9: {}, c: [1, { x: null }] }, 2)).toBe(
      '{\n  "10": 1,\n  "9": {},\n  "a": [],\n  "b": "\\u003ca\\u0026b\\u003e",\n  "c": [\n    1,\n    {\n      "x": null\n    }\n  ]\n}',
    );
    expect(jsonText({ b: 1, a: ['x'] })).toBe('{"a":["x"],"b":1}');
  });

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 4), (value, indent) => {
        expect(JSON.parse(jsonText(value, indent))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('YAML', () => {
  const ambiguous = [
    'yes',
    'No',
    'on',
    'off',
    'y',
    'n',
    'true',
    '~',
    'null',
    '',
    '0777',
    '0o17',
    '0x1f',
    '1:30',
    '1_000',
    '1e3',
    '.5',
    '.inf',
    '2024-01-01',
    '12',
    '0b11',
  ];

  test.each(ambiguous)('the text %j stays a text in YAML 1.1 and 1.2', (value) => {
    const written = yamlText({ key: value });
    for (const version of ['1.1', '1.2'] as const) expect(parse(written, { version })).toEqual({ key: value });
  });

  test('reads back as the same value, whatever is in it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constantFrom(...ambiguous), fc.jsonValue()), { noNullPrototype: true }), (value) => {
        fc.pre(!Object.hasOwn(value, '__proto__'));
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(parse(yamlText(plain))).toEqual(plain);
      }),
    );
  });

  test('has its keys in order and its lists not indented', () => {
    expect(yamlText({ b: ['x'], a: 1 })).toBe('a: 1\nb:\n- x\n');
  });
});

test.each([
  ['1', 1],
  ['250m', 0.25],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['1Ki', 1024],
  ['1k', 1000],
  ['2e3', 2000],
  ['-3M', -3e6],
  ['.5', 0.5],
  ['web', undefined],
  ['1Gib', undefined],
  ['', undefined],
])('the quantity %s', (text, number) => {
  expect(quantityNumber(text)).toBe(number);
});

describe('an order', () => {
  const sorted = (values: readonly unknown[]): readonly unknown[] =>
    sortedByPath(
      values.map((value) => (value === undefined ? {} : { v: value })),
      parsePathExpression('.v'),
      (item) => item,
    ).map((item) => (item as { v?: unknown }).v);

  test.each([
    [
      [3, 1, 10],
      [1, 3, 10],
    ],
    [
      ['b', undefined, 'a'],
      [undefined, 'a', 'b'],
    ],
    [
      ['1Gi', '100Mi', '2G'],
      ['100Mi', '1Gi', '2G'],
    ],
    [
      ['2024-02-01T00:00:00Z', '2024-01-01T00:00:00Z'],
      ['2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z'],
    ],
  ])('of %j', (values, order) => {
    expect(sorted(values)).toEqual(order);
  });

  test('by a field that no object has, or that has no order, is refused', () => {
    expect(() => sorted([undefined])).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => sorted([{ a: 1 }, { a: 2 }])).toThrow(expect.objectContaining({ message: expect.stringContaining('an object') }));
    expect(sorted([])).toEqual([]);
  });
});

test('glyphs', () => {
  expect([healthGlyph('doomed', true), healthGlyph('doomed', false)]).toEqual(['✖', 'x']);
});

test.each([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'en_US.utf8' }, true],
  [{ LANG: 'C' }, false],
  [{ LANG: 'C.UTF-8', LC_ALL: 'POSIX' }, false],
  [{ LC_ALL: '', LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }, true],
  [{}, true],
  [{ TERM: 'linux' }, false],
])('the locale %j shows Unicode: %s', (env, unicode) => {
  expect(unicodeLocale(env)).toBe(unicode);
});

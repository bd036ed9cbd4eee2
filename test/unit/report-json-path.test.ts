/** kubectl's JSONPath templates; the integration test compares the same dialect with kubectl itself. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateJsonPath, goText, jsonPathJson, jsonPathText, parseJsonPath, parsePathExpression } from '../../src/report/json-path.ts';

const list = {
  kind: 'List',
  items: [
    {
      metadata: { name: 'web', labels: { app: 'web', 'app.kubernetes.io/part-of': 'shop' } },
      spec: { node: 'a', priority: 3, host: true, ports: [80, 81, 82] },
    },
    { metadata: { name: 'db', labels: { app: 'db' } }, spec: { node: 'b', priority: 10, ports: [] } },
    { metadata: { name: 'job' }, spec: { node: 'a', priority: 7, note: null } },
  ],
};

describe('a template', () => {
  test.each([
    ['plain text', 'plain text'],
    ['{.kind}', 'List'],
    ['{$.kind} {@.kind}', 'List List'],
    ['{.items[*].metadata.name}', 'web db job'],
    ['{.items[0].metadata.name}|{.items[-1].metadata.name}', 'web|job'],
    ['{.items[0:2].metadata.name}', 'web db'],
    ['{.items[::2].metadata.name}', 'web job'],
    ['{.items[-2:].metadata.name}', 'db job'],
    ['{.items[0,2].metadata.name}', 'web job'],
    ["{.items[0]['kind', 'metadata'].name}", 'web'],
    ["{.items[0].metadata.labels['app\\.kubernetes\\.io/part-of']}", 'shop'],
    ['{.items[0].metadata.labels.app\\.kubernetes\\.io/part-of}', 'shop'],
    ['{.items[?(@.spec.node=="a")].metadata.name}', 'web job'],
    ["{.items[?(@.spec.node != 'a')].metadata.name}", 'db'],
    ['{.items[?(@.spec.priority>=7)].metadata.name}', 'db job'],
    ['{.items[?(@.spec.host==true)].metadata.name}', 'web'],
    ['{.items[?(@.spec.host)].metadata.name}', 'web'],
    ['{.items[?(@.metadata.name==")")].metadata.name}', ''],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.node}{"\\n"}{end}done', 'web\ta\ndb\tb\njob\ta\ndone'],
    ['{range .items[*]}{range .spec.ports[*]}{@},{end};{end}', '80,81,82,;;;'],
    ['{range .none[*]}{.x}{end}after', 'after'],
    ['{.items[0].metadata.labels}', '{"app":"web","app.kubernetes.io/part-of":"shop"}'],
    ['{.items[0].spec.ports}', '[80,81,82]'],
    ['{.items[2].spec.note}', 'null'],
    ['{.items[*].spec.ports[*]}', '80 81 82'],
    ['{..name}', 'web db job'],
    ['{.items[1].spec.*}', 'b 10 []'],
    ['{.nothing.here}', ''],
    ['{"a\\u00e9\\x41\\"\\n"}', 'aéA"\n'],
    ["{'it\\'s'}", "it's"],
    ['{1}{true}{-1.5}', '1true-1.5'],
  ])('%s', (template, text) => {
    expect(jsonPathText(parseJsonPath(template), list)).toBe(text);
  });

  test.each([
    ['{.items[', 'unterminated array', 8],
    ['{.kind', 'unclosed action', 1],
    ['x{.a}{.b', 'unclosed action', 6],
    ['{foo}', 'unrecognized identifier foo', 2],
    ['a{end}', 'nothing to end', 2],
    ['{.items[a]}', 'invalid array index', 9],
    ['{.items[]}', 'invalid array index', 9],
    ['{.items["a"]}', 'invalid array index', 9],
    ['{.a && .b}', 'unrecognized character "&"', 5],
    ['{"open}', 'unterminated quoted string', 2],
    ['{"\\q"}', 'invalid escape', 2],
    ['{.items[?(@.a=="b"]}', 'unterminated filter', 8],
    ['{.items[?(@.a=~"b")]}', 'unrecognized filter operator', 14],
    ['{.items[?(@.a=="b" && @.c)]}', 'unrecognized character "&"', 20],
    ['{.items[0:2:0]}', 'step', 9],
    ['{....a}', 'recursive descent', 4],
  ])('%s is refused, with its column', (template, problem, column) => {
    expect(() => parseJsonPath(template)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(problem) }));
    expect(() => parseJsonPath(template)).toThrow(new RegExp(`at column ${column}$`));
  });

  test.each([
    ['{.items[9]}', 'out of bounds: index 9, length 3'],
    ['{.kind[0]}', 'is no array'],
    ['{.items[2:1]}', 'greater than ending index'],
    ['{.items[?(@.spec.priority=="x")]}', 'different types'],
    ['{.items[?(@.spec.host<true)]}', 'no order'],
    ['{.kind[?(@.a)]}', 'cannot be filtered'],
  ])('%s does not fit the data', (template, problem) => {
    expect(() => jsonPathText(parseJsonPath(template), list)).toThrow(expect.objectContaining({ message: expect.stringContaining(problem) }));
  });

  test('as JSON, each piece is an array', () => {
    expect(jsonPathJson(parseJsonPath('{.items[*].metadata.name}'), list)).toBe('[\n    "web",\n    "db",\n    "job"\n]\n');
  });

  test('any text is either read or refused with a column inside it, and never hangs', () => {
    const alphabet = fc.constantFrom(...'{}[]()?@.$*,:\'"\\=<>! -10aeg_nrd\n'.split(''), 'range', 'end', '..', '[?(', ')]');
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 24 }), (parts) => {
        const template = parts.join('');
        try {
          jsonPathText(parseJsonPath(template), list);
        } catch (error) {
          const column = /at column (\d+)$/.exec((error as Error).message)?.[1];
          expect(error).toMatchObject({ code: 'usage' });
          if (column !== undefined) expect(Number(column)).toBeLessThanOrEqual(template.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a key of any kind is found when its special characters are escaped', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (key) => {
        fc.pre(key !== '*' && !/[\r\n\t ]/.test(key));
        const escaped = key.replace(/[^\w]/gu, (character) => `\\${character}`);
        expect(evaluateJsonPath(parseJsonPath(`{.${escaped}}`), { [key]: 1 })).toEqual([[1]]);
      }),
    );
  });
});

test.each(['.metadata.name', 'metadata.name', '{.metadata.name}', '{metadata.name}'])('%s is a path', (path) => {
  expect(evaluateJsonPath(parsePathExpression(path), list.items[0])).toEqual([['web']]);
});

test.each(['{.a}{.b}', '{a', 'a}'])('%s is no path', (path) => {
  expect(() => parsePathExpression(path)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test.each([
  [null, '<nil>'],
  ['text', 'text'],
  [true, 'true'],
  [1.5, '1.5'],
  [['a', 1], '[a 1]'],
  [{ b: [], a: { x: null } }, 'map[a:map[x:<nil>] b:[]]'],
])('%j as Go prints it', (value, text) => {
  expect(goText(value)).toBe(text);
});

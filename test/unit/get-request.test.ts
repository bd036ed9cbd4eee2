/** What `podwright get` understands: argv to a request, as values. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags, outputFlags } from '../../cmd/cluster-flags.ts';
import { type GetRequest, getCommand } from '../../cmd/get.ts';

function request(...args: readonly string[]): GetRequest {
  return getCommand.request(readArguments(args, { ...getCommand.flags, ...clusterFlags, ...outputFlags }, 'see the help'));
}

const plain: GetRequest = {
  cluster: { allNamespaces: false },
  recording: undefined,
  targets: [],
  labelSelector: undefined,
  fieldSelector: undefined,
  watch: 'no',
  output: { kind: 'table', wide: false },
  columns: undefined,
  labelColumns: [],
  showLabels: false,
  headers: true,
  sortBy: undefined,
  ignoreNotFound: false,
  managedFields: false,
};

describe('get', () => {
  test.each<[string, Partial<GetRequest>]>([
    ['', {}],
    ['pods', {}],
    ['-A', { cluster: { allNamespaces: true } }],
    ['-n shop', { cluster: { allNamespaces: false, namespace: 'shop' } }],
    ['-nshop', { cluster: { allNamespaces: false, namespace: 'shop' } }],
    ['-n=shop', { cluster: { allNamespaces: false, namespace: 'shop' } }],
    ['--namespace=a -n b', { cluster: { allNamespaces: false, namespace: 'b' } }],
    ['--context c --user u --cluster k --kubeconfig f', { cluster: { allNamespaces: false, context: 'c', user: 'u', cluster: 'k', kubeconfig: 'f' } }],
    ['--request-timeout 1m30s', { cluster: { allNamespaces: false, requestTimeoutMs: 90_000 } }],
    ['--request-timeout 5', { cluster: { allNamespaces: false, requestTimeoutMs: 5000 } }],
    ['--request-timeout 0', {}],
    [
      'web-1 deploy/web',
      {
        targets: [
          { kind: 'pod', name: 'web-1' },
          { kind: 'deployment', name: 'web' },
        ],
      },
    ],
    [
      'pods a b',
      {
        targets: [
          { kind: 'pod', name: 'a' },
          { kind: 'pod', name: 'b' },
        ],
      },
    ],
    ['-l app=web', { labelSelector: 'app=web' }],
    ['-l !legacy', { labelSelector: '!legacy' }],
    ['--field-selector status.phase=Running', { fieldSelector: 'status.phase=Running' }],
    ['-w', { watch: 'all' }],
    ['--watch=true', { watch: 'all' }],
    ['--watch=false', {}],
    ['-w --watch-only', { watch: 'changes' }],
    ['-owide', { output: { kind: 'table', wide: true } }],
    ['-Aowide', { cluster: { allNamespaces: true }, output: { kind: 'table', wide: true } }],
    ['-o json', { output: { kind: 'json' } }],
    ['-o yaml --show-managed-fields', { output: { kind: 'yaml' }, managedFields: true }],
    ['--output=name --no-headers', { output: { kind: 'name' }, headers: false }],
    ['--columns Name,status,why', { columns: ['name', 'status', 'why'] }],
    ['-L app,tier -L x --show-labels', { labelColumns: ['app', 'tier', 'x'], showLabels: true }],
    ['--ignore-not-found a', { ignoreNotFound: true, targets: [{ kind: 'pod', name: 'a' }] }],
  ])('%s', (line, expected) => {
    expect(request(...line.split(' ').filter((word) => word !== ''))).toEqual({ ...plain, ...expected });
  });

  test.each([
    [['--nope'], 'no flag --nope'],
    [['-z'], 'no flag -z'],
    [['-n'], '-n needs a value'],
    [['-n', '-A'], '-n needs a value'],
    [['-n', 'Shop'], '"Shop" is not the name of a namespace'],
    [['-n', '../x'], 'is not the name of a namespace'],
    [['--watch=maybe'], '--watch is true or false'],
    [['--color=blue'], '--color is auto, always, never'],
    [['--request-timeout', 'soon'], 'is not a time'],
    [['--request-timeout', ''], 'needs a value'],
    [['-o', 'jsn'], 'no such output format'],
    [['-o', 'json=x'], 'no such output format'],
    [['-o', 'jsonpath='], 'needs a template'],
    [['-o', 'jsonpath={.items['], 'unterminated array, at column 8'],
    [['-o', 'custom-columns=NAME'], 'is no column'],
    [['-o', 'custom-columns=A:.a[x]'], 'invalid array index'],
    [['-o', 'jsonpath-file=/nonexistent/file'], 'cannot read /nonexistent/file'],
    [['--sort-by', '{.a}{.b}'], 'is not a path'],
    [['--columns', 'nam'], 'no column "nam"'],
    [['--columns', ','], 'names no column'],
    [['-o', 'wide', '--columns', 'name'], 'both choose the columns'],
    [['-o', 'json', '--show-labels'], '--show-labels is for the table'],
    [['-o', 'name', '-L', 'app'], '--label-columns is for the table'],
    [['-A', 'web'], 'belongs to one namespace'],
    [['web', '-l', 'a=b'], 'not both'],
    [['deploy'], 'needs a name'],
    [['svc/web'], 'knows no kind "svc"'],
    [['-l', 'app==='], 'at column 6'],
    [['-l', 'a b'], 'at column 3'],
    [['-l', 'a in (b'], 'is not closed, at column 6'],
    [['-l', 'a in b'], 'expected ( after in, at column 6'],
    [['-l', 'a=b,,c'], 'is not the name of a label, at column 5'],
    [['-l', '-x=b'], '-l needs a value'],
    [['-l', 'a=b c'], 'expected a comma or the end, at column 5'],
    [['-l', 'a>x'], 'no whole number, at column 3'],
    [['-l', '!a=b'], 'at column 3'],
    [['--field-selector', 'a=b,foo'], '"foo" at column 5'],
  ])('%j is refused in one line', (args, problem) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(problem) }));
    expect(() => request(...args)).toThrow(/^.*$/);
  });

  test.each(['a', '!a', 'a=b', 'a==b', 'a!=b', 'a=', 'a in (b,c)', 'a notin ( b , c ),d', 'x.io/a=b', 'a>1,b<2', 'env in (,x)'])(
    'the label selector %s is taken',
    (selector) => {
      expect(request('-l', selector).labelSelector).toBe(selector);
    },
  );

  test('a mistyped flag is answered with the one that was meant', () => {
    expect(() => request('--selectr=a')).toThrow(expect.objectContaining({ hint: expect.stringContaining('Did you mean --selector?') }));
    expect(() => request('-o', 'jsonpth={.a}')).toThrow(expect.objectContaining({ hint: expect.stringContaining('Did you mean -o jsonpath') }));
  });
});

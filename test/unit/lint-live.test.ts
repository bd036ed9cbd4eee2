/** What `lint --live` says of objects by a cluster's OpenAPI: the definition of the test on the cluster, as a cluster publishes it, and kinds of Kubernetes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { ClusterKinds } from '../../src/manifest/cluster-kinds.ts';
import { apiVersionsIn, lintFiles, readForLint } from '../../src/manifest/lint.ts';
import { formatFault } from '../../src/manifest/string-formats.ts';
import { junctionFaults, valueFaults } from '../../src/manifest/value-facets.ts';
import { firstError, keptMutants, liveCases, liveCorpus, liveVerdictsFile } from '../integration/live-cases.ts';

type Part = Readonly<Record<string, unknown>>;

const corpus = (file: string): string => liveCorpus(file, 'x.test');
const definition = parse(corpus('definition.yaml'), { version: '1.1' }) as { spec: { versions: { schema: { openAPIV3Schema: Part } }[] } };
const structural = definition.spec.versions[0]?.schema.openAPIV3Schema ?? {};

const described = (group: string, version: string, kind: string): Part => ({ 'x-kubernetes-group-version-kind': [{ group, version, kind }] });
const reference = (name: string): Part => ({ allOf: [{ $ref: `#/components/schemas/${name}` }] });
const text: Part = { type: 'string' };

const custom = { components: { schemas: { 'test.x.v1.Widget': { ...structural, ...described('x.test', 'v1', 'Widget') } } } };
const networking = {
  components: {
    schemas: {
      'io.k8s.api.networking.v1.IngressClass': {
        type: 'object',
        properties: {
          apiVersion: text,
          kind: text,
          metadata: reference('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'),
          spec: reference('io.k8s.api.networking.v1.IngressClassSpec'),
        },
        ...described('networking.k8s.io', 'v1', 'IngressClass'),
      },
      'io.k8s.api.networking.v1.IngressClassSpec': {
        type: 'object',
        properties: {
          controller: text,
          parameters: { type: 'object', additionalProperties: text },
          weights: { type: 'array', items: { type: 'integer', format: 'int64' } },
          since: { type: 'string', format: 'date-time' },
          blob: { type: 'string', format: 'byte' },
          size: reference('io.k8s.apimachinery.pkg.api.resource.Quantity'),
          port: reference('io.k8s.apimachinery.pkg.util.intstr.IntOrString'),
          share: { type: 'number' },
          on: { type: 'boolean' },
          lists: { type: 'object', additionalProperties: { type: 'array', items: text } },
        },
      },
      'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': {
        type: 'object',
        properties: { name: text, namespace: text, labels: { type: 'object', additionalProperties: text } },
      },
      'io.k8s.apimachinery.pkg.api.resource.Quantity': text,
      'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { format: 'int-or-string', oneOf: [{ type: 'integer' }, text] },
    },
  },
};

const served = (apiVersion: string, kind: string, namespaced = true) => ({ apiVersion, kind, words: [], namespaced, hasStatus: kind === 'Widget' });
const cluster = new ClusterKinds(
  [
    served('x.test/v1', 'Widget'),
    served('networking.k8s.io/v1', 'IngressClass', false),
    served('v1', 'Pod'),
    served('v1', 'Endpoints'),
    served('metrics.x.test/v1', 'Sample'),
  ],
  new Map<string, unknown>([
    ['x.test/v1', custom],
    ['networking.k8s.io/v1', networking],
  ]),
);

/** The findings that are errors or about versions, as `path rule: message | hint`. */
function told(...objects: readonly object[]): readonly string[] {
  const file = readForLint({ file: 'a.yaml', bytes: Buffer.from(objects.map((object) => JSON.stringify(object)).join('\n---\n')), named: true });
  return lintFiles([file], { minor: 36, cluster })
    .findings.filter(({ severity, rule }) => severity === 'error' || rule.includes('api'))
    .map(({ path, rule, message, hint }) => `${path} ${rule}: ${message}${hint === undefined ? '' : ` | ${hint}`}`);
}

const [full, least] = parseAllDocuments(corpus('widgets.yaml'), { version: '1.1' }).map((document): Part & { spec: Part } => document.toJS());
if (full === undefined || least === undefined) throw new Error('the corpus has no widgets');

const widget = (spec: Part, more: Part = {}): object => ({ ...least, ...more, spec: { ...least.spec, ...spec } });

describe('a custom resource', () => {
  test('that is right has no errors', () => {
    expect(told(full, least)).toEqual([]);
  });

  test.each<[Part, string]>([
    [{ size: 'huge' }, 'spec.size invalid-value: size is small, medium or large, not "huge"'],
    [{ level: 9 }, 'spec.level invalid-value: level is 1, 2 or 3, not 9'],
    [{ count: 0 }, 'spec.count invalid-value: count has to be at least 1, and is 0'],
    [{ count: 11 }, 'spec.count invalid-value: count has to be at most 10, and is 11'],
    [{ ratio: 0 }, 'spec.ratio invalid-value: ratio has to be more than 0, and is 0'],
    [{ step: 7 }, 'spec.step invalid-value: step has to be a multiple of 5, and is 7'],
    [{ total: 1e30 }, 'spec.total invalid-value: 1e+30 is beyond what 64 bits hold'],
    [{ count: '3' }, 'spec.count wrong-type: count takes a whole number, and this is the text "3" | Take the quotes away.'],
    [{ count: 1.5 }, 'spec.count wrong-type: count takes a whole number, and this is the number 1.5'],
    [{ ratio: 'half' }, 'spec.ratio wrong-type: ratio takes a number, and this is the text "half" | Write a number.'],
    [{ enabled: 'true' }, 'spec.enabled wrong-type: enabled takes true or false, and this is the text "true" | Take the quotes away.'],
    [{ size: 3 }, 'spec.size wrong-type: size takes text, and this is the number 3 | Put it in quotes: "3".'],
    [{ code: 'a' }, 'spec.code invalid-value: code has to have at least 2 characters, and has 1'],
    [{ title: 'longer than twelve' }, 'spec.title invalid-value: title may have 12 characters, and has 18'],
    [{ code: 'a-b' }, 'spec.code invalid-value: code has to match ^[a-z][a-z0-9]*$, and is "a-b"'],
    [{ port: true }, 'spec.port wrong-type: port takes a whole number or text, and this is true'],
    [{ limited: 0 }, 'spec.limited invalid-value: limited has to be at least 1, and is 0'],
    [{ when: 'yesterday' }, 'spec.when invalid-value: when has to be a time, like 2026-01-31T12:00:00Z, and is "yesterday"'],
    [{ labels: { a: 'too long' } }, 'spec.labels.a invalid-value: a may have 6 characters, and has 8'],
    [{ labels: { a: '', b: '', c: '', d: '' } }, 'spec.labels invalid-value: labels may have 3 fields, and has 4'],
    [{ matrix: [[]] }, 'spec.matrix[0] invalid-value: matrix has to have at least 1 items, and has 0'],
    [{ matrix: [['a']] }, 'spec.matrix[0][0] wrong-type: An item of matrix takes a whole number, and this is the text "a"'],
    [{ matrix: [null] }, 'spec.matrix[0] wrong-type: An item of matrix takes a list, and this is nothing'],
    [{ tags: ['a', 'b', 'a'] }, 'spec.tags[2] duplicate-name: "a" is there twice in tags'],
    [{ parts: [{ name: 'a' }, { name: 'a', protocol: 'TCP' }] }, 'spec.parts[1] duplicate-name: name "a", protocol "TCP" is there twice in parts'],
    [{ parts: {} }, 'spec.parts wrong-type: parts takes a list, and this is a map of fields | Put "- " before the first field of each item.'],
    [{ parts: [] }, 'spec.parts invalid-value: parts has to have at least 1 items, and has 0'],
    [{ parts: [{}] }, 'spec.parts[0] missing-field: name is missing'],
    [{ parts: [{ name: null }] }, 'spec.parts[0].name missing-field: name is empty'],
    [{ source: {} }, 'spec.source invalid-value: source fits nothing of what its schema allows: git, or oci'],
    [
      { source: { git: { url: 'a' }, oci: { image: 'a' } } },
      'spec.source invalid-value: source has to fit one of what its schema allows, and fits 2: git, or oci',
    ],
    [{ forbidden: { a: '', b: '' } }, 'spec.forbidden invalid-value: forbidden is what its schema forbids (not)'],
    [{ sise: 'small' }, 'spec.sise unknown-field: sise is not a field of spec | Did you mean size?'],
    [{ image: 'a' }, 'spec.image misplaced-field: image is not a field of spec; it belongs under source.oci'],
    [{ deep: { er: { size: 'small' } } }, 'spec.deep.er.size misplaced-field: size is not a field of er; it is one of spec | Indent it like deep, beside it.'],
    [{ open: { known: 'yes' } }, 'spec.open.known wrong-type: known takes true or false, and this is the text "yes" | Write true or false.'],
    [{ open: [] }, 'spec.open wrong-type: open takes fields, and this is a list | It takes one, not a list: leave out the dash.'],
    [{ template: { kind: 3, apiVersion: 'v1' } }, 'spec.template.kind wrong-type: kind takes text, and this is the number 3'],
    [
      { template: { kind: 'A', apiVersion: 'v1', metadata: { nme: 'a' } } },
      'spec.template.metadata.nme unknown-field: nme is not a field of metadata | Did you mean name?',
    ],
    [
      { template: { kind: 'A', apiVersion: 'v1', metadata: { name: 'a/b' } } },
      'spec.template.metadata.name invalid-value: name "a/b" is not valid: it may not be "." or "..", nor have "/" or "%"',
    ],
  ])('%j', (spec, words) => {
    expect(told(widget(spec))).toEqual([words]);
  });

  test('fields that are called like those of every object of JavaScript are unknown like others', () => {
    expect(told(widget({ constructor: 1, toString: {} }))).toEqual([
      'spec.constructor unknown-field: constructor is not a field of spec',
      'spec.toString unknown-field: toString is not a field of spec',
    ]);
    expect(told(widget({ labels: JSON.parse('{"__proto__": "x"}') as Part }))).toEqual([]);
  });

  test('what is null is as if it were not there, unless it may be null; what has a default need not be there', () => {
    expect(told(widget({ count: null, mode: null, title: null, retries: null, tags: null }))).toEqual([]);
    expect(told(widget({ size: null }))).toEqual(['spec.size missing-field: size is empty']);
  });

  test('what is open takes anything, and what has a type is checked in it all the same', () => {
    expect(told(widget({ open: { other: [1, { deep: null }] }, anything: [{ a: 1 }], limits: { cpu: 1, memory: '1Gi' } }))).toEqual([]);
    expect(told(widget({ open: { inner: { x: 1, y: 2 } } }))).toEqual(['spec.open.inner.y unknown-field: y is not a field of inner']);
  });

  test('defaults are there before anything is asked of the values', () => {
    const schema = {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          default: { inner: {} },
          properties: {
            inner: { type: 'object', properties: { mode: { ...text, default: 'a' }, list: { type: 'array', default: [{}], items: { type: 'object' } } } },
          },
          oneOf: [
            { properties: { inner: { properties: { mode: { enum: ['a'] } }, required: ['mode', 'list'] } } },
            { properties: { inner: { properties: { mode: { enum: ['b'] } } } } },
          ],
        },
      },
      required: ['spec'],
    };
    const openapi = { components: { schemas: { 'v1.Gadget': { ...schema, ...described('x.test', 'v1', 'Gadget') } } } };
    const kinds = new ClusterKinds([served('x.test/v1', 'Gadget')], new Map([['x.test/v1', openapi]]));
    const errors = (object: object) => {
      const file = readForLint({
        file: 'a.yaml',
        bytes: Buffer.from(JSON.stringify({ apiVersion: 'x.test/v1', kind: 'Gadget', metadata: { name: 'a' }, ...object })),
        named: true,
      });
      return lintFiles([file], { minor: 36, cluster: kinds }).findings.map(({ message }) => message);
    };
    expect(errors({})).toEqual([]);
    expect(errors({ spec: { inner: {} } })).toEqual([]);
    expect(errors({ spec: { inner: { mode: 'c' } } })).toEqual(['spec fits nothing of what its schema allows']);
  });

  test('a field that the version of the cluster does not have yet is told as one', () => {
    const pods = {
      components: {
        schemas: {
          'io.k8s.api.core.v1.Pod': {
            type: 'object',
            properties: { apiVersion: text, kind: text, metadata: { type: 'object' }, spec: reference('io.k8s.api.core.v1.PodSpec') },
            ...described('', 'v1', 'Pod'),
          },
          'io.k8s.api.core.v1.PodSpec': { type: 'object', properties: { containers: { type: 'array', items: { type: 'object' } } } },
        },
      },
    };
    const file = readForLint({
      file: 'a.yaml',
      bytes: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { resources: {}, contaners: [] } })),
      named: true,
    });
    const { findings } = lintFiles([file], { minor: 30, cluster: new ClusterKinds([served('v1', 'Pod')], new Map([['v1', pods]])) });
    expect(findings.filter(({ rule }) => rule.endsWith('-field')).map(({ rule, path }) => [rule, path])).toEqual([
      ['newer-field', 'spec.resources'],
      ['unknown-field', 'spec.contaners'],
    ]);
  });

  test('a list in the place of text with a format is taken, as by the server', () => {
    expect(told(widget({ blob: ['a'] }))).toEqual([]);
  });

  test('the status of an object that brings one along is dropped: only fields that there are not are told', () => {
    expect(told(widget({}, { status: { ready: 'often', seen: 1e30, sen: 1 } }))).toEqual([
      'status.sen unknown-field: sen is not a field of status | Did you mean seen?',
    ]);
  });

  test('metadata is that of every object', () => {
    expect(told(widget({}, { metadata: { name: 'Not_A_Name', lables: {} } }))).toEqual([
      'metadata.name invalid-value: name "Not_A_Name" is not valid: it may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit',
      'metadata.lables unknown-field: lables is not a field of metadata | Did you mean labels?',
    ]);
    expect(told(widget({}, { metadata: null }))).toEqual([
      'metadata missing-field: metadata.name is missing | Give the object a name, or a generateName to create it by.',
    ]);
    expect(told(widget({}, { metadata: { name: 'a', labels: { '-': 'x' } } }))).toHaveLength(1);
  });
});

test('the same verdict as the API server gave for 99 % of custom resources and their mutants', { timeout: 200_000 }, () => {
  const verdicts = readFileSync(liveVerdictsFile, 'utf8').replaceAll('\n', '');
  const definitionFile = readForLint({ file: 'definition.yaml', bytes: Buffer.from(corpus('definition.yaml')), named: true });
  const cases = [...liveCases('widgets.yaml', 'x.test', keptMutants)];
  expect(verdicts).toHaveLength(cases.length);
  const differing = cases.flatMap(({ what, object }, index) => {
    const file = readForLint({ file: 'a.yaml', bytes: Buffer.from(stringify(object, { version: '1.1' })), named: true });
    const ours = firstError(lintFiles([definitionFile, file]).findings);
    return (ours === undefined) === (verdicts[index] === 't') ? [] : [`${what}: ${ours}`];
  });
  expect(differing.length > cases.length / 100 ? differing : []).toEqual([]);
});

describe('a kind of Kubernetes that is not built in', () => {
  const ingressClass = (spec: Part, metadata: Part = { name: 'a' }): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata, spec });

  test('that is right has no errors', () => {
    const spec = {
      controller: 'a',
      parameters: { a: 'b' },
      weights: [1],
      since: '2026-01-31T12:00:00Z',
      blob: 'aGk=',
      size: '1Gi',
      port: 'http',
      share: 0.5,
      on: true,
    };
    expect(told(ingressClass({ ...spec, lists: { a: [1] } }))).toEqual([]);
  });

  test.each<[Part, string]>([
    [{ weights: ['a'] }, 'spec.weights[0] wrong-type: An item of weights takes a whole number, and this is the text "a"'],
    [{ parameters: { a: 1 } }, 'spec.parameters.a wrong-type: a takes text, and this is the number 1 | Put it in quotes: "1".'],
    [{ since: 'now' }, 'spec.since wrong-type: since takes a time, and this is the text "now" | Write it like 2026-01-31T12:00:00Z.'],
    [{ size: 'big' }, 'spec.size invalid-value: "big" is no quantity | Quantities look like 250m, 1.5, 64Mi or 2G.'],
    [{ blob: '!' }, 'spec.blob wrong-type: blob takes bytes in base64, and this is the text "!" | Plain text goes under stringData.'],
    [{ contoller: 'a' }, 'spec.contoller unknown-field: contoller is not a field of an IngressClass spec | Did you mean controller?'],
  ])('%j', (spec, words) => {
    expect(told(ingressClass({ controller: 'a', ...spec }))).toEqual([words]);
  });

  test('what the server requires though its OpenAPI does not', () => {
    expect(told(ingressClass({}))).toEqual(['spec missing-field: controller is missing']);
  });

  test('without namespaces it is in none', () => {
    expect(told(ingressClass({ controller: 'a' }, { name: 'a', namespace: 'b' }))).toEqual([
      'metadata.namespace invalid-value: IngressClass is not a kind of things in namespaces | Leave it out.',
    ]);
  });
});

describe('a kind that the cluster does not serve', () => {
  const of = (apiVersion: string, kind: string) => told({ apiVersion, kind, metadata: { name: 'a' } });

  test.each([
    ['x.test/v2', 'Widget', 'apiVersion unserved-kind: The cluster serves no Widget of x.test/v2 | Write apiVersion: x.test/v1'],
    ['x.test/v1', 'Wigdet', 'apiVersion unserved-kind: The cluster serves no Wigdet of x.test/v1 | Did you mean Widget?'],
    ['y.test/v1', 'Widgets', 'apiVersion unserved-kind: The cluster serves no Widgets of y.test/v1 | Did you mean Widget of x.test/v1?'],
    ['x.test/v1', 'Zebra', 'apiVersion unserved-kind: The cluster serves no Zebra of x.test/v1'],
    [
      'y.test/v1',
      'Zebra',
      'apiVersion unserved-kind: The cluster serves no Zebra of y.test/v1 | It has nothing of y.test: what defines it is to be installed first, or to lie among the files.',
    ],
    ['batch/v1beta1', 'CronJob', 'apiVersion removed-api: CronJob of batch/v1beta1 is gone since 1.25 | Write apiVersion: batch/v1'],
    ['v1', 'Endpoints', 'apiVersion deprecated-api: Endpoints of v1 is deprecated since 1.33 | EndpointSlice of discovery.k8s.io/v1 takes its place.'],
  ])('%s %s', (apiVersion, kind, words) => {
    expect(of(apiVersion, kind)).toEqual([words]);
  });

  test('what it serves and does not describe is left alone, and what has a schema here is checked by that', () => {
    expect(of('metrics.x.test/v1', 'Sample')).toEqual([]);
    expect(of('x.test/v1', 'WidgetList')).toEqual([]);
    expect(of('v1', 'Pod')).toEqual([' missing-field: spec is missing']);
  });
});

describe('a definition in the same files', () => {
  const lint = (text: string) => {
    const { findings, objects } = lintFiles([readForLint({ file: 'a.yaml', bytes: Buffer.from(text), named: true })]);
    return { objects, found: findings.map(({ path, rule, message }) => `${path} ${rule}: ${message}`) };
  };
  const both = `${corpus('definition.yaml')}---\n${corpus('widgets.yaml')}`;

  test('is what its objects are checked by, without a cluster', () => {
    expect(lint(both)).toEqual({ objects: 2, found: [] });
    expect(lint(both.replace('size: small', 'size: huge')).found).toEqual(['spec.size invalid-value: size is small, medium or large, not "huge"']);
    expect(lint(both.replace('parts:\n  - {name: a, weight: 1}', 'parts:\n  - {name: a, wait: 1}')).found).toEqual([
      'spec.parts[0].wait misplaced-field: wait is not a field of an item of parts; it is one of spec',
    ]);
    expect(
      lint(both.replace('scope: Namespaced', 'scope: Cluster').replace('metadata: {name: least}', 'metadata: {name: least, namespace: a}')).found,
    ).toHaveLength(1);
  });

  test('with rules in CEL is told, as they are not evaluated', () => {
    const ruled = both.replace('nullable: true}', 'nullable: true, x-kubernetes-validations: [{rule: \'self != "a"\'}]}');
    expect(lintFiles([readForLint({ file: 'a.yaml', bytes: Buffer.from(ruled), named: true })]).unevaluated).toEqual(['Widget']);
    expect(lintFiles([readForLint({ file: 'a.yaml', bytes: Buffer.from(both), named: true })]).unevaluated).toEqual([]);
  });

  test('that is none, or serves nothing, says nothing', () => {
    expect(lint(both.replace('served: true', 'served: false')).objects).toBe(0);
    expect(lint(both.replace('kind: Widget}', 'singular: widget}')).objects).toBe(0);
    expect(lint('apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec: {versions: [1, {}]}\n')).toEqual({
      objects: 0,
      found: [],
    });
  });

  test('of a kind that Kubernetes has as well does not mix up the two', () => {
    const definition = both.replaceAll('kind: Widget', 'kind: Service').replaceAll('widgets', 'services');
    expect(lint(definition).found).toEqual([]);
  });
});

test('the apiVersions that occur, in Lists too, each once', () => {
  const read = (object: object) => readForLint({ file: 'a.yaml', bytes: Buffer.from(JSON.stringify(object)), named: true });
  const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'apps/v1' }, { apiVersion: 'x.test/v1' }, {}] };
  expect(apiVersionsIn([read(list), read({ apiVersion: 'apps/v1', kind: 'Deployment' }), read([1])])).toEqual(['apps/v1', 'x.test/v1']);
});

describe('formats', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['byte', ['aGk='], ['!', 'aGk']],
    ['date', ['2026-02-28'], ['2026-02-30', '26-1-1']],
    ['date-time', ['2026-01-31T12:00:00.5Z', '2026-01-31t12:00:00+01:00'], ['2026-01-31', '2026-01-31T24:00:00Z', '2026-01-31T12:00']],
    ['duration', ['1h30m', '2 days', '0', '-5s'], ['1', 'soon', '']],
    ['email', ['a.b@c.test', 'Ann <ann@c.test>'], ['a', '@c.test']],
    ['hostname', ['a-b.test', 'localhost'], ['-a', 'a..b', '']],
    ['ipv4', ['10.0.0.1'], ['10.0.0', '::1']],
    ['ipv6', ['::1'], ['10.0.0.1', 'fe80::1%eth0']],
    ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33', 'a/8']],
    ['mac', ['00:00:5e:00:53:01', '0000.5e00.5301'], ['00:00']],
    ['uri', ['https://a.test/b', '/a'], ['a', 'http://a b']],
    ['hexcolor', ['#fff', 'a0b1c2'], ['#ffff']],
    ['uuid', ['123e4567-e89b-12d3-a456-426614174000'], ['123']],
    ['uuid4', ['123e4567-e89b-42d3-a456-426614174000'], ['123e4567-e89b-12d3-a456-426614174000']],
    ['k8s-short-name', ['a-b'], ['A', 'a.b']],
    ['k8s-long-name', ['a.b'], ['A']],
    ['password', ['anything'], []],
  ])('%s', (format, right, wrong) => {
    expect(right.filter((value) => formatFault(value, format) !== undefined)).toEqual([]);
    expect(wrong.filter((value) => formatFault(value, format) === undefined)).toEqual([]);
  });
});

describe('values', () => {
  test('patterns as Go writes them; what is none here, or takes for ever, says nothing', () => {
    const fits = (value: string, pattern: string) => valueFaults(value, { pattern }).length === 0;
    expect(fits('ABC', '(?i)^abc$')).toBe(true);
    expect(fits('a1', '\\A(?P<first>[[:alpha:]])[[:digit:]]\\z')).toBe(true);
    expect(fits('1a', '\\A[[:alpha:]]')).toBe(false);
    expect(fits('x', '^(')).toBe(true);
    expect(fits(`${'a'.repeat(40)}!`, '^(a+)+$')).toBe(true);
    expect(fits('a-b', '^[\\w-\\.]+$')).toBe(true);
  });

  test('counts of fields and items, words and exclusive ends', () => {
    expect(valueFaults({}, { minProperties: 1 })).toEqual(['has to have at least 1 fields, and has 0']);
    expect(valueFaults([1, 2], { maxItems: 1 })).toEqual(['may have 1 items, and has 2']);
    expect(valueFaults(5, { maximum: 5, exclusiveMaximum: true })).toEqual(['has to be less than 5, and is 5']);
    expect(valueFaults(null, { enum: ['a'], nullable: true })).toEqual([]);
    expect(valueFaults('b', { enum: ['a'] })).toEqual(['is a, not "b"']);
    expect(valueFaults('x'.repeat(70), { pattern: '^y' })).toEqual([`has to match ^y, and is "${'x'.repeat(60)}…"`]);
  });

  test('junctions look into what a value holds', () => {
    const schema = { allOf: [{ properties: { a: { maximum: 3 } } }, { required: ['a'] }] };
    expect(junctionFaults({ a: 1 }, schema)).toEqual([]);
    expect(junctionFaults({ a: 4 }, schema)).toEqual(['does not fit all that its schema asks for (allOf)']);
    expect(junctionFaults([4], { anyOf: [{ items: { type: 'string' } }, { items: { maximum: 3 } }] })).toEqual(['fits nothing of what its schema allows']);
    expect(junctionFaults({ b: 'x' }, { not: { additionalProperties: { type: 'boolean' } } })).toEqual([]);
    expect(junctionFaults(null, { anyOf: [{ type: 'object' }, { type: 'array' }, { type: 'integer' }] })).toHaveLength(1);
    expect(junctionFaults(null, { anyOf: [{ nullable: true, type: 'string' }] })).toEqual([]);
    expect(junctionFaults({}, { anyOf: [{ type: 'array' }, { type: 'object' }] })).toEqual([]);
    expect(junctionFaults([], { anyOf: [{ type: 'array' }] })).toEqual([]);
  });
});

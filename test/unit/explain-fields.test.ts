/** What is known of fields: out of the program's own data, out of an OpenAPI, and how one is found. */
import { describe, expect, test } from 'vitest';
import { fieldTexts } from '../../build/field-texts.ts';
import type { DocumentedField, DocumentedKind } from '../../src/core/field-documentation.ts';
import { builtInDocumentation } from '../../src/manifest/built-in-documentation.ts';
import { fieldHistory } from '../../src/manifest/field-history.ts';
import { allFields, foundField, kindOf, pathNames } from '../../src/manifest/field-path.ts';
import { searchedFields } from '../../src/manifest/field-search.ts';
import { openapiDocumentation } from '../../src/manifest/openapi-documentation.ts';
import { typeSchema } from '../../src/manifest/schema.ts';

const builtIn = builtInDocumentation(fieldTexts());

function kind(word: string): DocumentedKind {
  const found = kindOf(builtIn.kinds, word);
  if (found === undefined) throw new Error(`no kind ${word}`);
  return found;
}

function field(path: string): DocumentedField | undefined {
  const [word = '', ...names] = pathNames(path);
  return foundField(builtIn, kind(word), names).field;
}

describe('a path', () => {
  test.each([
    ['pod.spec.containers', ['pod', 'spec', 'containers']],
    ['.spec.containers[0].image', ['spec', 'containers', 'image']],
    ['deploy.spec.template.spec.volumes[*].csi', ['deploy', 'spec', 'template', 'spec', 'volumes', 'csi']],
  ])('%s', (path, names) => {
    expect(pathNames(path)).toEqual(names);
  });

  test.each(['', 'pod..spec', 'pod.', '[0]'])('"%s" lacks a name', (path) => {
    expect(() => pathNames(path)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining('a name is missing') }));
  });

  test.each([
    ['po', 'Pod'],
    ['PODS', 'Pod'],
    ['deploy', 'Deployment'],
    ['StatefulSet', 'StatefulSet'],
    ['cj', 'CronJob'],
    ['secret', 'Secret'],
  ])('the kind of %s is %s', (word, name) => {
    expect(kindOf(builtIn.kinds, word)?.kind).toBe(name);
  });

  test('a kind of another version is another kind', () => {
    expect(kindOf(builtIn.kinds, 'deploy', 'apps/v1')?.kind).toBe('Deployment');
    expect(kindOf(builtIn.kinds, 'deploy', 'extensions/v1beta1')).toBeUndefined();
    expect(kindOf(builtIn.kinds, 'widget')).toBeUndefined();
  });
});

describe('built in', () => {
  test.each([
    ['pod.spec', 'PodSpec'],
    ['pod.spec.containers', '[]Container'],
    ['pod.spec.containers.args', '[]string'],
    ['pod.spec.containers.resources.limits', 'map[string]Quantity'],
    ['pod.spec.containers.ports.containerPort', 'integer'],
    ['pod.spec.containers.livenessProbe.httpGet.port', 'IntOrString'],
    ['pod.spec.nodeSelector', 'map[string]string'],
    ['pod.metadata.creationTimestamp', 'string'],
    ['pod.spec.hostNetwork', 'boolean'],
    ['secret.data', 'map[string]string'],
    ['cj.spec.jobTemplate.spec.template.spec.containers.image', 'string'],
  ])('%s is of %s', (path, shape) => {
    expect(field(path)?.shape).toBe(shape);
  });

  test('what is required, what it may be, what is put in its place, and since when', () => {
    expect(field('pod.spec.containers.name')?.required).toBe(true);
    expect(field('pod.spec.containers.image')?.required).toBe(false);
    expect(field('pod.spec.restartPolicy')?.values).toEqual(['Always', 'Never', 'OnFailure']);
    expect(field('pod.spec.containers.ports.protocol')?.byDefault).toBe('"TCP"');
    expect(field('pod.spec.initContainers.restartPolicy')?.since).toEqual({ alpha: '1.28', on: '1.29', stable: '1.33' });
    expect(field('pod.spec.containers.image')?.since).toBeUndefined();
  });

  test('a field is told by its own words, or where it has none by those of its type', () => {
    expect(field('pod.spec.containers.image')?.description).toMatch(/^Container image name\./);
    expect(field('pod.spec.containers.livenessProbe')?.description).toMatch(/^Probe describes a health check/);
    expect(field('pod.spec.containers.envFrom')?.description).not.toContain('*/');
    expect(allFields(builtIn, kind('pod')).filter((found) => found.field?.description === '')).toEqual([]);
  });

  test('every type of every kind is told once, and those that hold themselves end', () => {
    for (const each of builtIn.kinds) {
      const found = allFields(builtIn, each);
      const types = found.flatMap(({ type, field: of }) => (type === undefined ? [] : [of?.type]));
      expect(new Set(types).size).toBe(types.length);
    }
    expect(allFields(builtIn, kind('pod')).length).toBeGreaterThan(500);
  });

  test('the history names only fields that there are', () => {
    for (const name of ['Container.restartPolicy', 'PodSpec.hostUsers', 'RollingUpdateStatefulSetStrategy.maxUnavailable']) {
      const [type = '', of = ''] = name.split('.');
      expect(fieldHistory(type, of)).toBeDefined();
      expect(typeSchema(`V1${type}`).has(of)).toBe(true);
    }
    expect(fieldHistory('Lifecycle', 'stopSignal')).toEqual({ alpha: '1.33', on: undefined, stable: undefined });
    expect(fieldHistory('ResourceHealth', 'message')).toEqual({ alpha: undefined, on: '1.36', stable: undefined });
  });
});

describe('a field that is not there', () => {
  test.each([
    ['pod.spec.contaners', 'pod.spec has no field contaners', 'Did you mean pod.spec.containers?'],
    ['pod.spec.Containers', 'pod.spec has no field Containers', 'Did you mean pod.spec.containers?'],
    ['pod.spec.livenessProbe', 'pod.spec has no field livenessProbe', 'There is pod.spec.containers.livenessProbe.'],
    ['pod.spec.containers.os.x', 'pod.spec.containers has no field os', 'There is pod.spec.os.'],
    ['pod.spec.containers.image.tag', 'pod.spec.containers.image has no fields: it is string', undefined],
    ['pod.qqq', 'pod has no field qqq', 'It has apiVersion, kind, metadata, spec, status.'],
  ])('%s', (path, message, hint) => {
    expect(() => field(path)).toThrow(expect.objectContaining({ code: 'usage', message, ...(hint !== undefined && { hint: expect.stringContaining(hint) }) }));
  });
});

describe('a search', () => {
  const paths = (words: string, word = 'pod') => searchedFields(builtIn, kind(word), words).map(({ path }) => path.join('.'));

  test('finds by names first, then by what is said', () => {
    expect(paths('probe timeout')[0]).toBe('spec.containers.livenessProbe.timeoutSeconds');
    expect(paths('imagepull')).toEqual(expect.arrayContaining(['spec.imagePullSecrets', 'spec.containers.imagePullPolicy']));
    expect(paths('CAP_SYS_MODULE')).toEqual(['spec.hostUsers']);
  });

  test('every word must be there', () => {
    expect(paths('probe zebra')).toEqual([]);
    expect(paths('schedule timezone', 'cronjob')).toContain('spec.timeZone');
  });
});

describe('an OpenAPI', () => {
  const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const documentation = openapiDocumentation(
    {
      components: {
        schemas: {
          'dev.example.v1.Widget': {
            'x-kubernetes-group-version-kind': [
              { group: 'other.example', version: 'v1', kind: 'Widget' },
              { group: 'example.dev', version: 'v1', kind: 'Widget' },
            ],
            description: 'A widget.',
            required: ['spec'],
            properties: {
              metadata: { allOf: [reference('meta.v1.ObjectMeta')], default: {} },
              spec: {
                type: 'object',
                description: 'What is wanted.',
                properties: {
                  size: { type: 'string', enum: ['s', 'm'], default: 's' },
                  parts: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, next: reference('dev.example.v1.Widget') } } },
                  limits: { type: 'object', additionalProperties: reference('api.resource.Quantity') },
                  port: { 'x-kubernetes-int-or-string': true },
                  since: { allOf: [reference('meta.v1.Time')] },
                  open: { type: 'object', additionalProperties: true },
                },
              },
            },
          },
          'meta.v1.ObjectMeta': { properties: { name: { type: 'string' } } },
          'meta.v1.Time': { type: 'string', format: 'date-time' },
          'api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
        },
      },
    },
    [
      { apiVersion: 'example.dev/v1', kind: 'Widget', words: ['widgets', 'wd'] },
      { apiVersion: 'example.dev/v1', kind: 'Gadget', words: ['gadgets'] },
    ],
  );
  const widget = documentation.kinds[0];
  if (widget === undefined) throw new Error('no kind');
  const at = (...names: string[]) => foundField(documentation, widget, names);

  test('has the kinds that are in it', () => {
    expect(documentation.kinds).toEqual([{ apiVersion: 'example.dev/v1', kind: 'Widget', words: ['widgets', 'wd'], type: 'dev.example.v1.Widget' }]);
    expect(documentation.type('nothing')).toBeUndefined();
  });

  test('types in place, in lists and in maps, and what they may be', () => {
    expect(at('spec').field).toMatchObject({ shape: 'Object', required: true, description: 'What is wanted.' });
    expect(at('spec', 'size').field).toMatchObject({ shape: 'string', values: ['s', 'm'], byDefault: '"s"', required: false });
    expect(at('spec', 'parts').field?.shape).toBe('[]Object');
    expect(at('spec', 'parts', 'name').field?.shape).toBe('string');
    expect(at('spec', 'parts', 'next').field?.shape).toBe('Widget');
    expect(at('spec', 'limits').field).toMatchObject({ shape: 'map[string]Quantity', type: undefined });
    expect(at('spec', 'port').field?.shape).toBe('Object');
    expect(at('spec', 'since').field?.shape).toBe('string');
    expect(at('spec', 'open').field?.shape).toBe('Object');
    expect(at('metadata').field).toMatchObject({ shape: 'ObjectMeta', byDefault: undefined });
    expect(at('metadata', 'name').field?.shape).toBe('string');
  });

  test('a type that holds itself is gone into once', () => {
    expect(allFields(documentation, widget).map(({ path }) => path.join('.'))).toEqual([
      'metadata',
      'spec',
      'metadata.name',
      'spec.limits',
      'spec.open',
      'spec.parts',
      'spec.port',
      'spec.since',
      'spec.size',
      'spec.parts.name',
      'spec.parts.next',
    ]);
  });
});

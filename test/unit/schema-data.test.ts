/** The committed schema is what the client's models say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaText } from '../../build/generate-schema.ts';
import { typeOfKind, typeSchema, versionsOfKind } from '../../src/manifest/schema.ts';

test('src/manifest/schema-data.json is up to date (npm run generate)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../src/manifest/schema-data.json'), 'utf8')).toBe(schemaText());
});

test('types, containers and what is required are told', () => {
  expect(typeOfKind('apps/v1', 'Deployment')).toBe('V1Deployment');
  expect(versionsOfKind('CronJob')).toEqual(['batch/v1']);
  const container = typeSchema('V1Container');
  expect(container.get('name')).toMatchObject({ scalar: 's', container: 'one', required: true });
  expect(container.get('env')).toMatchObject({ type: 'V1EnvVar', container: 'list', required: false });
  expect(typeSchema('V1ResourceRequirements').get('limits')).toMatchObject({ scalar: 'q', container: 'map' });
  expect(typeSchema('V1Secret').get('data')).toMatchObject({ scalar: 'y', container: 'map' });
  expect(typeSchema('V1TCPSocketAction').get('port')).toMatchObject({ scalar: 'p', required: true });
});

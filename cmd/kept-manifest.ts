/** Keeps the manifest of a Pod that is about to be deleted, in a file beside what the person works on. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../src/core/json.ts';
import { object, text } from '../src/core/json.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';

/**
 * Writes `web.replaced-20261128T101500Z.yaml.old` into the working directory, or where that cannot be into the one for temporary files; gives its path. The
 * name does not end in .yaml: it lies where manifests lie, and is not to be applied with them.
 */
export async function keepManifest(pod: Json, now: number): Promise<string> {
  const { yamlText } = await import('../src/report/yaml-text.ts');
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${text(object(pod['metadata'])['name']) ?? 'pod'}.replaced-${stamp}.yaml.old`;
  const manifest = yamlText(pod);
  let problem: unknown;
  for (const file of [name, join(tmpdir(), name)]) {
    try {
      // It may hold passwords in its environment: for its owner alone.
      await writeFile(file, manifest, { flag: 'wx', mode: 0o600 });
      return file;
    } catch (error) {
      problem = error;
      // Of a disk that is full: half a manifest would be taken for a whole one.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(file, { force: true }).catch(() => undefined);
    }
  }
  throw new PodwrightError('input', `cannot keep the old manifest in ${name}: ${(problem as Error).message}`, {
    cause: problem,
    hint: 'Nothing was changed. Run it in a directory that you may write to.',
  });
}

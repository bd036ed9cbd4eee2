/** The image of the tests' Pods: nothing but a static busybox, built here, so that no Pod of a test needs a registry. */
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey, inCache, kept } from './cache.ts';
import { type Docker, pullImage, updatePackageLists } from './docker.ts';
import { onPath, run, step, succeeds } from './process.ts';

/** With a tag that is not latest, so that the default pull policy takes what is on the node. */
export const workloadImage = 'podwright.test/workload:1';

const recipe = join(import.meta.dirname, '../workload-image');
const published = 'busybox:1.37-musl';

/** Changes when the image has to be built anew. */
export function workloadKey(): string {
  return contentKey([recipe], published);
}

/** Builds the image unless Docker holds it as the recipe has it now. */
export async function buildWorkloadImage(docker: Docker): Promise<void> {
  const key = workloadKey();
  const held = await run('docker', ['image', 'ls', '-q', '--filter', `label=podwright.recipe=${key}`, workloadImage], { env: docker.env });
  if (held) return;
  const root = await workloadRoot(docker);
  await step(`building ${workloadImage}`, () =>
    run('docker', ['build', '-q', '-t', workloadImage, '--label', `podwright.recipe=${key}`, '-f', join(recipe, 'Dockerfile'), root], { env: docker.env }),
  );
}

/** The files of the image. */
export async function workloadRoot(docker: Docker): Promise<string> {
  return kept(inCache(`workload-${workloadKey()}`), (unfinished) => buildRoot(docker, unfinished));
}

async function buildRoot(docker: Docker, root: string): Promise<void> {
  cpSync(join(recipe, 'root'), root, { recursive: true });
  for (const directory of ['bin', 'tmp']) mkdirSync(join(root, directory));
  const busybox = join(root, 'bin/busybox');
  await (onPath('apt-get') ? unpackBusybox(busybox, `${root}.package`) : copyBusybox(docker, busybox));
  chmodSync(join(root, 'tmp'), 0o1777);
  for (const name of (await run(busybox, ['--list'])).split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name));
  }
}

/** From the Debian package; that takes no root. */
async function unpackBusybox(busybox: string, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  try {
    await step('downloading busybox-static with apt-get', async () => {
      const download = () => succeeds('apt-get', ['download', 'busybox-static'], { cwd: directory });
      if (!(await download())) {
        await updatePackageLists();
        await run('apt-get', ['download', 'busybox-static'], { cwd: directory });
      }
    });
    const file = readdirSync(directory).find((name) => name.endsWith('.deb')) ?? '';
    await run('dpkg-deb', ['--extract', file, '.'], { cwd: directory });
    cpSync(join(directory, 'bin/busybox'), busybox);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** From the published image, where there are no Debian packages. */
async function copyBusybox(docker: Docker, busybox: string): Promise<void> {
  if (!(await pullImage(docker, published))) throw new Error(`a static busybox can neither be had from apt-get nor from ${published}`);
  const container = (await run('docker', ['create', published], { env: docker.env })).trim();
  try {
    await run('docker', ['cp', `${container}:/bin/busybox`, busybox], { env: docker.env });
  } finally {
    await run('docker', ['rm', container], { env: docker.env });
  }
}

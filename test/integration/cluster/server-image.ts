/**
 * The image of the servers that Pods of tests talk to, and of what talks to them: Redis and its client, a gRPC health service, and tcpsvd, which Debian's
 * busybox lacks. It is the workloads' image with these programs on top.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey, inCache, kept } from './cache.ts';
import { type Docker, pullImage, updatePackageLists } from './docker.ts';
import { type GoProgram, goProgram } from './go-program.ts';
import { onPath, run, step, succeeds } from './process.ts';
import { workloadImage, workloadKey, workloadRoot } from './workload-image.ts';

/** With a tag that is not latest, so that the default pull policy takes what is on the node. */
export const serverImage = 'podwright.test/server:1';

const recipe = join(import.meta.dirname, '../server-image');
const healthProgram: GoProgram = { module: join(recipe, 'health'), name: 'health', package: '.' };
const published = 'redis:7.4-alpine';

/** Changes when the image has to be built anew. */
export function serverKey(): string {
  return contentKey([recipe], workloadKey(), published);
}

/** Builds the image unless Docker holds it as the recipe has it now. The workloads' image has to be there. */
export async function buildServerImage(docker: Docker): Promise<void> {
  const key = serverKey();
  const held = await run('docker', ['image', 'ls', '-q', '--filter', `label=podwright.recipe=${key}`, serverImage], { env: docker.env });
  if (held) return;
  const health = await goProgram(healthProgram);
  const base = onPath('apt-get') ? workloadImage : published;
  if (base === published && !(await pullImage(docker, published))) throw new Error(`Redis can neither be had from apt-get nor from ${published}`);
  const root = await kept(inCache(`server-${key}`), async (unfinished) => {
    if (base === workloadImage) await unpackServers(unfinished);
    // The published image has Redis; its busybox lacks tcpsvd, which that of the workloads then has.
    else cpSync(await workloadRoot(docker), unfinished, { recursive: true, verbatimSymlinks: true });
    copyFileSync(health, join(unfinished, 'bin/health'));
  });
  await step(`building ${serverImage}`, () =>
    run(
      'docker',
      ['build', '-q', '-t', serverImage, '--build-arg', `BASE=${base}`, '--label', `podwright.recipe=${key}`, '-f', join(recipe, 'Dockerfile'), root],
      { env: docker.env },
    ),
  );
}

const programs: Readonly<Record<string, string>> = { 'redis-server': 'redis-check-rdb', 'redis-cli': 'redis-cli', tcpsvd: 'tcpsvd' };

/** The programs with all libraries they need, from Debian packages. That takes no root: for apt, nothing is installed yet, and nothing will be. */
async function unpackServers(root: string): Promise<void> {
  const packages = `${root}.packages`;
  const whole = join(packages, 'root');
  mkdirSync(join(packages, 'partial'), { recursive: true });
  mkdirSync(whole);
  try {
    await step('downloading Redis with apt-get', async () => {
      const options = ['Dir::State::status=/dev/null', `Dir::Cache::archives=${packages}`, 'Debug::NoLocking=1'].flatMap((option) => ['-o', option]);
      const args = ['install', '--download-only', '--no-install-recommends', '-y', '-q', ...options, 'redis-tools', 'ipsvd'];
      if (!(await succeeds('apt-get', args))) {
        await updatePackageLists();
        await run('apt-get', args);
      }
    });
    for (const file of readdirSync(packages).filter((name) => name.endsWith('.deb'))) await run('dpkg-deb', ['--extract', join(packages, file), whole]);
    for (const libraries of ['usr/lib', 'usr/lib64', 'lib', 'lib64']) {
      if (existsSync(join(whole, libraries))) cpSync(join(whole, libraries), join(root, libraries), { recursive: true, verbatimSymlinks: true });
      // Newer systems have all in usr, and links to it.
      else if (existsSync(join(whole, 'usr', libraries))) symlinkSync(`usr/${libraries}`, join(root, libraries));
    }
    mkdirSync(join(root, 'bin'));
    for (const [name, program] of Object.entries(programs)) {
      copyFileSync(join(whole, 'usr/bin', program), join(root, 'bin', program));
      if (name !== program) symlinkSync(program, join(root, 'bin', name));
    }
  } finally {
    rmSync(packages, { recursive: true, force: true });
  }
}

/** Builds programs from pinned Go modules into the cache. */
import { contentKey, inCache, kept } from './cache.ts';
import { onPath, run, step } from './process.ts';

export interface GoProgram {
  /** The directory with go.mod and go.sum. */
  readonly module: string;
  readonly name: string;
  /** An import path, or a file of the module's directory. */
  readonly package: string;
  readonly ldflags?: string;
}

/** Static, and without what a node in a container cannot use. */
const tags = 'providerless no_btrfs no_devmapper no_zfs no_aufs';

/** The path of the program, built if the cache does not hold it. The first build of a large one takes minutes. */
export async function goProgram(program: GoProgram): Promise<string> {
  const ldflags = `-s -w ${program.ldflags ?? ''}`.trim();
  return kept(inCache('programs', `${program.name}-${contentKey([program.module], program.package, ldflags, tags)}`, program.name), async (unfinished) => {
    requireGo(program.name);
    await step(`building ${program.name} with Go`, async (note) => {
      let packages = 0;
      const onLine = () => note(`${++packages} packages compiled`);
      const args = ['build', '-v', '-trimpath', '-ldflags', ldflags, '-tags', tags, '-o', unfinished, program.package];
      await run('go', args, { cwd: program.module, env: { CGO_ENABLED: '0' }, onLine });
    });
  });
}

/** Downloads what the packages need, so that the compiler of another program need not wait for it. */
export async function downloadModules(module: string, packages: readonly string[]): Promise<void> {
  requireGo('its modules');
  await run('go', ['list', '-deps', '-tags', tags, ...packages], { cwd: module, env: { CGO_ENABLED: '0' } });
}

/** The directory of a module's source. */
export async function moduleDirectory(module: string, path: string): Promise<string> {
  requireGo(path);
  await run('go', ['mod', 'download', path], { cwd: module });
  return (await run('go', ['list', '-m', '-f', '{{.Dir}}', path], { cwd: module })).trim();
}

function requireGo(wanted: string): void {
  if (!onPath('go')) throw new Error(`there is no Go toolchain on PATH to build ${wanted} with (any version from 1.21 fetches the one it needs)`);
}

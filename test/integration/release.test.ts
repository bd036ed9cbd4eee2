/** What `npm run release:dry` makes is what people install: the archive through the real krew, and the program in it as a plugin of the real kubectl. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { goProgram } from './cluster/go-program.ts';
import { kubectlPath } from './cluster.ts';
import { testKubeconfig } from './namespace.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const file = (name: string) => join(root, 'release', name);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const archive = `kubectl-podwright-v${version}.tar.gz`;

test('krew installs the archive, and kubectl runs it', async () => {
  const krew = await goProgram({ module: join(import.meta.dirname, 'krew'), name: 'krew', package: 'sigs.k8s.io/krew/cmd/krew' });
  await execute(process.execPath, [join(root, 'build/release.ts'), '--built'], { cwd: root });
  expect(readFileSync(file('SHA256SUMS'), 'utf8')).toBe(
    [archive, `podwright-${version}.tgz`, 'podwright.yaml']
      .map(
        (name) =>
          `${createHash('sha256')
            .update(readFileSync(file(name)))
            .digest('hex')}  ${name}\n`,
      )
      .join(''),
  );

  const folder = mkdtempSync(join(tmpdir(), 'podwright-krew-'));
  try {
    const env = { ...process.env, KREW_ROOT: folder, KUBECONFIG: testKubeconfig(), PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` };
    // krew compares the archive with the manifest's checksum.
    await execute(krew, ['install', `--manifest=${file('podwright.yaml')}`, `--archive=${file(archive)}`], { env });
    const plugin = (...args: readonly string[]) => execute(kubectlPath(), ['podwright', ...args], { env });
    expect((await plugin('--version')).stdout).toBe(`podwright ${version}\n`);
    expect((await plugin('get', '-n', 'kube-system')).stdout).toMatch(/^NAME .*\n[^]*kube-apiserver-\S+ +1\/1 +Running/);
    await expect(plugin('gett')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('kubectl podwright get') });
    // Nothing but what the launcher itself runs.
    for (const program of ['readlink', 'dirname']) symlinkSync(`/usr/bin/${program}`, join(folder, program));
    await expect(execute(join(folder, 'bin/kubectl-podwright'), ['get'], { env: { PATH: folder } })).rejects.toMatchObject({
      code: 2,
      stderr: 'podwright: needs Node 22 or newer on the PATH, and there is no node\n',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What the bundler plugin leaves out of the start of the program, and what it keeps within reach. */
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { lazyModules } from '../../build/lazy-modules.ts';

test('the kubeconfig loads neither undici nor the generated API, and ways to log in as chunks of their own', async () => {
  const { metafile } = await build({
    entryPoints: { config: 'src/kube/kube-config.ts', transport: 'src/kube/transport.ts' },
    outdir: 'unwritten',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    plugins: [lazyModules()],
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((input) => /node_modules\/undici\/|client-node\/dist\/gen\//.test(input))).toEqual([]);

  const atStart = new Set<string>();
  const follow = (output: string): void => {
    if (!atStart.has(output)) {
      atStart.add(output);
      for (const { path, kind } of metafile.outputs[output]?.imports ?? []) {
        if (kind === 'import-statement' && path in metafile.outputs) {
          follow(path);
        }
      }
    }
  };
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint?.startsWith('src/kube/') === true) {
      follow(output);
    }
  }
  const loaded = [...atStart].flatMap((output) => Object.keys(metafile.outputs[output]?.inputs ?? {}));
  for (const later of ['openid-client', 'oidc_auth.js', 'socks-proxy-agent', 'hpagent']) {
    expect(inputs.some((input) => input.includes(`node_modules/`) && input.includes(later))).toBe(true);
    expect(loaded.filter((input) => input.includes('node_modules/') && input.includes(later))).toEqual([]);
  }
  const bytes = [...atStart].reduce((sum, output) => sum + (metafile.outputs[output]?.bytes ?? 0), 0);
  expect(bytes).toBeLessThan(250_000);
});

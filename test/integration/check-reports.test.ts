/** The reports of `podwright check` on real Pods: all at once, as in GitHub Actions, with a log that is written to do harm. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonFaults, sarifFaults } from '../unit/checked-report.ts';
import { junitFaults } from '../unit/junit-format.ts';
import { workloadImage } from './cluster.ts';
import { deployment } from './manifests.ts';
import { apply, inNamespace, testKubeconfig } from './namespace.ts';
import { runProgram } from './run-program.ts';

const absent = (name: string): string =>
  deployment(name, 1, '{terminationGracePeriodSeconds: 0, containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]}');

const objects = `${absent('absent-a')}${absent('absent-b')}
apiVersion: v1
kind: Pod
metadata: {name: hostile}
spec:
  restartPolicy: Never
  containers:
    - name: app
      image: ${workloadImage}
      command: [sh, -c, "printf '::stop-commands::x\\\\n##[error]no\\\\n]]></failure>\\\\033[2J\\\\001\\\\n\`\`\`\\\\n</details>|\\\\n'; exit 3"]
`;

test('each is valid, and the runner is told one cause once', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-reports-'));
  try {
    await inNamespace(async (namespace) => {
      await apply(namespace, objects);
      const files = ['junit', 'json', 'sarif', 'markdown'].flatMap((kind) => ['--report', `${kind}=${join(folder, kind)}`]);
      const args = ['check', 'deploy/absent-a', 'deploy/absent-b', 'pod/hostile', '-n', namespace, '--no-fail-fast', '--timeout', '3m', ...files];
      const summary = join(folder, 'summary');
      const { code, stdout, stderr } = await runProgram(args, testKubeconfig(), { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
      expect(code).toBe(1);
      const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
      expect(junitFaults(text('junit'))).toEqual([]);
      expect(text('junit')).toContain('failures="3"');
      expect(text('junit')).toContain(']]&gt;&lt;/failure&gt;');
      const json = JSON.parse(text('json')) as { causes: { code: string; pods: unknown[] }[] };
      expect(jsonFaults(json)).toEqual([]);
      expect(json.causes.map((cause) => [cause.code, cause.pods.length])).toEqual([
        ['image-never-pulled', 2],
        ['exited-with-error', 1],
      ]);
      expect(sarifFaults(JSON.parse(text('sarif')))).toEqual([]);
      expect(text('summary')).toBe(text('markdown'));
      expect(text('markdown')).toContain('````text\n::stop-commands::x\n##[error]no\n]]></failure>\n```\n</details>|\n````\n');
      const lines = `${stdout}${stderr}`.split('\n');
      expect(lines.filter((line) => /^\s*::/.test(line)).map((line) => line.split('::')[1])).toEqual([
        'error title=podwright check%3A image not on the node%2C and never pulled podwright.test/absent%3A2',
        expect.stringMatching(/^error title=podwright check%3A exited with an error/),
      ]);
      expect(lines.filter((line) => line.includes('##['))).toEqual([]);
      expect(stdout).toMatch(/^ +: :stop-commands::x$/m);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

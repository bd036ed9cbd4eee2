/** Completion: what is asked for at the end of a command line, the form of the answer, and how bash reads it. Live names: test/integration/completion.test.ts. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Completion, completionOf } from '../../cmd/completion-request.ts';
import { completionScripts } from '../../cmd/completion-script.ts';
import { runCommand } from './run-command.ts';

const wanted = (line: string): Promise<Completion> => {
  const words = line.split(' ');
  return completionOf(words.slice(0, -1), words.at(-1) ?? '');
};
const values = async (line: string): Promise<readonly string[]> => {
  const completion = await wanted(line);
  return completion.kind === 'words' ? completion.words.map(({ value }) => value) : [completion.kind];
};

describe('what is asked for', () => {
  test.each([
    ['', 'get'],
    ['he', 'describe'],
    ['help ', 'lint'],
    ['-n shop ', 'get'],
    ['-', '--context'],
    ['get --', '--field-selector'],
    ['get --', '--namespace'],
    ['get -o ', 'json'],
    ['get --output=', '--output=json'],
    ['get --color ', 'never'],
    ['logs --container-state ', 'terminated'],
    ['new ', 'deployment'],
    ['add ', 'log-streamer'],
    ['completion ', 'fish'],
  ])('%j may become %s', async (line, value) => {
    expect(await values(line)).toContain(value);
  });

  test.each(['nonsense ', 'completion bash ', 'get --sort-by ', 'explain pod '])('nothing for %j', async (line) => {
    expect(await values(line)).toEqual([]);
  });

  test.each(['lint ', 'lint a.yaml ', 'check -f ', 'get --from-recording ', 'get -- '])('a file for %j', async (line) => {
    expect(await values(line)).toEqual(['files']);
  });

  test.each([
    ['get -n ', { of: 'namespaces' }, ''],
    ['get -An ', { of: 'namespaces' }, ''],
    ['get --namespace=s', { of: 'namespaces' }, '--namespace='],
    ['--context ', { of: 'contexts' }, ''],
    ['get --cluster ', { of: 'clusters' }, ''],
    ['get --user ', { of: 'users' }, ''],
    ['--context=p', { of: 'contexts' }, '--context='],
    ['debug web-1 --target ', { of: 'containers', target: { kind: 'pod', name: 'web-1' } }, ''],
    ['port-forward ', { of: 'targets', services: true }, ''],
    ['exec ', { of: 'targets', services: true }, ''],
    ['port-forward svc/web ', { of: 'ports', target: { kind: 'service', name: 'web' } }, ''],
    ['port-forward deploy/web 8080 9090:', { of: 'ports', target: { kind: 'deployment', name: 'web' } }, '9090:'],
    ['why ', { of: 'targets', kind: undefined, given: [], services: false }, ''],
    ['why web-1 ', { of: 'targets', kind: undefined, given: ['web-1'] }, ''],
    ['why deploy web ', { of: 'targets', kind: 'deployment', given: ['web'] }, ''],
  ])('names for %j', async (line, names, prefix) => {
    expect(await wanted(line)).toMatchObject({ kind: 'names', names, prefix });
  });

  test('names are asked of the cluster and namespace that the line chooses', async () => {
    expect(await wanted('--context prod get -n shop ')).toMatchObject({ choice: { context: 'prod', namespace: 'shop' } });
  });
});

describe('the answer', () => {
  test('is a candidate a line with what it is, then the sum of what the shell is to do', async () => {
    expect(await runCommand(['__complete', 'ver'])).toEqual({ stdout: expect.stringMatching(/^version\t\S.*\n:4\n$/), stderr: '', code: 0 });
  });

  test('leaves files to the shell', async () => {
    expect(await runCommand(['__complete', 'lint', 'p'])).toMatchObject({ stdout: ':0\n', code: 0 });
  });

  test.each([
    ['a flag that there is not', ['get', '--zzz', '']],
    ['no kubeconfig', ['get', '--kubeconfig', '/nonexistent', '-n', '']],
    ['a command that there is not', ['nonsense', 'x']],
  ])('is empty and quiet for %s', async (_, words) => {
    expect(await runCommand(['__complete', ...words])).toEqual({ stdout: ':4\n', stderr: '', code: 0 });
  });
});

describe('bash', () => {
  /** Asks for the lines in turn, with a program in the place of ours that answers with `answer` and tells what it was asked. */
  function bash(answer: string, ...lines: readonly string[]): string {
    const script = `complete() { :; }; compopt() { echo "compopt $*"; }
      podwright() { printf '%s\\n' "asked$(printf ' [%s]' "$@")" >&2; printf -- '${answer}'; }
      ${completionScripts.bash}
      tab() { COMP_LINE=$1; COMP_POINT=\${#1}; _podwright; echo "\${COMPREPLY[@]}"; }
      ${lines.map((line) => `tab '${line}'`).join('\n')}`;
    // A function's stderr is thrown away in the script, as the program's is.
    const { stdout, stderr } = spawnSync('bash', ['-c', script.replaceAll('2>/dev/null', '')], { encoding: 'utf8' });
    return stderr + stdout;
  }

  test('asks with the words up to the cursor, and takes the candidates', () => {
    expect(bash('web-1\\tRunning\\nweb-2\\n:4\\n', 'podwright get we', 'podwright get ')).toBe(
      'asked [__complete] [get] [we]\nasked [__complete] [get] []\ncompopt +o default\nweb-1 web-2\ncompopt +o default\nweb-1 web-2\n',
    );
  });

  test('leaves what stands before a = or : where it is', () => {
    expect(bash('--namespace=shop\\n:4\\n', 'podwright get --namespace=s')).toContain('\nshop\n');
    expect(bash('8080:80\\n:4\\n', 'podwright port-forward web 8080:')).toContain('\n80\n');
  });

  test('sets no space behind what goes on, and lets files be', () => {
    expect(bash('deploy/\\n:6\\n', 'podwright get dep')).toContain('compopt -o nospace');
    expect(bash(':0\\n', 'podwright lint ')).not.toContain('compopt');
  });
});

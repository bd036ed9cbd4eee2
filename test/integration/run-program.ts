/** Runs the built program to its end, as a script would: without a terminal. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { testKubeconfig } from './namespace.ts';
import { program } from './screen-session.ts';

const execute = promisify(execFile);

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** On the test cluster, or by another kubeconfig; `more` is added to the environment, and `folder` is where it runs. */
export async function runProgram(
  args: readonly string[],
  kubeconfig = testKubeconfig(),
  more: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<Outcome> {
  const env = { ...process.env, KUBECONFIG: kubeconfig, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...more };
  try {
    return { code: 0, ...(await execute(process.execPath, [program, ...args], { env, maxBuffer: 100_000_000, cwd: folder })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

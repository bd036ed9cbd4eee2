/** Runs the built program to its end, as a script would: without a terminal. */
import { RunningProgram } from './running-program.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** On the test cluster, or by another kubeconfig; `env` is added to the environment, and `folder` is where it runs. */
export async function runProgram(args: readonly string[], kubeconfig?: string, env: Readonly<Record<string, string>> = {}, folder?: string): Promise<Outcome> {
  const running = new RunningProgram(args, { ...(kubeconfig === undefined ? {} : { kubeconfig }), env, folder });
  return { code: await running.ended, stdout: running.stdout, stderr: running.stderr };
}

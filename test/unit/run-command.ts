/** Runs a command line in this process, as the program does: what it wrote, and its exit code. */
import { PassThrough } from 'node:stream';
import type { CommandIo } from '../../cmd/command.ts';
import { dispatch } from '../../cmd/main.ts';

export async function runCommand(
  args: readonly string[],
  options: Partial<CommandIo> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: CommandIo = {
    stdin: process.stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
    signal: new AbortController().signal,
    color: false,
    unicode: true,
    program: 'podwright',
    now: () => 0,
    ...options,
  };
  const code = await dispatch(args, io);
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

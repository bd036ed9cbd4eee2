/** Why the runtime could not start a container's command, read from its message. */
import type { FindingCode } from './finding.ts';

export interface StartFailure {
  readonly code: FindingCode;
  /** What follows `could not be started: `, without a full stop. */
  readonly words: string;
  /** The command, where the message names it. */
  readonly about: string | undefined;
}

/** Undefined for a message that is not of a failed start of the command. The runtimes put their own call stack before what the kernel said. */
export function startFailure(message: string): StartFailure | undefined {
  const kernel = /^.*unable to start container process: (?<said>.*)$/s.exec(message)?.groups?.['said'] ?? message;
  const words = kernel.trim().replace(/\.$/, '');
  const about = /exec: "([^"]+)"/.exec(words)?.[1] ?? /exec (\S+):/.exec(words)?.[1];
  if (/exec format error/i.test(words)) return { code: 'wrong-architecture', words, about };
  if (/executable file not found|no such file or directory/i.test(words)) return { code: 'command-not-found', words, about };
  if (/permission denied|is a directory/i.test(words)) return { code: 'command-not-executable', words, about };
  return kernel === message ? undefined : { code: 'start-failed', words, about };
}

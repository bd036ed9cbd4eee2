/** Why the runtime could not start a container's command, read from its message. */
import type { FindingCode } from './finding.ts';

export interface StartFailure {
  readonly code: FindingCode;
  /** What follows `could not be started: `, without a full stop. */
  readonly words: string;
  /** The command, where the message names it. */
  readonly about: string | undefined;
}

/**
 * Undefined for a message that is not of a failed start. The runtimes put their own call stack before what the kernel said. A file that is not there is the
 * command only where they speak of executing: it may as well be one to mount.
 */
export function startFailure(message: string): StartFailure | undefined {
  const kernel = /^.*unable to start container process: (?<said>.*)$/s.exec(message)?.groups?.['said'] ?? message;
  const words = mountWords(kernel) ?? kernel.trim().replace(/\.$/, '');
  const about = /exec: "([^"]+)"/.exec(words)?.[1] ?? /exec (\S+):/.exec(words)?.[1];
  if (/exec format error/i.test(words)) return { code: 'wrong-architecture', words, about };
  const executing = /(?:^|: )exec:? |executable/.test(words);
  if (executing && /executable file not found|no such file or directory/i.test(words)) return { code: 'command-not-found', words, about };
  if (executing && /permission denied|is a directory/i.test(words)) return { code: 'command-not-executable', words, about };
  return kernel === message ? undefined : { code: 'start-failed', words, about };
}

/** What runc says of a mount that failed, in fewer words: it names the paths on the node, once as they are and once more with the flags. */
function mountWords(kernel: string): string | undefined {
  const groups = /error mounting "(?<from>[^"]*)" to rootfs at "(?<at>[^"]*)".*: (?<said>[^:]+?)\.?$/s.exec(kernel)?.groups;
  if (groups === undefined) return undefined;
  const { from = '', at = '', said = '' } = groups;
  // Source: kubernetes/pkg/kubelet/kubelet_getters.go, and pkg/volume/util/subpath.
  const volume = /\/volumes\/[^/]+\/([^/]+)/.exec(from)?.[1] ?? /\/volume-subpaths\/([^/]+)/.exec(from)?.[1];
  return `${volume === undefined ? from : `the volume ${volume}`} cannot be mounted at ${at}: ${said}`;
}

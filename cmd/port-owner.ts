/** Who listens on a local port, where the system tells it for nothing: on Linux, for processes of the same user. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** As in `node (1234)`; undefined where it cannot be told. Source: proc(5), /proc/net/tcp: local address and port in hex, state 0A is listening, inode. */
export function portOwner(port: number): string | undefined {
  const inodes = ['tcp', 'tcp6'].flatMap((table) => {
    const lines = orEmpty(() => readFileSync(`/proc/net/${table}`, 'utf8')).split('\n');
    return lines.flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      return state === '0A' && Number.parseInt(local.split(':')[1] ?? '', 16) === port && inode !== undefined ? [`socket:[${inode}]`] : [];
    });
  });
  if (inodes.length === 0) return undefined;
  const pids = entries('/proc').filter((name) => /^\d+$/.test(name));
  const pid = pids.find((each) => entries(`/proc/${each}/fd`).some((fd) => inodes.includes(orEmpty(() => readlinkSync(`/proc/${each}/fd/${fd}`)))));
  return pid && `${orEmpty(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).trim()} (process ${pid})`;
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What is gone, or not ours to read, tells nothing. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

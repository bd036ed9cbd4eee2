/** What the bare dashboard shows where there is no cluster to show: a recorded one, and how to point at a real one. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from './command.ts';
import { replay } from './replay.ts';

const banner = 'DEMO, no kubeconfig. Yours: KUBECONFIG, --kubeconfig, or npm run cluster:up';

/** Plays the recording that comes along with the program. */
export function replayDemo(io: CommandIo): Promise<number> {
  return replay({ cluster: { allNamespaces: false }, file: demoFile(), speed: 1, banner }, io);
}

/** Beside the program; in a clone that runs from its source, where it was recorded. */
function demoFile(): string {
  const beside = fileURLToPath(new URL('demo.ndjson.gz', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../test/recorded/shop.ndjson.gz', import.meta.url));
}

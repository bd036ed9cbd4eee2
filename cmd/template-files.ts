/** The templates that come along with the program. The build puts their text in place of this module; in a clone they are read from their folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** By name, as `sidecar/log-streamer`. */
export function templateFiles(folder = fileURLToPath(new URL('../templates', import.meta.url))): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return Object.fromEntries(files.toSorted().map((file) => [file.replaceAll('\\', '/').replace(/\.yaml$/, ''), readFileSync(join(folder, file), 'utf8')]));
}

/** The version of this program. */
import { readFileSync } from 'node:fs';

/** Set by the bundler; absent when the program runs from its source. */
declare const PODWRIGHT_VERSION: string | undefined;

export function programVersion(): string {
  if (typeof PODWRIGHT_VERSION === 'string') return PODWRIGHT_VERSION;
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

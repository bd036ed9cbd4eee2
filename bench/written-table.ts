/** Puts a table into docs/performance.md, in place of what stands between its marks: `<!-- name -->` and `<!-- /name -->`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function writeTable(name: string, text: string): void {
  const path = join(import.meta.dirname, '../docs/performance.md');
  const between = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(between, (_, begin: string, end: string) => `${begin}${text}${end}`),
  );
}

/** The templates that come along with the program. The build puts their text in place of this module; in a clone they are read from their folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** A template that is another one in other words: what to say in place of what. */
interface Variant {
  readonly like: string;
  readonly words: Readonly<Record<string, string>>;
}

/** By name, as `sidecar/log-streamer`. */
export function templateFiles(folder = fileURLToPath(new URL('../templates', import.meta.url))): Readonly<Record<string, string>> {
  const read = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8');
  const textOf = (name: string): string => {
    const text = read(name);
    if (!/^like: /m.test(text)) return text;
    const { like, words }: Variant = parse(text);
    return Object.entries(words).reduce((said, [word, other]) => said.replaceAll(word, other), read(like));
  };
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const names = files.map((file) => file.replaceAll('\\', '/').replace(/\.yaml$/, ''));
  return Object.fromEntries(names.toSorted().map((name) => [name, textOf(name)]));
}

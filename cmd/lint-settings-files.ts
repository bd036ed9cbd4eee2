/** Finds the podwright.yaml that counts for a file: the nearest one from its directory up to that of the repository. */
import { access, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { FileSettings, LintSettings } from '../src/manifest/lint-settings.ts';

export const settingsName = 'podwright.yaml';

/** `none`: no settings; `named`: those of this file, for all; else those that are found. */
export type SettingsChoice = { readonly kind: 'none' } | { readonly kind: 'found' } | { readonly kind: 'named'; readonly file: string };

/** Gives the settings of a file; standard input is one of the working directory. Throws `input` for settings that cannot be read, with their place. */
export function settingsFinder(choice: SettingsChoice): (file: string) => Promise<FileSettings | undefined> {
  if (choice.kind === 'none') return async () => undefined;
  if (choice.kind === 'named') {
    let named: Promise<LintSettings> | undefined;
    // Whoever names it says where from: the patterns begin in the working directory.
    return async (file) => {
      named ??= settingsIn(choice.file);
      return { settings: await named, path: pathFrom('.', file) };
    };
  }
  const known = new Map<string, Promise<{ readonly settings: LintSettings; readonly folder: string } | undefined>>();
  const inFolder = (folder: string): Promise<{ readonly settings: LintSettings; readonly folder: string } | undefined> => {
    const found =
      known.get(folder) ??
      (async () => {
        const file = join(folder, settingsName);
        if (await exists(file)) return { settings: await settingsIn(shown(file)), folder };
        const above = dirname(folder);
        return above === folder || (await exists(join(folder, '.git'))) ? undefined : inFolder(above);
      })();
    known.set(folder, found);
    return found;
  };
  return async (file) => {
    const found = await inFolder(dirname(resolve(file === '-' ? settingsName : file)));
    return found && { settings: found.settings, path: pathFrom(found.folder, file) };
  };
}

function pathFrom(folder: string, file: string): string {
  return relative(folder, resolve(file)).split(sep).join('/');
}

/** As one would write it here. */
function shown(file: string): string {
  const path = relative('.', file);
  return path.startsWith(`..${sep}..`) ? file : path;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function settingsIn(file: string): Promise<LintSettings> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const problem = { ENOENT: 'there is no such file', EACCES: 'you may not read it', EISDIR: 'it is a directory' }[cause.code ?? ''] ?? cause.message;
    throw new PodwrightError('input', `cannot read ${file}: ${problem}`, { cause, hint: 'It holds the settings of lint; --no-config goes without.' });
  });
  const { readLintSettings } = await import('../src/manifest/manifests.ts');
  return readLintSettings(bytes, file);
}

/** Writes a file whole or not at all: the text goes into a new file beside it, which then takes its name. */
import { randomBytes } from 'node:crypto';
import { chmod, constants, copyFile, link, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PodwrightError } from '../src/core/podwright-error.ts';

/** A file that is not there yet; with `force`, one that may be. Throws `usage` where it is there, `input` where it cannot be written. */
export async function writeNewFile(file: string, text: string, force: boolean): Promise<void> {
  if (force) return replaceFile(file, text);
  await beside(file, text, async (written) => {
    try {
      // Unlike a rename, it fails where there is a file.
      await link(written, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
      await copyFile(written, file, constants.COPYFILE_EXCL);
    }
  });
}

/** A file that is there, or not. Its rights stay as they are, and so does a symbolic link to it. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const rights = await stat(target).catch(() => undefined);
  await beside(target, text, async (written) => {
    if (rights !== undefined) await chmod(written, rights.mode);
    await rename(written, target);
  });
}

async function beside(file: string, text: string, place: (written: string) => Promise<void>): Promise<void> {
  const written = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(written, text, { flag: 'wx' });
    await place(written);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new PodwrightError('usage', `${file} is there already`, { hint: '--force overwrites it.' });
    throw new PodwrightError('input', `cannot write ${file}: ${message}`, { cause: error });
  } finally {
    await rm(written, { force: true });
  }
}

/** Writes a file whole or not at all: the text goes into a new file beside it, which then takes its name. */
import { randomBytes } from 'node:crypto';
import { chmod, chown, constants, copyFile, link, lstat, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PodwrightError } from '../src/core/podwright-error.ts';

/** Throws `usage` for a file that is there. */
export async function refuseExisting(file: string): Promise<void> {
  if (await lstat(file).catch(() => undefined)) throw isThere(file);
}

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

/**
 * A file that is there, or not. Its rights stay as they are, its owner too where that may be kept, and so does a symbolic link to it. What is no file, as
 * a terminal or a pipe, is written to. Throws `input` where it cannot be written, or must not be.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const about = await stat(target).catch(() => undefined);
  if (about?.isFile() === false) return writeFile(target, text).catch(refused(file));
  // A rename would replace even what may only be read.
  if (about !== undefined) await (await open(target, 'r+').catch(refused(file))).close();
  await beside(target, text, async (written) => {
    if (about !== undefined) {
      await chown(written, about.uid, about.gid).catch(() => undefined);
      await chmod(written, about.mode);
    }
    await rename(written, target);
  });
}

async function beside(file: string, text: string, place: (written: string) => Promise<void>): Promise<void> {
  const written = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(written, text, { flag: 'wx' });
    await place(written);
  } catch (error) {
    refused(file, 'you may not write in its directory')(error as NodeJS.ErrnoException);
  } finally {
    await rm(written, { force: true });
  }
}

function refused(file: string, forbidden = 'you may not write it'): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const code = cause.code ?? '';
    if (code === 'EEXIST') throw isThere(file);
    const problem = code === 'EACCES' || code === 'EPERM' ? forbidden : (problems[code] ?? cause.message);
    throw new PodwrightError('input', `cannot write ${file}: ${problem}`, { cause, hint: 'Nothing was changed.' });
  };
}

function isThere(file: string): PodwrightError {
  return new PodwrightError('usage', `${file} is there already`, { hint: '--force overwrites it.' });
}

const problems: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  EROFS: 'its file system is read-only',
  ENOENT: 'there is no such directory',
  ENOSPC: 'the disk is full',
};

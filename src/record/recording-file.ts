/** The file that a recording is written to: plain, or gzip flushed after each write, so that a file cut anywhere is readable up to there. */

import { once } from 'node:events';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, type Gzip } from 'node:zlib';
import { PodwrightError } from '../core/podwright-error.ts';
import type { RecordingOutput } from './recording-writer.ts';

/** Small objects are joined into writes of about this size. */
const writeBytes = 64 * 1024;

/**
 * Opens the file anew; gzip where its name ends in .gz. Throws `usage` where it exists and may not be overwritten, `input` where it cannot be
 * written; a disk that fills up rejects the write with `input`.
 */
export async function createRecordingFile(path: string, overwrite: boolean): Promise<RecordingOutput> {
  let handle: FileHandle;
  let made = true;
  try {
    // Made anew, so that it is known whose file it is.
    handle = await open(path, 'wx').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST' || !overwrite) throw cause;
      made = false;
      return open(path, 'w');
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new PodwrightError('usage', `${path} exists already`, { hint: 'Choose another name, or overwrite it with --force.', cause });
    }
    throw unwritable(path, cause);
  }
  const append = async (bytes: Buffer): Promise<void> => {
    try {
      for (let from = 0; from < bytes.length; ) from += (await handle.write(bytes, from)).bytesWritten;
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };
  const file: OpenFile = {
    append,
    close: () => handle.close(),
    async discard() {
      if (made) await rm(path, { force: true });
    },
  };
  return path.endsWith('.gz') ? zipped(file) : plain(file);
}

/**
 * Writes to a stream that stays open, such as stdout; what it has not taken when the signal aborts is not waited for. A write that fails rejects with
 * `input`, but for a pipe that nobody reads any more: that ends the recording by itself.
 */
export function streamedRecording(stream: Writable, signal: AbortSignal): RecordingOutput {
  const append = async (bytes: Buffer): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const goOn = (): void => resolve();
    signal.addEventListener('abort', goOn);
    stream.write(bytes, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(unwritable('stdout', error));
      else resolve();
    });
    if (signal.aborted) resolve();
    await promise.finally(() => signal.removeEventListener('abort', goOn));
  };
  return plain({ append, close: async () => undefined, discard: async () => undefined });
}

interface OpenFile {
  append(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

function plain({ append, close, discard }: OpenFile): RecordingOutput {
  let written = 0;
  return {
    async write(parts) {
      for (const bytes of joined(parts)) {
        await append(bytes);
        written += bytes.length;
      }
      return written;
    },
    async close() {
      await close();
      return written;
    },
    discard,
  };
}

function zipped({ append, close, discard }: OpenFile): RecordingOutput {
  const gzip = createGzip();
  const taken: Buffer[] = [];
  gzip.on('data', (bytes: Buffer) => taken.push(bytes));
  let written = 0;
  const appendTaken = async (): Promise<void> => {
    for (const bytes of taken.splice(0)) {
      await append(bytes);
      written += bytes.length;
    }
  };
  return {
    async write(parts) {
      for (const bytes of joined(parts)) {
        if (!gzip.write(bytes)) await once(gzip, 'drain');
        await appendTaken();
      }
      await flushed(gzip);
      await appendTaken();
      return written;
    },
    async close() {
      gzip.end();
      await once(gzip, 'end');
      await appendTaken();
      await close();
      return written;
    },
    discard,
  };
}

const flushed = (gzip: Gzip): Promise<void> => promisify((done: (error: Error | null) => void) => gzip.flush(constants.Z_SYNC_FLUSH, () => done(null)))();

function* joined(parts: readonly (string | Buffer)[]): Generator<Buffer> {
  let gathered: Buffer[] = [];
  let size = 0;
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    gathered.push(bytes);
    size += bytes.length;
    if (size < writeBytes) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(gathered);
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  ENOENT: 'its folder does not exist',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
};

function unwritable(path: string, cause: unknown): PodwrightError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new PodwrightError('input', `cannot write ${path}: ${reasons[code] ?? message}`, {
    cause,
    ...(code === 'ENOSPC' ? { hint: 'What was written so far can be replayed.' } : {}),
  });
}

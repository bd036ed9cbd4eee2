/** Reads the file of a recording, plain or gzip by its first bytes, whatever it is called. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants, createGunzip } from 'node:zlib';
import { PodwrightError } from '../core/podwright-error.ts';
import { Recording, RecordingGatherer } from './recording.ts';
import { type RecordingHeader, readHeader, readLine } from './recording-format.ts';

/** A foreign file may be one line of any length. */
const maxHeaderBytes = 1_000_000;

/**
 * The whole recording. One that was cut off is read up to its last whole line. Throws `input`, with the number of the line where there is one, for a
 * file that cannot be read or is no recording.
 */
export async function readRecording(path: string): Promise<Recording> {
  let header: RecordingHeader | undefined;
  const gatherer = new RecordingGatherer();
  let number = 0;
  try {
    for await (const line of linesOf(await bytesOf(path))) {
      number++;
      if (header === undefined) {
        header = readHeader(line, path);
        continue;
      }
      const read = readLine(line, path, number);
      if (read !== undefined) gatherer.take(read);
    }
  } catch (cause) {
    throw unreadable(path, number + 1, cause);
  }
  if (header === undefined) {
    throw new PodwrightError('input', `${path} is no recording: it has no whole line`, { hint: '`podwright record -o FILE` makes recordings.' });
  }
  return new Recording(header, gatherer);
}

async function bytesOf(path: string): Promise<AsyncIterable<Buffer>> {
  const handle = await open(path);
  const magic = Buffer.alloc(2);
  try {
    await handle.read(magic, 0, 2, 0);
  } finally {
    await handle.close();
  }
  const file = createReadStream(path);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return file;
  // An end that is missing is that of a recorder that was killed: what came before it counts.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

/** Whole lines only: what stands behind the last line break is no line yet. A first line without an end is given as it is, so that it is refused. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  let any = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      begun.push(chunk.subarray(from, end));
      yield Buffer.concat(begun).toString();
      begun = [];
      any = true;
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    if (!any && begun.length > 1 && begun.reduce((sum, part) => sum + part.length, 0) > maxHeaderBytes) yield 'too long for a header';
  }
}

function unreadable(path: string, line: number, cause: unknown): unknown {
  if (cause instanceof PodwrightError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new PodwrightError('input', `there is no file ${path}`, { cause });
  if (code === 'EISDIR') return new PodwrightError('input', `${path} is a folder, not a recording`, { cause });
  if (code === 'Z_DATA_ERROR') return new PodwrightError('input', `${path}:${line}: the compressed data is damaged (${message})`, { cause });
  return new PodwrightError('input', `cannot read ${path}: ${code === 'EACCES' ? 'permission denied' : message}`, { cause });
}

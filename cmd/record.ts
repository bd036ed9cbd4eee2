/** `podwright record`: writes what happens to Pods, and their Events, to a file that can be replayed anywhere. */
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import type { WatchLink } from '../src/kube/list-watch.ts';
import type { Transport } from '../src/kube/transport.ts';
import type { RecordedKind, RecordingHeader, RecordingWriter } from '../src/record/recordings.ts';
import { byteText } from '../src/report/byte-text.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command, CommandIo } from './command.ts';
import { durationMs } from './duration.ts';
import { programVersion } from './program-version.ts';
import { checkLabelSelector } from './selectors.ts';

export interface RecordRequest {
  readonly cluster: ClusterChoice;
  /** `-` is stdout. */
  readonly file: string;
  readonly overwrite: boolean;
  readonly labelSelector: string | undefined;
  /** undefined: until it is interrupted. */
  readonly forMs: number | undefined;
}

export const recordCommand: Command<RecordRequest> = {
  name: 'record',
  summary: 'Write what happens to Pods to a file, to be replayed anywhere',
  flags: {
    output: { type: 'string', short: 'o', value: 'FILE', describe: 'Where to write; gzip where it ends in .gz; - is stdout' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Only Pods with these labels, and their Events' },
    for: { type: 'string', value: 'TIME', describe: 'How long, as in 5m; default is until Ctrl-C' },
    force: { type: 'boolean', describe: 'Overwrite the file' },
  },
  examples: [
    ['record -n shop -o shop.ndjson.gz', 'until Ctrl-C, which ends with a whole file and exit code 130'],
    ['record -A -o all.ndjson.gz --for 5m', 'all namespaces, for five minutes'],
  ],

  request(args) {
    const [word] = args.words;
    if (word !== undefined) throw new PodwrightError('usage', `record takes no arguments, but got "${word}"`, { hint: 'Write the file with -o FILE.' });
    const file = text(args, 'output');
    if (file === undefined || file === '') throw new PodwrightError('usage', 'record needs a file', { hint: 'Write it like -o shop.ndjson.gz.' });
    const labelSelector = text(args, 'selector') || undefined;
    if (labelSelector !== undefined) checkLabelSelector(labelSelector);
    const duration = text(args, 'for');
    const forMs = duration === undefined ? undefined : durationMs(duration, '--for');
    if (forMs === 0) throw new PodwrightError('usage', '--for 0 records nothing', { hint: 'Leave --for out to record until Ctrl-C.' });
    return { cluster: clusterChoice(args), file, overwrite: args.flags['force'] === true, labelSelector, forMs };
  },

  async run(request, io) {
    const [{ chosenCluster }, recordings] = await Promise.all([import('./cluster.ts'), import('../src/record/recordings.ts')]);
    const { transport, namespace, namespaces } = chosenCluster(request.cluster);
    try {
      const { gitVersion } = (await transport.request({ path: '/version', signal: io.signal })) as { gitVersion?: string };
      const header: RecordingHeader = {
        podwrightRecording: recordings.formatVersion,
        program: programVersion(),
        server: gitVersion ?? 'unknown',
        context: transport.context,
        namespace,
        scope: { namespaces, ...(request.labelSelector === undefined ? {} : { labelSelector: request.labelSelector }) },
        startedAt: new Date(io.now()).toISOString(),
      };
      const toStdout = request.file === '-';
      const output = toStdout ? recordings.streamedRecording(io.stdout, io.signal) : await recordings.createRecordingFile(request.file, request.overwrite);
      return await record(transport, new recordings.RecordingWriter(output, header), header, request, io);
    } finally {
      transport.close();
    }
  },
};

/** Follows the cluster until it is enough, and closes the file whatever happens. */
async function record(transport: Transport, writer: RecordingWriter, header: RecordingHeader, request: RecordRequest, io: CommandIo): Promise<number> {
  const [{ watchObjects }, { recordable }] = await Promise.all([import('../src/kube/cluster-objects.ts'), import('../src/record/recordings.ts')]);
  const enough = new AbortController();
  const signal = AbortSignal.any([io.signal, enough.signal]);
  const progress = recordingProgress(writer, request, io);
  const unsynced = new Set<RecordedKind>(['Pod', 'Event']);
  let limit: NodeJS.Timeout | undefined;
  const known = (kind: RecordedKind): void => {
    if (!unsynced.delete(kind) || unsynced.size > 0) return;
    writer.synced();
    progress.started();
    if (request.forMs !== undefined) limit = setTimeout(() => enough.abort(), request.forMs);
  };
  const link = (kind: RecordedKind, { state, ...more }: WatchLink): void => {
    const error = 'error' in more ? more.error : undefined;
    const message = error === undefined ? undefined : plainText(error.message);
    if (state === 'connecting') {
      if (message !== undefined) progress.trouble(`${kind}s: ${message}`);
      return;
    }
    if (state === 'stale') progress.trouble(`${kind}s: ${message ?? ''}; reconnecting`);
    else progress.calm(kind);
    writer.link({ kind, state, ...(state === 'stale' ? { since: more.since } : {}), ...(message === undefined ? {} : { message }) });
  };
  const follow = (kind: RecordedKind): Promise<void> =>
    watchObjects(
      transport,
      kind,
      { ...header.scope, namespaces: header.scope.namespaces === 'all' ? 'all' : [header.scope.namespaces[0] ?? header.namespace] },
      { read: recordable, signal },
      { changed: (of, { type, item }) => (type === 'upsert' ? writer.upsert(of, item) : writer.remove(of, item.uid)), synced: known, link },
    );
  const writing = writer.run();
  const watching = Promise.all([
    follow('Pod'),
    // Pods can be recorded without their Events.
    follow('Event').catch((error: unknown) => {
      const message = plainText((error as Error).message);
      progress.trouble(`without Events: ${message}`);
      writer.link({ kind: 'Event', state: 'refused', message });
      known('Event');
    }),
  ]);
  try {
    await Promise.race([watching, writing]);
  } finally {
    clearTimeout(limit);
    enough.abort();
    writer.end();
    await writing.finally(() => writer.discard());
  }
  progress.ended();
  return exitCodes.done;
}

/** Says on stderr how it goes: on a terminal in one line that is written over and over, else at the start and the end. */
function recordingProgress(writer: RecordingWriter, request: RecordRequest, io: CommandIo) {
  const { stderr } = io;
  const begun = io.now();
  const name = request.file === '-' ? 'stdout' : plainText(request.file);
  const terminal = stderr.isTTY === true;
  let troubled = false;
  const figures = (): string => {
    const { pods, changes, bytes } = writer.progress;
    const seconds = Math.floor((io.now() - begun) / 1000);
    return `${pods} ${pods === 1 ? 'Pod' : 'Pods'}, ${changes} ${changes === 1 ? 'change' : 'changes'}, ${byteText(bytes)}, ${timeText(seconds)}`;
  };
  const draw = (): void => void stderr.write(`\r\u001b[Krecording to ${name}: ${figures()}; Ctrl-C ends it`);
  let timer: NodeJS.Timeout | undefined;
  const line = (what: string): void => void stderr.write(`${terminal && timer !== undefined ? '\r\u001b[K' : ''}${what}\n`);
  return {
    started(): void {
      if (terminal) {
        draw();
        timer = setInterval(draw, 1000);
      } else {
        line(`recording to ${name}`);
      }
    },
    trouble(what: string): void {
      troubled = true;
      line(`podwright: ${what}`);
    },
    calm(kind: RecordedKind): void {
      if (troubled) line(`podwright: ${kind}s: connected`);
      troubled = false;
    },
    ended(): void {
      clearInterval(timer);
      line(`recorded to ${name}: ${figures()}`);
    },
  };
}

function timeText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

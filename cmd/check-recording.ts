/** Keeps what a check sees in a file, while it sees it, so that `replay` can show the run. */
import type { CheckPlan } from '../src/core/check/check-plan.ts';
import { object } from '../src/core/json.ts';
import type { PodwrightError } from '../src/core/podwright-error.ts';
import type { WholeObjects } from '../src/kube/cluster-check.ts';
import type { Transport } from '../src/kube/transport.ts';
import type { RecordableObject } from '../src/record/recording-writer.ts';
import type { RecordedKind } from '../src/record/recordings.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { CommandIo } from './command.ts';
import { programVersion } from './program-version.ts';

export interface CheckRecording {
  /** To be given all Pods and Events. */
  readonly wholes: WholeObjects<RecordableObject>;
  /** All that there was at the start is known. */
  begun(): void;
  link(kind: RecordedKind, error: PodwrightError | undefined): void;
  /** Ends the file; gives its name where all of the run is in it. What went wrong has been said by then. */
  end(): Promise<string | undefined>;
}

/** Begins the file. Throws PodwrightError where it cannot be written or the cluster cannot be reached. */
export async function beginRecording(file: string, plan: CheckPlan, transport: Transport, io: CommandIo): Promise<CheckRecording> {
  const { createRecordingFile, formatVersion, recordable, RecordingWriter } = await import('../src/record/recordings.ts');
  const { gitVersion } = (await transport.request({ path: '/version', signal: io.signal })) as { gitVersion?: string };
  const [first] = plan.targets;
  const namespaces = plan.targets.flatMap(({ namespace }) => namespace ?? []);
  const header = {
    podwrightRecording: formatVersion,
    program: programVersion(),
    server: gitVersion ?? 'unknown',
    context: transport.context,
    namespace: first?.namespace ?? 'default',
    scope: {
      namespaces: namespaces.length < plan.targets.length ? ('all' as const) : [...new Set(namespaces)],
      ...(first?.of.kind === 'selector' ? { labelSelector: first.of.selector } : {}),
    },
    startedAt: new Date(io.now()).toISOString(),
  };
  const writer = new RecordingWriter(await createRecordingFile(file, true), header);
  let failed = false;
  const writing = writer.run().catch((error: unknown) => {
    failed = true;
    io.stderr.write(`podwright: the run is not recorded any more: ${plainText((error as Error).message)}\n`);
  });
  return {
    wholes: {
      // Of Events, those about Pods: a recording holds nothing else that they could be about.
      read: (kind, whole) => (kind === 'Pod' || object(object(whole)['involvedObject'])['kind'] === 'Pod' ? recordable(kind, whole) : undefined),
      changed: (kind, { type, item }) => (type === 'upsert' ? writer.upsert(kind, item) : writer.remove(kind, item.uid)),
    },
    begun: () => writer.synced(),
    link(kind, error) {
      const state = error === undefined ? 'live' : error.code === 'forbidden' ? 'refused' : 'stale';
      writer.link({ kind, state, ...(error === undefined ? {} : { message: plainText(error.message) }) });
    },
    async end() {
      writer.end();
      await writing;
      await writer.discard();
      return failed ? undefined : file;
    },
  };
}

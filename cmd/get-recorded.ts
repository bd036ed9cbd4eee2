/** `get --from-recording`: Pods as they were at one moment of a recording, with the ages of that moment. */
import type { OpenPods } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';
import type { GetRequest } from './get.ts';
import { printPods } from './get-list.ts';
import { momentOf, type RecordedChoice } from './recording-flags.ts';

/** A recording, its Pods at the chosen moment, how many changes were behind by then, and that moment in milliseconds since the epoch. */
export async function openRecording({ file, moment }: RecordedChoice, { namespace, allNamespaces }: ClusterChoice) {
  const { readRecording, recordedNamespaces, recordedReader } = await import('../src/record/recordings.ts');
  const recording = await readRecording(file);
  const at = momentOf(recording, moment);
  const index = recording.indexAt(at);
  const namespaces = recordedNamespaces(recording, { all: allNamespaces, ...(namespace === undefined ? {} : { namespace }) });
  const pods: OpenPods = {
    reader: recordedReader(recording, index),
    namespace: namespaces === 'all' ? recording.header.namespace : (namespaces[0] ?? recording.header.namespace),
    namespaces,
  };
  return { pods, recording, index, at };
}

/** Prints what was asked for; gives the exit code. The table is computed here, as there is no server that could print it. */
export async function printRecordedPods(request: GetRequest, recording: RecordedChoice, io: CommandIo): Promise<number> {
  const { pods, at } = await openRecording(recording, request.cluster);
  return printPods(request, pods, Object.create(io, { now: { value: () => at, enumerable: true } }) as CommandIo);
}

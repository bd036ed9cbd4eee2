/** `get --from-recording`: Pods as they were at one moment of a recording, with the ages of that moment. */
import type { CommandIo } from './command.ts';
import type { GetRequest } from './get.ts';
import { printPods } from './get-list.ts';
import { momentOf } from './recording-flags.ts';

/** Prints what was asked for; gives the exit code. The table is computed here, as there is no server that could print it. */
export async function printRecordedPods(request: GetRequest, { file, moment }: NonNullable<GetRequest['recording']>, io: CommandIo): Promise<number> {
  const { readRecording, recordedNamespaces, recordedReader } = await import('../src/record/recordings.ts');
  const recording = await readRecording(file);
  const at = momentOf(recording, moment);
  const { namespace, allNamespaces } = request.cluster;
  const namespaces = recordedNamespaces(recording, { all: allNamespaces, ...(namespace === undefined ? {} : { namespace }) });
  const pods = {
    reader: recordedReader(recording, recording.indexAt(at)),
    namespace: namespaces === 'all' ? recording.header.namespace : (namespaces[0] ?? recording.header.namespace),
    namespaces,
  };
  return printPods(request, pods, Object.create(io, { now: { value: () => at, enumerable: true } }) as CommandIo);
}

/** `describe --from-recording`: Pods as they were at one moment of a recording. What was not recorded is said in its place. */
import type { CommandIo } from './command.ts';
import type { DescribeRequest } from './describe.ts';
import { printDescriptions } from './describe-pods.ts';
import { openRecording } from './get-recorded.ts';
import type { RecordedChoice } from './recording-flags.ts';

/** Prints the descriptions; gives the exit code. */
export async function describeRecordedPods(request: DescribeRequest, choice: RecordedChoice, io: CommandIo): Promise<number> {
  const { recordedDescription } = await import('../src/record/recordings.ts');
  const { pods, recording, index, at } = await openRecording(choice, request.cluster);
  const state = recording.stateAt(index);
  return printDescriptions(request, pods, io, () => (pod) => recordedDescription(state, pod, at));
}

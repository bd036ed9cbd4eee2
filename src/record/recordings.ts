/** What the program takes of recordings: one door, behind which the bundle keeps all of it in a file of its own. */
export { scopeFilter as checkRecordedScope } from '../service/selector-match.ts';
export { Playback } from './playback.ts';
export { recordedDescription, recordedDetails, recordedPods } from './recorded-pods.ts';
export { recordedEvents, recordedNamespaces, recordedReader } from './recorded-reader.ts';
export type { Recording } from './recording.ts';
export { createRecordingFile, streamedRecording } from './recording-file.ts';
export { formatVersion, type RecordedKind, type RecordingHeader } from './recording-format.ts';
export { readRecording } from './recording-reader.ts';
export { RecordingWriter, recordable } from './recording-writer.ts';

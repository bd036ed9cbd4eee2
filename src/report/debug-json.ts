/** What a debug session has made and what became of it, for programs. The shape is stable: see docs/changing.md. */
import type { TerminationFacts } from '../core/pod-facts.ts';
import type { PodwrightError } from '../core/podwright-error.ts';
import { jsonText } from './json-text.ts';
import { problemJson } from './problem-json.ts';

/** `waiting` had not started when the time was up or it was interrupted, and may still; `failed` will not; `gone` went with its Pod. */
type DebugOutcome = 'running' | 'ended' | 'waiting' | 'failed' | 'gone';

export interface DebugReport {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** The Pod that this one is a copy of, or the node that it was made on; undefined for an ephemeral container. */
  readonly copyOf: string | undefined;
  readonly node: string | undefined;
  readonly container: string;
  readonly image: string;
  /** The container whose processes it sees; undefined where it sees none but its own, and in a copy. */
  readonly target: string | undefined;
  /** undefined where no container was added. */
  readonly profile: string | undefined;
  readonly outcome: DebugOutcome;
  readonly end: TerminationFacts | undefined;
  readonly problem: PodwrightError | undefined;
}

export function debugJson({ pod, copyOf, node, container, image, target, profile, outcome, end, problem }: DebugReport): string {
  const json = {
    pod,
    kind: copyOf !== undefined ? 'copy' : node !== undefined ? 'node' : 'ephemeral',
    copyOf: copyOf ?? null,
    node: node ?? null,
    container,
    image,
    target: target ?? null,
    profile: profile ?? null,
    outcome,
    end: end === undefined ? null : { exitCode: end.exitCode, signal: end.signal, reason: end.reason ?? null, message: end.message ?? null },
    problem: problemJson(problem),
  };
  return `${jsonText(json, 2)}\n`;
}

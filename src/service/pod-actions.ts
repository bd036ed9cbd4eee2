/** The port through which the dashboard acts on Pods. A recording has none. Every method throws PodwrightError. */
import type { PodIdentity } from './pod-source.ts';

/** As a Role has it. */
export interface Right {
  readonly verb: string;
  /** The API group; empty for the core. */
  readonly group: string;
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
}

export interface PodActions {
  /** What is missing to do it in a namespace, as a sentence; undefined where it may be done. */
  missingRight(right: Right, namespace: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for the deletion of this Pod and no other of its name; resolves once the server has taken it. */
  remove(pod: PodIdentity, signal: AbortSignal): Promise<void>;
}

/** The port through which the dashboard acts on Pods. A recording has none. Every method throws PodwrightError. */
import type { PodIdentity } from './pod-source.ts';

export type ActionName = 'delete';

export interface PodActions {
  /** What is missing to do it in a namespace, as a sentence; undefined where it may be done. */
  missingRight(action: ActionName, namespace: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for the deletion of this Pod and no other of its name; resolves once the server has taken it. */
  remove(pod: PodIdentity, signal: AbortSignal): Promise<void>;
}

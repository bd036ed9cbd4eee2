/** DescribedPod: all there is to say of one Pod, for a description of it: its object, and what was looked up about it. */
import type { ReferenceFacts } from './diagnosis/diagnosis-context.ts';
import type { Finding } from './diagnosis/finding.ts';
import type { EventFacts } from './event-facts.ts';
import type { LintAdvice } from './lint-report.ts';
import type { NodeFacts } from './node-facts.ts';
import type { PodFacts } from './pod-facts.ts';

/** What came of looking something up. `problem` ends the sentence "it could not be read: …". */
export type LookedUp<Value> =
  | { readonly state: 'known'; readonly value: Value }
  | { readonly state: 'missing' }
  | { readonly state: 'unknown'; readonly problem: string };

/** The last lines of a container that ended. */
export interface LastWords {
  readonly container: string;
  /** Of the run before the present one. */
  readonly previous: boolean;
  readonly log: LookedUp<string>;
}

export interface DescribedPod {
  /** As the API sends it; anything at all is described. */
  readonly object: unknown;
  readonly facts: PodFacts;
  /** Worst first: the same as `why` gives. */
  readonly findings: readonly Finding[];
  readonly events: LookedUp<readonly EventFacts[]>;
  /** Each object once for each use of it. Values of a Secret or a ConfigMap are never among them. */
  readonly references: readonly ReferenceFacts[];
  /** Undefined while the Pod has no node. */
  readonly node: LookedUp<NodeFacts> | undefined;
  readonly lastWords: readonly LastWords[];
  /** What the rules of lint say of it, worst first; undefined where they were not asked. */
  readonly advice?: readonly LintAdvice[] | undefined;
  /** The moment that is described, in milliseconds since the epoch. */
  readonly now: number;
}

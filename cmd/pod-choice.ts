/** Which Pods a command is about: those of the targets that are named, or those that a label selector takes in. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTargets, type Target } from '../src/service/target.ts';
import { type ClusterChoice, text } from './cluster-flags.ts';
import type { Arguments } from './command.ts';
import { checkLabelSelector } from './selectors.ts';

export interface PodChoice {
  /** Empty for every Pod in scope, or every one that the selector takes in. */
  readonly targets: readonly Target[];
  /** Undefined without `-l`; an empty one selects all, as with kubectl, and is none. */
  readonly labelSelector: string | undefined;
}

/** Reads the words and `-l`. Throws `usage` for what cannot be read, and for names together with `-l` or `-A`. */
export function podChoice(args: Arguments, cluster: ClusterChoice): PodChoice {
  const targets = parseTargets(args.words);
  const labelSelector = text(args, 'selector') || undefined;
  if (labelSelector !== undefined) checkLabelSelector(labelSelector);
  if (targets.length > 0 && labelSelector !== undefined) {
    throw new PodwrightError('usage', 'name the Pods or select them, not both', { hint: 'Leave out -l or the names.' });
  }
  if (targets.length > 0 && cluster.allNamespaces) {
    throw new PodwrightError('usage', 'a name belongs to one namespace: -A and names exclude each other', { hint: 'Give the namespace with -n.' });
  }
  return { targets, labelSelector };
}

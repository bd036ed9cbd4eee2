/** An API object without what nobody reads: the copy of itself that kubectl apply leaves in its annotations. */
import { object as record } from '../core/json.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object, and names of what was left out of it. */
export function readableObject(object: Readonly<Record<string, unknown>>): {
  readonly object: Readonly<Record<string, unknown>>;
  readonly hidden: readonly string[];
} {
  const metadata = record(object['metadata']);
  const { [lastApplied]: copy, ...others } = record(metadata['annotations']);
  if (copy === undefined) return { object, hidden: [] };
  const { annotations: _, ...kept } = metadata;
  return {
    object: { ...object, metadata: Object.keys(others).length === 0 ? kept : { ...kept, annotations: others } },
    hidden: ['last-applied'],
  };
}

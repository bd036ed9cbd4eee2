/**
 * The port through which objects are changed: applied, created, deleted, evicted. Every method throws PodwrightError. What is safe to ask twice is asked again
 * while the server is away, once it has answered at all.
 */
import type { ObjectName } from '../core/change/object-name.ts';
import type { Json } from '../core/json.ts';

export interface WriteOptions {
  readonly signal: AbortSignal;
  /** The server checks and answers as if it did it. */
  readonly dryRun?: boolean;
}

interface ApplyOptions extends WriteOptions {
  /** Take over what others manage. */
  readonly force: boolean;
}

export interface DeleteOptions extends WriteOptions {
  /** Only the object of this UID, and not another that has its name by now. */
  readonly uid: string | undefined;
  /** undefined: the object's own. */
  readonly graceSeconds: number | undefined;
  /** What becomes of that which it owns. */
  readonly cascade: 'background' | 'foreground' | 'orphan';
}

export interface ObjectActions {
  /** Whether objects of a kind belong to a namespace; undefined where the server knows no such kind. */
  namespaced(kind: Pick<ObjectName, 'apiVersion' | 'kind'>, signal: AbortSignal): Promise<boolean | undefined>;
  /** The object with its managedFields; undefined where there is none. */
  object(name: ObjectName, signal: AbortSignal): Promise<Json | undefined>;
  /** Server-side apply; `manifest` is the object as JSON or YAML text. Gives the object as it is then. */
  apply(name: ObjectName, manifest: string, options: ApplyOptions): Promise<Json>;
  create(name: ObjectName, manifest: string, options: WriteOptions): Promise<Json>;
  /** An RFC 7386 merge patch; with a resourceVersion in it, only of that version. */
  patch(name: ObjectName, patch: Json, options: WriteOptions): Promise<Json>;
  /** Adds an ephemeral container to a Pod; gives the Pod. */
  addContainer(pod: ObjectName, container: Json, options: WriteOptions): Promise<Json>;
  /** Asks for the deletion; it is not over when this resolves. */
  remove(name: ObjectName, options: DeleteOptions): Promise<void>;
  /** The same for a Pod, as far as its disruption budget allows it; throws `throttled` while that does not. */
  evict(pod: ObjectName, options: Omit<DeleteOptions, 'cascade'>): Promise<void>;
  /** The PodDisruptionBudgets of a namespace. */
  budgets(namespace: string, signal: AbortSignal): Promise<readonly Json[]>;
}

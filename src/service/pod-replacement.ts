/**
 * Puts another Pod in the place of one that cannot be changed: the old manifest is kept first, the Pod is deleted with its grace period, the new one is created,
 * and where that is refused the old one is created again. From the deletion on it is carried through, also when it is interrupted: a name without a Pod would
 * be half of it.
 */
import { recreatablePod } from '../core/change/clean-object.ts';
import type { ObjectName } from '../core/change/object-name.ts';
import { type Json, object, text } from '../core/json.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import type { CheckSource } from './check-source.ts';
import type { ObjectActions } from './object-actions.ts';
import { podsGone } from './pod-end.ts';

export interface ReplacementPorts {
  readonly actions: ObjectActions;
  readonly pods: Pick<CheckSource, 'watchPods'>;
  /** Keeps the manifest of a Pod in a file that is not there yet, and gives the file's name. */
  keep(pod: Json): Promise<string>;
  /** Told what is going on. */
  step(text: string): void;
}

export interface Replacement {
  readonly name: ObjectName;
  /** The Pod as it is. */
  readonly live: Json;
  /** The new one as JSON text. */
  readonly manifest: string;
}

/**
 * How long a Pod may take beyond its grace period before the replacement gives up: the old one is then on its way out, and what to do is said.
 */
const overdueMs = 60_000;
const usualGraceSeconds = 30;

/** Gives the new Pod. Throws PodwrightError where nothing was changed, and where it went wrong on the way; the message says which. */
export async function replacePod({ name, live, manifest }: Replacement, ports: ReplacementPorts, signal: AbortSignal): Promise<Json> {
  const { actions, step } = ports;
  await checkNew(name, manifest, actions, signal);
  const metadata = object(live['metadata']);
  const uid = text(metadata['uid']) ?? '';
  const kept = await ports.keep(recreatablePod(live));
  step(`kept the old manifest in ${kept}`);
  signal.throwIfAborted();
  // From here on nothing stops half way; a second Ctrl-C ends the process.
  const through = new AbortController().signal;
  const interrupted = (): void => step('interrupted: the old Pod is going already, so the new one is still made; once more ends at once, and leaves no Pod');
  signal.addEventListener('abort', interrupted);
  try {
    await actions.remove(name, { uid, graceSeconds: undefined, cascade: 'background', signal: through });
    step('the old Pod is ending');
    await gone({ name, live, manifest }, uid, kept, ports);
    try {
      const made = await actions.apply(name, manifest, { force: true, signal: through });
      step('the new Pod is created');
      return made;
    } catch (error) {
      if (!isPodwrightError(error)) throw error;
      throw await rolledBack(name, recreatablePod(live), kept, error, actions, through);
    }
  } finally {
    signal.removeEventListener('abort', interrupted);
  }
}

/**
 * Whether the server would take the new Pod: a dry run of its creation, which says last of all that the name is taken. A quota may have room once the old one has
 * gone, and is not believed.
 */
async function checkNew(name: ObjectName, manifest: string, actions: ObjectActions, signal: AbortSignal): Promise<void> {
  try {
    await actions.create(name, manifest, { dryRun: true, signal });
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    if (error.code === 'rejected' && /already exists|exceeded quota/.test(error.message)) return;
    throw new PodwrightError(error.code, `${error.message} (nothing was changed)`, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

async function gone({ name, live }: Replacement, uid: string, kept: string, { pods }: ReplacementPorts): Promise<void> {
  const grace = object(live['spec'])['terminationGracePeriodSeconds'];
  const allowedMs = (typeof grace === 'number' ? grace : usualGraceSeconds) * 1000 + overdueMs;
  const limit = new AbortController();
  let timer = setTimeout(() => limit.abort(), allowedMs);
  // A server that is away says nothing of the Pod: the time begins anew when it is back.
  const heard: typeof pods = {
    watchPods: (scope, sink, signal) =>
      pods.watchPods(
        scope,
        {
          ...sink,
          link(link) {
            clearTimeout(timer);
            if (link.state === 'live' || link.error === undefined) timer = setTimeout(() => limit.abort(), allowedMs);
            sink.link(link);
          },
        },
        signal,
      ),
  };
  const ending = { namespace: name.namespace ?? '', pods: new Map([[uid, name.name]]) };
  const left = await podsGone(heard, ending, () => undefined, limit.signal).finally(() => clearTimeout(timer));
  if (left.size === 0) return;
  throw new PodwrightError('timeout', `the old Pod ${name.name} has not gone ${overdueMs / 1000} s after its grace period: the new one was not created`, {
    hint: `podwright why ${name.name} -n ${name.namespace} says what holds it. Then apply again; the old manifest is in ${kept}.`,
  });
}

async function rolledBack(
  name: ObjectName,
  old: Json,
  kept: string,
  refused: PodwrightError,
  actions: ObjectActions,
  signal: AbortSignal,
): Promise<PodwrightError> {
  try {
    await actions.create(name, JSON.stringify(old), { signal });
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return new PodwrightError(refused.code, `the new Pod was refused: ${refused.message}. The old one could not be made again: ${error.message}`, {
      cause: refused,
      hint: `There is no Pod ${name.name} now; the old manifest is in ${kept}: kubectl create -n ${name.namespace} -f ${kept}`,
    });
  }
  return new PodwrightError(refused.code, `the new Pod was refused, and the old one was made again: ${refused.message}`, {
    cause: refused,
    hint: `The old manifest is also in ${kept}.`,
  });
}

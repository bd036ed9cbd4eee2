/**
 * The dashboard's only I/O: the terminal, the clock and the subscriptions. It feeds messages to the reducer, runs the effects the reducer asks
 * for and draws the model. However it ends, the terminal is given back as it was.
 */
import { setTimeout as pause, setImmediate as queued } from 'node:timers/promises';
import { type Instance, render } from 'ink';
import { createElement } from 'react';
import type { PodFacts } from '../core/pod-facts.ts';
import { isPodwrightError, type PodwrightError } from '../core/podwright-error.ts';
import { plainText } from '../report/terminal-text.ts';
import type { PlaybackControl } from '../service/playback.ts';
import type { PodActions } from '../service/pod-actions.ts';
import type { FollowedLog, PodDetails } from '../service/pod-details.ts';
import type { PodScope, PodSource } from '../service/pod-source.ts';
import type { ForwardEvent } from '../service/port-forward.ts';
import type { AskedForward } from './forwards.ts';
import { frame } from './frame.ts';
import type { Key } from './keyboard.ts';
import { type Effect, initialModel, type Message, type Model, type Reading } from './model.ts';
import { type Advise, logLines, podText, readableLog } from './pod-text.ts';
import { Screen, type Suspend } from './Screen.tsx';
import { update } from './update.ts';

/** Runs our own program with these arguments on the terminal, to its end. */
type RunProgram = (args: readonly string[]) => Promise<void>;

/** Leads local ports to a target until the signal aborts. Throws PodwrightError. */
type OpenForward = (asked: AskedForward, signal: AbortSignal, report: (event: ForwardEvent) => void) => Promise<void>;

/** A cluster to look at. */
interface OpenContext {
  readonly source: PodSource;
  readonly details: PodDetails;
  readonly actions: PodActions;
  readonly runs: RunProgram;
  readonly forward: OpenForward;
  /** The namespace of the context. */
  readonly namespace: string;
  /** Ends its connections. */
  close(): void;
}

/** The contexts that may be chosen. Both throw PodwrightError. */
interface Contexts {
  names(): readonly string[];
  /** Opens no connection yet. */
  open(name: string): OpenContext;
}

export interface DashboardOptions {
  readonly source: PodSource;
  readonly details: PodDetails;
  /** Absent for a recording. */
  readonly actions?: PodActions;
  readonly runs?: RunProgram;
  readonly forward?: OpenForward;
  readonly advise: Advise;
  /** Ends the connections of the source, when another context has taken its place. */
  close?(): void;
  /** Absent where there is nothing to choose from. */
  readonly contexts?: Contexts;
  readonly scope: PodScope;
  readonly stdin: NodeJS.ReadStream;
  /** A terminal: who calls has made sure of it. */
  readonly stdout: NodeJS.WriteStream;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Ends the dashboard from outside: a signal to the process. */
  readonly signal: AbortSignal;
  /** A recording in place of a cluster; `now` is then its clock. */
  readonly playback?: PlaybackControl;
  /** Said above a recording: what this is. */
  readonly banner?: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** After a batch, how long changes at least gather in the source before the next is taken: more screens a second than that are no more live. */
const gatherMs = 50;
/** And how many times as long as the batch itself took, until all are there: while thousands of Pods arrive, taking them in leaves most of the time to reading them. */
const gatherFactor = 4;
const framesPerSecond = 30;
/** How long a selection rests before its Pod is looked into. */
const restMs = 300;

/**
 * xterm's alternate scroll mode: on the alternate screen the wheel sends arrows, and the mouse still selects text. How it was is saved by the terminal
 * and restored by it; one that cannot save it keeps it, as most have it on by themselves.
 */
const wheelAsArrows = '\u001b[?1007s\u001b[?1007h';
const wheelAsBefore = '\u001b[?1007r';

/**
 * Runs the dashboard until it is left, and gives the exit code: 0, or 130 where it was interrupted. Throws the PodwrightError of a scope that
 * the cluster refuses, and whatever else went wrong, after the terminal is restored.
 */
export async function runDashboard(options: DashboardOptions): Promise<number> {
  const { stdout, stdin, signal, contexts } = options;
  let { source, details, actions, runs, forward } = options;
  const forwards = new Map<number, AbortController>();
  let chosen: OpenContext | undefined;
  const ended = Promise.withResolvers<number>();
  // It may end before anybody waits for it.
  ended.promise.catch(() => undefined);
  const whole = new AbortController();
  let pods = new AbortController();
  let open = new AbortController();
  let text = new AbortController();
  let looking: { wanted: Extract<Effect, { type: 'look-into' }>; readonly stop: AbortController } | undefined;
  let followed: { readonly key: string; facts: PodFacts; readonly log: FollowedLog } | undefined;
  let suspend: Suspend | undefined;
  let painting = false;
  let terminal: Instance | undefined;
  let model = initialModel({
    terminal: { columns: stdout.columns || 80, rows: stdout.rows || 24, colour: options.colour, unicode: options.unicode },
    now: options.now(),
    clusters: source.clusters,
    scope: options.scope,
    contexts: contexts !== undefined,
    playback: options.playback?.state(),
    banner: options.banner,
  });

  let drawn: readonly string[] = [];
  const screen = (lines: readonly string[]): ReturnType<typeof createElement> => {
    drawn = lines;
    return createElement(Screen, { lines, onKeys: pressed, onPaste: pasted, onMount: mounted });
  };
  const paint = (): void => {
    painting = false;
    const lines = frame(model);
    // The terminal library draws every cell of the screen at each commit: one that changes nothing is not made.
    if (terminal === undefined || whole.signal.aborted || (lines.length === drawn.length && lines.every((line, at) => line === drawn[at]))) return;
    terminal.rerender(screen(lines));
  };
  /** Messages of the same moment are painted together. */
  const dispatch = (message: Message): void => {
    const [next, effects]: readonly [Model, readonly Effect[]] = update(model, message);
    const changed = next !== model;
    model = next;
    for (const effect of effects) run(effect);
    tellFollowed();
    if (!changed || painting) return;
    painting = true;
    setImmediate(paint);
  };
  const pressed = (keys: readonly Key[]): void => {
    for (const key of keys) dispatch({ type: 'key', key });
  };
  const pasted = (text: string): void => dispatch({ type: 'paste', text });
  const mounted = (given: Suspend): void => {
    suspend = given;
  };
  const resized = (): void => {
    dispatch({ type: 'resize', columns: stdout.columns || 80, rows: stdout.rows || 24 });
    // At once, before the terminal library draws the old frame in the new size.
    paint();
  };

  const run = (effect: Effect): void => {
    switch (effect.type) {
      case 'watch-pods':
        pods.abort();
        pods = new AbortController();
        void watchPods(effect.scope, AbortSignal.any([whole.signal, pods.signal]));
        return;
      case 'watch-events':
        open.abort();
        open = new AbortController();
        void watchEvents(effect.key, effect.pod, AbortSignal.any([whole.signal, open.signal]));
        return;
      case 'look-into':
        lookInto(effect);
        return;
      case 'ask-right':
        void askRight(effect);
        return;
      case 'delete':
        void deletePods(effect.pods);
        return;
      case 'run-program':
        void runProgram(effect.args);
        return;
      case 'forward':
        void keepForward(effect);
        return;
      case 'end-forward':
        forwards.get(effect.id)?.abort();
        return;
      case 'read-node':
        void read(
          (until) => details.node(effect.cluster, effect.name, until),
          (node) => dispatch({ type: 'node', key: effect.key, node }),
        );
        return;
      case 'read-usage':
        void read(
          (until) => details.usage(effect.pod, until),
          (usage) => dispatch({ type: 'usage', key: effect.key, usage: usage.state === 'read' ? usage.value : undefined }),
        );
        return;
      case 'read-usages':
        void read(
          (until) => details.usages(effect.scope, until),
          (usages) => dispatch({ type: 'usages', scope: effect.scope, usages: usages.state === 'read' ? usages.value : undefined }),
          [pods.signal],
        );
        return;
      case 'read-object':
        void read(
          (until) => details.object(effect.pod, until),
          (object) => {
            dispatch({ type: 'object', key: effect.key, object });
            if (object.state === 'read')
              void options.advise(object.value).then((advice) => dispatch({ type: 'advice', key: effect.key, advice }), ended.reject);
          },
        );
        return;
      case 'read-text':
        text.abort();
        text = new AbortController();
        if (effect.of.kind === 'log' && !effect.of.previous && model.pod?.row.facts !== undefined) {
          void followLog(effect, effect.of.container, model.pod.row.facts, text.signal);
          return;
        }
        void read(
          (until) => podText(details, effect.pod, effect.of, { now: options.now(), terminal: model.terminal, advise: options.advise, signal: until }),
          (answer) => dispatch({ type: 'text', key: effect.key, of: effect.of, text: answer }),
          [open.signal, text.signal],
        );
        return;
      case 'leave-text':
        text.abort();
        return;
      case 'leave-pod':
        open.abort();
        return;
      case 'list-choices':
        void listChoices(effect);
        return;
      case 'open-context':
        openContext(effect.name);
        return;
      case 'playback':
        options.playback?.command(effect.command);
        return;
      case 'suspend':
        void suspendProcess();
        return;
      case 'quit':
        ended.resolve(effect.exitCode);
        return;
      case 'fail':
        ended.reject(effect.error);
        return;
    }
  };

  const watchPods = async (scope: PodScope, until: AbortSignal): Promise<void> => {
    try {
      for await (const batch of source.watchPods(scope, { signal: until, preview: true })) {
        if (until.aborted) return;
        const began = performance.now();
        dispatch({ type: 'pods', scope, batch, now: options.now() });
        const gathering = batch.synced ? gatherMs : Math.max(gatherMs, gatherFactor * (performance.now() - began));
        await pause(gathering, undefined, { signal: until });
      }
    } catch (error) {
      if (until.aborted) return;
      if (isPodwrightError(error)) dispatch({ type: 'refused', scope, error });
      else ended.reject(error);
    }
  };

  /** The log of a present run, from its end on, as long as it is open. */
  const followLog = async (
    { key, pod, of }: Extract<Effect, { type: 'read-text' }>,
    container: string,
    facts: PodFacts,
    wanted: AbortSignal,
  ): Promise<void> => {
    const until = AbortSignal.any([whole.signal, open.signal, wanted]);
    let begun = false;
    try {
      const log = details.followLog(pod, facts, { container, lines: logLines }, until);
      followed = { key, facts, log };
      for await (const more of log.batches) {
        if (until.aborted) return;
        const text = readableLog(more);
        dispatch(begun ? { type: 'text-more', key, of, text } : { type: 'text', key, of, text: { state: 'read', value: { text, hidden: [] } } });
        begun = true;
        await pause(gatherMs, undefined, { signal: until });
      }
    } catch (error) {
      if (until.aborted) return;
      if (!isPodwrightError(error)) ended.reject(error);
      else if (begun) dispatch({ type: 'text-more', key, of, text: `-- ${error.message} --\n` });
      else dispatch({ type: 'text', key, of, text: { state: 'failed', error } });
    }
  };

  /** A log that is followed goes on by what becomes of its Pod. */
  const tellFollowed = (): void => {
    const { pod } = model;
    if (followed === undefined || pod?.key !== followed.key) return;
    if (pod.gone) {
      followed.log.gone();
      followed = undefined;
    } else if (pod.row.facts !== undefined && pod.row.facts !== followed.facts) {
      followed.facts = pod.row.facts;
      followed.log.changed(pod.row.facts);
    }
  };

  const watchEvents = async (key: string, pod: Extract<Effect, { type: 'watch-events' }>['pod'], until: AbortSignal): Promise<void> => {
    try {
      for await (const batch of source.watchEvents(pod, until)) {
        if (until.aborted) return;
        dispatch({ type: 'events', key, batch });
        await pause(gatherMs, undefined, { signal: until });
      }
    } catch (error) {
      if (until.aborted) return;
      if (isPodwrightError(error)) dispatch({ type: 'events', key, batch: { events: [], synced: false, problem: error } });
      else ended.reject(error);
    }
  };

  /**
   * A selection that moves on has its Pod not looked into: it must rest for a moment, and there is one look at a time. One that fails shows nothing, and is
   * asked for again in time.
   */
  const lookInto = (effect: Extract<Effect, { type: 'look-into' }>): void => {
    if (looking?.wanted.key === effect.key) {
      looking.wanted = effect;
      return;
    }
    looking?.stop.abort();
    const stop = new AbortController();
    const mine = { wanted: effect, stop };
    looking = mine;
    const until = AbortSignal.any([whole.signal, stop.signal]);
    const look = async (): Promise<void> => {
      try {
        await pause(restMs, undefined, { signal: until });
        let done: typeof effect | undefined;
        while (done !== mine.wanted) {
          done = mine.wanted;
          const { key, pod, facts, now } = done;
          const context = await details.diagnosisContext(pod, facts, now, until);
          until.throwIfAborted();
          dispatch({ type: 'looked', key, looked: { at: now, context } });
        }
      } catch (error) {
        if (!until.aborted && !isPodwrightError(error)) ended.reject(error);
      } finally {
        if (looking === mine) looking = undefined;
      }
    };
    void look();
  };

  /** Asks for something that is wanted until one of `left` aborts, which is when the open Pod is left unless told; then nobody is told any more. */
  const read = async <Value>(
    ask: (until: AbortSignal) => Promise<Value>,
    tell: (reading: Reading<Value>) => void,
    left: readonly AbortSignal[] = [open.signal],
  ): Promise<void> => {
    const until = AbortSignal.any([whole.signal, ...left]);
    try {
      const value = await ask(until);
      if (!until.aborted) tell({ state: 'read', value });
    } catch (error) {
      if (until.aborted) return;
      if (isPodwrightError(error)) tell({ state: 'failed', error });
      else ended.reject(error);
    }
  };

  /** Where even that may not be asked, the action itself will tell. */
  const askRight = async ({ right, namespace }: Extract<Effect, { type: 'ask-right' }>): Promise<void> => {
    try {
      const missing = await actions?.missingRight(right, namespace, whole.signal);
      dispatch({ type: 'right', right, namespace, missing });
    } catch (error) {
      if (whole.signal.aborted) return;
      if (isPodwrightError(error)) dispatch({ type: 'right', right, namespace, missing: undefined });
      else ended.reject(error);
    }
  };

  /** One after the other; what fails for one is said, and does not keep the others. */
  const deletePods = async (acted: Extract<Effect, { type: 'delete' }>['pods']): Promise<void> => {
    const failed: string[] = [];
    for (const pod of acted) {
      try {
        await actions?.remove(pod, whole.signal);
      } catch (error) {
        if (whole.signal.aborted) return;
        if (!isPodwrightError(error)) return ended.reject(error);
        failed.push(error.message);
      }
    }
    const done = acted.length - failed.length;
    const said = [...(done === 0 ? [] : [`${done === 1 ? 'One Pod is' : `${done} Pods are`} being deleted.`]), ...failed.slice(0, 1)];
    dispatch({ type: 'notice', text: plainText([...said, ...(failed.length > 1 ? [`${failed.length - 1} more failed.`] : [])].join(' ')) });
  };

  /** Goes on when another context is chosen, with the connections that it has. */
  const keepForward = async ({ id, target, namespace, ports }: Extract<Effect, { type: 'forward' }>): Promise<void> => {
    const stop = new AbortController();
    forwards.set(id, stop);
    const until = AbortSignal.any([whole.signal, stop.signal]);
    let error: PodwrightError | undefined;
    try {
      await forward?.({ target, namespace, ports }, until, (event) => {
        if (!until.aborted) dispatch({ type: 'forward', id, event });
      });
    } catch (failed) {
      if (!until.aborted && !isPodwrightError(failed)) return ended.reject(failed);
      if (!until.aborted) error = failed as PodwrightError;
    }
    forwards.delete(id);
    if (!whole.signal.aborted) dispatch({ type: 'forward-ended', id, error });
  };

  /** The terminal is the program's alone until it ends. */
  const runProgram = async (args: readonly string[]): Promise<void> => {
    const run = runs;
    if (run === undefined || suspend === undefined) return;
    stdout.write(wheelAsBefore);
    await suspend(async () => {
      // The terminal library listens to its input no longer, but Node goes on reading it, and would take the keys away from the program.
      await queued();
      stdin.pause();
      await queued();
      await run(args);
    });
    stdout.write(wheelAsArrows);
    dispatch({ type: 'clock', now: options.now() });
  };

  const listChoices = async ({ kind, clusters }: Extract<Effect, { type: 'list-choices' }>): Promise<void> => {
    try {
      const names =
        kind === 'context'
          ? (contexts?.names() ?? [])
          : [...new Set((await Promise.all(clusters.map((cluster) => details.namespaces(cluster, whole.signal)))).flat())].sort();
      if (!whole.signal.aborted) dispatch({ type: 'choices', kind, clusters, names: { state: 'read', value: names } });
    } catch (error) {
      if (whole.signal.aborted) return;
      if (isPodwrightError(error)) dispatch({ type: 'choices', kind, clusters, names: { state: 'failed', error } });
      else ended.reject(error);
    }
  };

  /** The connections of the context that is left are closed once nothing waits for them. One that cannot be opened changes nothing. */
  const openContext = (name: string): void => {
    if (contexts === undefined) return;
    let opened: OpenContext;
    try {
      opened = contexts.open(name);
    } catch (error) {
      if (isPodwrightError(error)) dispatch({ type: 'context-refused', name, error });
      else ended.reject(error);
      return;
    }
    pods.abort();
    open.abort();
    looking?.stop.abort();
    (chosen ?? options).close?.();
    chosen = opened;
    ({ source, details, actions, runs, forward } = opened);
    dispatch({ type: 'context-opened', clusters: source.clusters, namespace: opened.namespace });
  };

  /** Ctrl-Z: the shell gets its terminal back until the job is continued. A stopped process runs no timer, so the pause ends with the stop. */
  const suspendProcess = async (): Promise<void> => {
    stdout.write(wheelAsBefore);
    await suspend?.(async () => {
      process.kill(0, 'SIGTSTP');
      await pause(50);
    });
    stdout.write(wheelAsArrows);
    dispatch({ type: 'clock', now: options.now() });
  };

  const followPlayback = async (playback: PlaybackControl): Promise<void> => {
    for await (const state of playback.states(whole.signal)) dispatch({ type: 'playback', playback: state });
  };

  const interrupted = (): void => ended.resolve(130);
  const crashed = (error: unknown): void => ended.reject(error);
  signal.addEventListener('abort', interrupted);
  process.on('uncaughtException', crashed);
  // Before the terminal library's own listener, so that it finds a frame of the new size.
  stdout.on('resize', resized);
  run({ type: 'watch-pods', scope: options.scope });
  // Pods that have come while this was loaded are on the first screen.
  await queued();
  // Before anything is drawn: a key pressed at the first screen would be written into it by the terminal, and scroll it.
  stdin.setRawMode(true);
  terminal = render(screen(frame(model)), {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: framesPerSecond,
    exitOnCtrlC: false,
    // Whether it is a terminal has been asked already; a CI variable in the environment does not change that.
    interactive: true,
  });
  stdout.write(wheelAsArrows);
  terminal.waitUntilExit().then(interrupted, crashed);
  const clock = setInterval(() => dispatch({ type: 'clock', now: options.now() }), 1000);
  if (signal.aborted) interrupted();
  if (options.playback !== undefined) void followPlayback(options.playback);
  try {
    return await ended.promise;
  } finally {
    clearInterval(clock);
    whole.abort();
    stdout.off('resize', resized);
    signal.removeEventListener('abort', interrupted);
    chosen?.close();
    stdout.write(wheelAsBefore);
    terminal.unmount();
    await terminal.waitUntilExit().catch(() => undefined);
    stdin.setRawMode(false);
    process.off('uncaughtException', crashed);
  }
}

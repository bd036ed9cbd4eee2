/** What the dashboard knows and shows: one immutable value, changed by `update` alone and drawn by `frame` alone. */
import type { DiagnosisContext } from '../core/diagnosis/diagnosis-context.ts';
import type { EventFacts } from '../core/event-facts.ts';
import type { LogChoice } from '../core/explaining-log.ts';
import type { LintAdvice } from '../core/lint-report.ts';
import type { NodeFacts } from '../core/node-facts.ts';
import type { PodDemands } from '../core/pod-demands.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { PodUsage } from '../core/pod-usage.ts';
import type { PodwrightError } from '../core/podwright-error.ts';
import type { PlaybackCommand, PlaybackState } from '../service/playback.ts';
import type { Right } from '../service/pod-actions.ts';
import type { PodObject } from '../service/pod-reader.ts';
import type { EventBatch, Link, PodBatch, PodIdentity, PodScope } from '../service/pod-source.ts';
import type { ForwardEvent } from '../service/port-forward.ts';
import type { AskedForward, Forward } from './forwards.ts';
import type { Key } from './keyboard.ts';
import type { Picker, PickerKind } from './picker.ts';
import { playbackHeight } from './playback-height.ts';
import type { Row } from './pod-row.ts';
import type { PodText } from './pod-text.ts';
import { type Folds, type Grouping, type Line, unfolded } from './row-groups.ts';
import { RowMap } from './row-map.ts';
import type { Order } from './row-order.ts';
import type { TextWindow } from './text-window.ts';
import type { Intent, Question } from './update-actions.ts';

/** The terminal we draw on. */
export interface Terminal {
  readonly columns: number;
  /** Without the lines above. */
  readonly rows: number;
  /** Lines that a recording takes at the top. */
  readonly above?: number;
  /** False with NO_COLOR and on dumb terminals. */
  readonly colour: boolean;
  /** False where the locale is not UTF-8: only ASCII is drawn. */
  readonly unicode: boolean;
}

/** Something that was asked of the outside. */
export type Reading<Value> =
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: PodwrightError };

/** The open Pod pane. */
export interface PodView {
  readonly key: string;
  /** The last picture of the Pod: it stays when the Pod is deleted. */
  readonly row: Row;
  readonly gone: boolean;
  /** Key of the Pod that has taken the name of this one, which is gone. */
  readonly successor: string | undefined;
  /** First line of the content that is shown. */
  readonly scroll: number;
  /** By UID. */
  readonly events: ReadonlyMap<string, EventFacts>;
  readonly eventsSynced: boolean;
  readonly eventsProblem: PodwrightError | undefined;
  /** Undefined while the Pod has no node. */
  readonly node: Reading<NodeFacts> | undefined;
  /** When the node was last asked for. */
  readonly nodeAt: number;
  readonly demands: Reading<PodDemands>;
  /** What it uses; undefined where nothing measures. */
  readonly usage: PodUsage | undefined;
  /** When that was last asked for. */
  readonly usageAt: number;
  /** What the rules of lint say of its object. */
  readonly advice: readonly LintAdvice[];
  /** Its start-up is shown in place of what the pane has else. */
  readonly timeline: boolean;
  /** What is open over the pane. */
  readonly text: TextPane | undefined;
}

export type TextSubject = { readonly kind: 'yaml' } | { readonly kind: 'description' } | ({ readonly kind: 'log' } & LogChoice);

/** A text over the Pod pane: the Pod's object, its description, or the log of one of its containers. */
export interface TextPane {
  readonly of: TextSubject;
  readonly lines: Reading<readonly string[]>;
  readonly readAt: number;
  /** What was left out of it. */
  readonly hidden: readonly string[];
  /** Whether more of it comes: `held` keeps the window where it is. */
  readonly follow: 'no' | 'live' | 'held';
  /** Only lines that hold this are shown; empty for all. */
  readonly filter: string;
  /** What is being typed is the filter, and nothing to search for. */
  readonly filtering: boolean;
  readonly window: TextWindow;
}

export interface Model {
  readonly terminal: Terminal;
  /** The clock's last tick, milliseconds since the epoch. */
  readonly now: number;
  readonly clusters: readonly string[];
  /** What is watched now. */
  readonly scope: PodScope;
  /** What was asked for at the start, or chosen last by its name; `a` goes between it and all namespaces. */
  readonly home: PodScope;
  /** The last scope that the cluster gave Pods of; at the start what was asked for. One that is refused leads back here. */
  readonly accepted: PodScope;
  /** Whether there are contexts to choose from. */
  readonly contexts: boolean;
  /** Whether the context is another than at the start. */
  readonly switched: boolean;
  readonly links: ReadonlyMap<string, Link>;
  readonly synced: boolean;
  /** By key. Rows of the preview are among them until a Pod replaces them or the first state is complete. */
  readonly rows: RowMap;
  /** What the Pods use, by namespace and name; undefined where nothing measures. */
  readonly usages: ReadonlyMap<string, PodUsage> | undefined;
  /** When that was last asked for. */
  readonly usagesAt: number;
  /** All rows in the order of the table. */
  readonly sorted: readonly Row[];
  readonly order: Order;
  /** What the filter keeps of `sorted`. */
  readonly shown: readonly Row[];
  readonly filter: Filter;
  /** No row holds the words of the filter as they are: those shown hold the letters in their order. */
  readonly loose: boolean;
  readonly grouping: Grouping;
  readonly folds: Folds;
  /** The lines of the table: the rows that are shown, under headings where they are grouped. */
  readonly lines: readonly Line[];
  /** Key of the selected line; undefined follows the top of the table, which is the worst Pod, until the person moves. */
  readonly selected: string | undefined;
  /** Keys of the Pods that are marked. */
  readonly marked: ReadonlySet<string>;
  /** Where the selected line is among the lines. */
  readonly cursor: number;
  /** The first line on screen. */
  readonly top: number;
  readonly pod: PodView | undefined;
  /** Key of the row of the preview that is to be opened once its Pod is there; until the next key. */
  readonly opening: string | undefined;
  /** The Pod that was last asked about, when, and the version of it. */
  readonly look: Look | undefined;
  /** What looks into Pods have shown, by key; the oldest first. */
  readonly looks: ReadonlyMap<string, LookedInto>;
  /** What is about to be done to Pods, while the person's rights or the person are asked. */
  readonly intent: Intent | undefined;
  /** What the person is asked of it. */
  readonly question: Question | undefined;
  /** The image that was last debugged with. */
  readonly debugImage: string;
  /** What the person may not do, by right and namespace, and when that was asked; `missing` is undefined for what may be done. */
  readonly rights: ReadonlyMap<string, { readonly at: number; readonly missing: string | undefined }>;
  /** The local ports that lead to Pods. */
  readonly forwards: readonly Forward[];
  /** Which of them is selected, while their list is open. */
  readonly forwardCursor: number | undefined;
  /** The list of namespaces or contexts, while one is being chosen. */
  readonly picker: Picker | undefined;
  /** Something a person asked for could not be had; said until the next key. */
  readonly notice: string | undefined;
  /** Where the recording stands that is shown in place of a cluster. */
  readonly playback: PlaybackState | undefined;
  /** Said above it: what this is. */
  readonly banner: string | undefined;
  /** The list of keys is open, over whatever is under it. */
  readonly help: boolean;
  /** The first line of the list of keys that is shown. */
  readonly helpTop: number;
}

interface Look {
  readonly key: string;
  readonly at: number;
  readonly version: string;
}

export interface LookedInto {
  readonly at: number;
  readonly context: DiagnosisContext;
}

interface Filter {
  readonly text: string;
  readonly editing: boolean;
  /** Only Pods that are not well. */
  readonly faults: boolean;
}

export type Message =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly type: 'clock'; readonly now: number }
  | { readonly type: 'playback'; readonly playback: PlaybackState }
  | { readonly type: 'pods'; readonly scope: PodScope; readonly batch: PodBatch; readonly now: number }
  /** The scope is refused for good. */
  | { readonly type: 'refused'; readonly scope: PodScope; readonly error: PodwrightError }
  /** Answers `list-choices`. */
  | { readonly type: 'choices'; readonly kind: PickerKind; readonly clusters: readonly string[]; readonly names: Reading<readonly string[]> }
  | { readonly type: 'context-opened'; readonly clusters: readonly string[]; readonly namespace: string }
  | { readonly type: 'context-refused'; readonly name: string; readonly error: PodwrightError }
  /** Answers `ask-right`. */
  | { readonly type: 'right'; readonly right: Right; readonly namespace: string; readonly missing: string | undefined }
  /** Answers `delete`. */
  | { readonly type: 'notice'; readonly text: string }
  /** What becomes of a `forward`. */
  | { readonly type: 'forward'; readonly id: number; readonly event: ForwardEvent }
  | { readonly type: 'forward-ended'; readonly id: number; readonly error: PodwrightError | undefined }
  /** Answers `look-into`. */
  | { readonly type: 'looked'; readonly key: string; readonly looked: LookedInto }
  | { readonly type: 'events'; readonly key: string; readonly batch: EventBatch }
  | { readonly type: 'node'; readonly key: string; readonly node: Reading<NodeFacts> }
  | { readonly type: 'usage'; readonly key: string; readonly usage: PodUsage | undefined }
  | { readonly type: 'usages'; readonly scope: PodScope; readonly usages: ReadonlyMap<string, PodUsage> | undefined }
  | { readonly type: 'object'; readonly key: string; readonly object: Reading<PodObject> }
  | { readonly type: 'advice'; readonly key: string; readonly advice: readonly LintAdvice[] }
  | { readonly type: 'text'; readonly key: string; readonly of: TextSubject; readonly text: Reading<PodText> }
  /** More of a log that is followed. */
  | { readonly type: 'text-more'; readonly key: string; readonly of: TextSubject; readonly text: string };

/** What the outside is asked to do. */
export type Effect =
  | { readonly type: 'watch-pods'; readonly scope: PodScope }
  /** Answered by a message `choices`. */
  | { readonly type: 'list-choices'; readonly kind: PickerKind; readonly clusters: readonly string[] }
  /** Answered by a message `context-opened` or `context-refused`. */
  | { readonly type: 'open-context'; readonly name: string }
  | { readonly type: 'watch-events'; readonly key: string; readonly pod: PodIdentity }
  /** Answered by a message `right`. */
  | { readonly type: 'ask-right'; readonly right: Right; readonly namespace: string }
  /** Answered by a message `notice`. */
  | { readonly type: 'delete'; readonly pods: readonly PodIdentity[] }
  /** Our own program takes the terminal until it ends. */
  | { readonly type: 'run-program'; readonly args: readonly string[] }
  /** Leads local ports to a target until `end-forward`, which messages `forward` tell of, and `forward-ended` at the end. */
  | ({ readonly type: 'forward'; readonly id: number } & AskedForward)
  | { readonly type: 'end-forward'; readonly id: number }
  /** Answered by a message `looked`, once nobody has asked about another Pod for a moment. */
  | { readonly type: 'look-into'; readonly key: string; readonly pod: PodIdentity; readonly facts: PodFacts; readonly now: number }
  /** Answered by a message `node`. */
  | { readonly type: 'read-node'; readonly key: string; readonly cluster: string; readonly name: string }
  /** Answered by a message `usage`. */
  | { readonly type: 'read-usage'; readonly key: string; readonly pod: PodIdentity }
  /** Answered by a message `usages`. */
  | { readonly type: 'read-usages'; readonly scope: PodScope }
  /** Answered by a message `object`. */
  | { readonly type: 'read-object'; readonly key: string; readonly pod: PodIdentity }
  /** Answered by a message `text`, and for the log of a present run by `text-more` from then on. The one that was asked for before is no longer wanted. */
  | { readonly type: 'read-text'; readonly key: string; readonly pod: PodIdentity; readonly of: TextSubject }
  /** Ends what was asked for by `read-text`. */
  | { readonly type: 'leave-text' }
  /** Ends everything that was asked for the open Pod. */
  | { readonly type: 'leave-pod' }
  | { readonly type: 'playback'; readonly command: PlaybackCommand }
  | { readonly type: 'suspend' }
  | { readonly type: 'quit'; readonly exitCode: number }
  | { readonly type: 'fail'; readonly error: PodwrightError };

/** The next model, and the effects to run, in order. */
export type Step = readonly [Model, readonly Effect[]];

/** The dashboard before anything is known. */
export function initialModel(options: {
  terminal: Terminal;
  now: number;
  clusters: readonly string[];
  scope: PodScope;
  contexts?: boolean;
  playback?: PlaybackState | undefined;
  banner?: string | undefined;
}): Model {
  const { now, clusters, scope, contexts = false, playback, banner } = options;
  return {
    terminal: withoutPlayback(options.terminal, playback, banner),
    playback,
    banner,
    now,
    clusters,
    scope,
    home: scope,
    accepted: scope,
    contexts,
    switched: false,
    links: connecting(clusters, now),
    synced: false,
    rows: RowMap.empty,
    usages: undefined,
    usagesAt: Number.NEGATIVE_INFINITY,
    sorted: [],
    order: { by: 'trouble', reverse: false },
    shown: [],
    filter: { text: '', editing: false, faults: false },
    loose: false,
    grouping: 'none',
    folds: unfolded,
    lines: [],
    selected: undefined,
    marked: new Set(),
    cursor: 0,
    top: 0,
    pod: undefined,
    opening: undefined,
    look: undefined,
    looks: new Map(),
    intent: undefined,
    question: undefined,
    debugImage: '',
    rights: new Map(),
    forwards: [],
    forwardCursor: undefined,
    picker: undefined,
    notice: undefined,
    help: false,
    helpTop: 0,
  };
}

/** The terminal as everything but the recording's own lines sees it: lower by those. */
export function withoutPlayback(terminal: Terminal, playback: PlaybackState | undefined, banner: string | undefined): Terminal {
  const above = playback === undefined ? 0 : playbackHeight(terminal.rows, banner);
  return above === 0 ? terminal : { ...terminal, rows: terminal.rows - above, above };
}

/** No cluster has answered yet. */
export function connecting(clusters: readonly string[], now: number): ReadonlyMap<string, Link> {
  return new Map(clusters.map((cluster) => [cluster, { state: 'connecting', since: now, attempt: 1 }]));
}

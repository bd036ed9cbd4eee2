/** `podwright replay`: the dashboard on a recording, at any speed. */
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command, CommandIo } from './command.ts';
import { advise } from './pod-advice.ts';
import { checkFieldSelector, checkLabelSelector } from './selectors.ts';

export interface ReplayRequest {
  readonly file: string;
  readonly speed: number;
  readonly cluster: ClusterChoice;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Said above the recording. */
  readonly banner?: string;
}

export const replayCommand: Command<ReplayRequest> = {
  name: 'replay',
  words: 'FILE',
  summary: 'The dashboard on a recording, with pause, seek and steps',
  flags: {
    speed: { type: 'string', value: 'N', describe: 'How many times as fast as it happened: 10, 0.5; default is 1' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Only Pods with these labels (app=web,tier!=cache)' },
    'field-selector': { type: 'string', value: 'SELECTOR', describe: 'Only Pods with these fields (spec.nodeName=worker)' },
  },
  examples: [
    ['replay shop.ndjson.gz', 'as it happened'],
    ['replay shop.ndjson.gz --speed 10', 'ten times as fast'],
  ],

  request(args) {
    const [file, more] = args.words;
    if (file === undefined || file === '') throw new PodwrightError('usage', 'replay needs a file', { hint: '`podwright record -o FILE` makes one.' });
    if (more !== undefined) throw new PodwrightError('usage', `replay takes one file, but got "${more}" as well`);
    const cluster = clusterChoice(args);
    const chosen = (['kubeconfig', 'context', 'cluster', 'user'] as const).find((name) => cluster[name] !== undefined);
    if (chosen !== undefined)
      throw new PodwrightError('usage', `--${chosen} chooses a cluster, and a recording needs none`, { hint: `Leave out --${chosen}.` });
    const speed = text(args, 'speed') ?? '1';
    if (!/^\d+(\.\d+)?x?$/.test(speed) || Number.parseFloat(speed) === 0 || Number.parseFloat(speed) > 1000) {
      throw new PodwrightError('usage', `--speed ${speed} is no speed`, { hint: 'Write a number above 0 and up to 1000, like 10 or 0.5.' });
    }
    const [labelSelector, fieldSelector] = [text(args, 'selector') || undefined, text(args, 'field-selector') || undefined];
    if (labelSelector !== undefined) checkLabelSelector(labelSelector);
    if (fieldSelector !== undefined) checkFieldSelector(fieldSelector);
    return {
      file,
      speed: Number.parseFloat(speed),
      cluster,
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  },

  run: replay,
};

/** Plays a recording in the dashboard; gives the exit code. */
export async function replay(request: ReplayRequest, io: CommandIo): Promise<number> {
  const recordings = await import('../src/record/recordings.ts');
  const recording = await recordings.readRecording(request.file);
  if (!io.stdout.isTTY || !io.stdin.isTTY) {
    io.stderr.write(`${io.program}: the dashboard needs a terminal; \`${io.program} get --from-recording FILE\` prints the same Pods anywhere.\n`);
    return exitCodes.usage;
  }
  const { namespace, allNamespaces } = request.cluster;
  const scope: PodScope = {
    namespaces: recordings.recordedNamespaces(recording, { all: allNamespaces, ...(namespace === undefined ? {} : { namespace }) }),
    ...(request.labelSelector === undefined ? {} : { labelSelector: request.labelSelector }),
    ...(request.fieldSelector === undefined ? {} : { fieldSelector: request.fieldSelector }),
  };
  recordings.checkRecordedScope(scope);
  const { runDashboard } = await import('../src/tui/screens.ts');
  const playback = new recordings.Playback(recording, { speed: request.speed });
  return runDashboard({
    source: recordings.recordedPods(playback),
    details: recordings.recordedDetails(playback),
    playback,
    ...(request.banner === undefined ? {} : { banner: request.banner }),
    scope,
    stdin: io.stdin,
    stdout: io.stdout,
    colour: io.color,
    unicode: io.unicode,
    advise,
    signal: io.signal,
    now: () => playback.state().at,
  });
}

/** `podwright logs`: the logs of Pods as one stream, in the order of time. The flags are kubectl's, and some more. */
import { didYouMean } from '../src/core/did-you-mean.ts';
import { millis } from '../src/core/json.ts';
import { type ContainerSelection, type ContainerState, containerStates } from '../src/core/logged-containers.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { LogRange } from '../src/service/container-log.ts';
import type { Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { durationMs } from './duration.ts';
import { podChoice } from './pod-choice.ts';

export interface LogsRequest {
  readonly cluster: ClusterChoice;
  /** Empty for every Pod that the selector takes in. */
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  readonly selection: ContainerSelection;
  readonly range: LogRange;
  /** So many logs at the same time at most. */
  readonly most: number;
  /** A line must match one of these, and none of the others. */
  readonly grep: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  /** `kubectl`: the whole name, as kubectl writes it; `short`: where there are several logs. */
  readonly prefix: 'kubectl' | 'short' | 'none';
  readonly raw: boolean;
  readonly json: boolean;
}

/** kubectl's, for Pods that are selected and not named. */
const selectorTail = 10;
const usualMost = 50;

export const logsCommand: Command<LogsRequest> = {
  name: 'logs',
  words: 'TARGET…',
  summary: 'Logs of Pods as one stream, in the order of time',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Pods with these labels, as in app=web' },
    container: { type: 'string', short: 'c', value: 'NAME', multiple: true, describe: 'Only this container; may be given several times' },
    'all-containers': { type: 'boolean', describe: 'All containers, where the Pod names one to be shown by default' },
    'container-state': {
      type: 'string',
      value: 'STATES',
      multiple: true,
      suggestions: containerStates,
      describe: `Only containers in these states: ${containerStates.join(', ')}; they may join later`,
    },
    follow: { type: 'boolean', short: 'f', describe: 'Go on with new lines, restarted containers and new Pods' },
    previous: { type: 'boolean', short: 'p', describe: 'The run before the present one' },
    since: { type: 'string', value: 'TIME', describe: 'Only lines of the last 10s, 5m or 1h' },
    'since-time': { type: 'string', value: 'TIME', describe: 'Only lines since a time, as in 2026-11-28T14:00:00Z' },
    tail: { type: 'string', value: 'LINES', describe: `Only so many of the last lines of each log; default all (-1), and ${selectorTail} with -l or -A` },
    'limit-bytes': { type: 'string', value: 'BYTES', describe: 'No more than this of each log' },
    'max-log-requests': { type: 'string', value: 'LOGS', describe: `How many logs may be read at the same time; default ${usualMost}` },
    grep: { type: 'string', value: 'REGEX', multiple: true, describe: 'Only lines that match; of several, one' },
    exclude: { type: 'string', value: 'REGEX', multiple: true, describe: 'No lines that match' },
    timestamps: { type: 'boolean', describe: 'The time of writing in front of each line' },
    prefix: { type: 'boolean', describe: 'Pod and container in front of each line as kubectl writes them; --prefix=false: nothing' },
    raw: { type: 'boolean', describe: 'Lines as they are: JSON is not made readable, and a pipe gets every byte' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json: an object for each line' },
  },
  examples: [
    ['logs web-7c9f6d4b8-x2x9k', 'all containers of a Pod, init containers first'],
    ['logs deploy/web -f', 'all Pods of a Deployment, and those to come'],
    ['logs -l app=web --tail 100 --grep "error|timeout"', 'the last lines of each that match'],
    ['logs web-0 -c app -p', 'the run before the crash'],
    ['logs -A --since 5m --container-state running', 'what all Pods have said lately'],
    ['logs job/migrate -o json', 'for a program'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const { targets, labelSelector } = podChoice(args, cluster);
    if (args.words.length === 0 && labelSelector === undefined && !cluster.allNamespaces) {
      throw new PodwrightError('usage', 'whose logs? logs needs a target', { hint: 'Name a Pod or a workload (deploy/web), or select Pods with -l.' });
    }
    const prefix = args.flags['prefix'];
    const request: LogsRequest = {
      cluster,
      targets,
      labelSelector,
      selection: { names: texts(args, 'container').map(containerName), all: args.flags['all-containers'] === true, states: states(args) },
      range: range(args, targets.length > 0),
      most: wholeNumber(args, 'max-log-requests', 1) ?? usualMost,
      grep: patterns(args, 'grep'),
      exclude: patterns(args, 'exclude'),
      prefix: prefix === undefined ? 'short' : prefix === true ? 'kubectl' : 'none',
      raw: args.flags['raw'] === true,
      json: text(args, 'output') === 'json',
    };
    refuseContradictions(request);
    return request;
  },

  async run(request, io) {
    const { chosenCluster } = await import('./cluster.ts');
    const { printLogs } = await import('./logs-run.ts');
    // Each log holds a connection, and so does each watch of Pods.
    return printLogs(request, chosenCluster(request.cluster, { maxSockets: request.most + 16 }), io);
  },
};

function refuseContradictions({ selection, raw, json, prefix }: LogsRequest): void {
  if (selection.all && selection.names.length > 0) {
    throw new PodwrightError('usage', '--all-containers and -c exclude each other', { hint: 'Leave one of them out.' });
  }
  if (json && (raw || prefix === 'kubectl')) {
    throw new PodwrightError('usage', `-o json says whose each line is, and --${raw ? 'raw' : 'prefix'} is for text`, { hint: 'Leave one of them out.' });
  }
}

function range(args: Arguments, named: boolean): LogRange {
  const [since, sinceTime] = [text(args, 'since'), text(args, 'since-time')];
  if (since !== undefined && sinceTime !== undefined) {
    throw new PodwrightError('usage', '--since and --since-time exclude each other', { hint: 'Leave one of them out.' });
  }
  const tail = wholeNumber(args, 'tail', -1) ?? (named ? -1 : selectorTail);
  const limitBytes = wholeNumber(args, 'limit-bytes', 1);
  return {
    follow: args.flags['follow'] === true,
    previous: args.flags['previous'] === true,
    timestamps: args.flags['timestamps'] === true,
    ...(tail < 0 ? {} : { tailLines: tail }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    // The API counts whole seconds, at least one.
    ...(since === undefined || durationMs(since, '--since') === 0 ? {} : { sinceSeconds: Math.max(1, Math.ceil(durationMs(since, '--since') / 1000)) }),
    ...(sinceTime === undefined ? {} : { sinceTime: timeText(sinceTime) }),
  };
}

/** As the API takes it: in whole seconds. */
function timeText(value: string): string {
  const time = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) ? millis(value) : undefined;
  if (time === undefined) throw new PodwrightError('usage', `--since-time ${value} is not a time`, { hint: 'Write it like 2026-11-28T14:00:00Z.' });
  return `${new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

function wholeNumber(args: Arguments, flag: string, least: number): number | undefined {
  const value = text(args, flag);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^-?\d+$/.test(value) || number < least || !Number.isSafeInteger(number)) {
    throw new PodwrightError('usage', `--${flag} ${value} is not a whole number of at least ${least}`);
  }
  return number;
}

function patterns(args: Arguments, flag: string): readonly RegExp[] {
  return texts(args, flag).map((pattern) => {
    try {
      return new RegExp(pattern, 'u');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.replace(/^Invalid regular expression: \/.*\/\w*: /s, '') : '';
      throw new PodwrightError('usage', `--${flag} ${JSON.stringify(pattern)} is not a regular expression: ${why}`, {
        cause,
        hint: 'A character such as ( [ * + ? . is taken as it is after a backslash.',
      });
    }
  });
}

function states(args: Arguments): readonly ContainerState[] {
  return texts(args, 'container-state')
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '' && value !== 'all')
    .map((value) => {
      const known = containerStates.find((state) => state === value);
      if (known !== undefined) return known;
      const nearest = didYouMean(value, containerStates);
      throw new PodwrightError('usage', `--container-state: there is no state "${value}"`, {
        hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}There are: ${containerStates.join(', ')}.`,
      });
    });
}

/** What no container can be called is a slip. */
function containerName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) return name;
  throw new PodwrightError('usage', `-c "${name}" names no container: a name has only lower case letters, digits and "-"`);
}

/** `podwright get`: lists Pods, and goes on printing their changes with -w. The flags and the columns are kubectl's, and some more. */

import { didYouMean } from '../src/core/did-you-mean.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { type JsonPath, parsePathExpression } from '../src/report/json-path.ts';
import { type PodColumnName, podColumnNames } from '../src/report/pod-columns.ts';
import type { Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { podChoice } from './pod-choice.ts';
import { type PodOutput, parseOutput } from './pod-output.ts';
import { atFlag, fromRecordingFlag, type RecordedChoice, recordedChoice } from './recording-flags.ts';
import { checkFieldSelector } from './selectors.ts';

export interface GetRequest {
  readonly cluster: ClusterChoice;
  /** Read in place of the cluster. */
  readonly recording: RecordedChoice | undefined;
  /** Empty for every Pod in scope. */
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
  /** `changes` leaves out what is there at the start. */
  readonly watch: 'no' | 'all' | 'changes';
  readonly output: PodOutput;
  /** Chosen by --columns; else the output decides. */
  readonly columns: readonly PodColumnName[] | undefined;
  readonly labelColumns: readonly string[];
  readonly showLabels: boolean;
  readonly headers: boolean;
  readonly sortBy: JsonPath | undefined;
  readonly ignoreNotFound: boolean;
  readonly managedFields: boolean;
}

export const getCommand: Command<GetRequest> = {
  name: 'get',
  words: '[TARGET…]',
  summary: 'List Pods, and watch them',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: "Label selector, as in app=web,'env in (dev,test)','!legacy'" },
    'field-selector': { type: 'string', value: 'SELECTOR', describe: 'Field selector, as in status.phase=Running,spec.nodeName!=worker' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FORMAT',
      suggestions: ['wide', 'json', 'yaml', 'name', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=', 'custom-columns=', 'custom-columns-file='],
      describe:
        'wide, json, yaml, name, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE, jsonpath-file=FILE, custom-columns=HEADER:.path,…, custom-columns-file=FILE',
    },
    columns: { type: 'string', value: 'NAMES', describe: `Columns of the table, separated by commas: ${podColumnNames.join(', ')}` },
    'label-columns': { type: 'string', short: 'L', value: 'LABELS', multiple: true, describe: 'Labels to show as columns, separated by commas' },
    'show-labels': { type: 'boolean', describe: 'Show all labels in the last column' },
    'sort-by': { type: 'string', value: 'PATH', describe: 'Sort by a field, as in .metadata.creationTimestamp' },
    'no-headers': { type: 'boolean', describe: 'Leave the headers out' },
    watch: { type: 'boolean', short: 'w', describe: 'Then print a line for each change' },
    'watch-only': { type: 'boolean', describe: 'Print only the changes' },
    'ignore-not-found': { type: 'boolean', describe: 'Say nothing of a named Pod that does not exist' },
    ...fromRecordingFlag,
    ...atFlag,
    'show-managed-fields': { type: 'boolean', describe: 'Keep managedFields in -o json and -o yaml' },
  },
  examples: [
    ['get', 'Pods of the current namespace'],
    ['get -A -o wide', 'Pods of all namespaces, with address, node, init progress, condition and owner'],
    ['get deploy/web sts/db', "a Deployment's and a StatefulSet's Pods"],
    ['get -l app=web -w', 'Pods with a label, and a line for each change'],
    ['get --columns name,status,init,why', 'chosen columns, with why a Pod is not Ready'],
    ['get --from-recording shop.ndjson.gz --at 30s', 'Pods as they were 30 s into a recording'],
    ["get -o jsonpath='{.items[*].metadata.name}'", 'a template, as with kubectl'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const { targets, labelSelector } = podChoice(args, cluster);
    const fieldSelector = text(args, 'field-selector');
    if (fieldSelector !== undefined) checkFieldSelector(fieldSelector);
    if (targets.length > 0 && fieldSelector) {
      throw new PodwrightError('usage', 'name the Pods or select them, not both', { hint: 'Leave out --field-selector or the names.' });
    }
    const sortBy = text(args, 'sort-by');
    if (sortBy === '') throw new PodwrightError('usage', '--sort-by needs a path', { hint: 'Write it like .metadata.creationTimestamp.' });
    const request: GetRequest = {
      cluster,
      recording: recordingOf(args, cluster),
      targets,
      labelSelector,
      fieldSelector: fieldSelector || undefined,
      watch: args.flags['watch-only'] === true ? 'changes' : args.flags['watch'] === true ? 'all' : 'no',
      output: parseOutput(text(args, 'output')),
      columns: columnNames(text(args, 'columns')),
      labelColumns: texts(args, 'label-columns').flatMap((names) => names.split(',').filter((name) => name !== '')),
      showLabels: args.flags['show-labels'] === true,
      headers: args.flags['no-headers'] !== true,
      sortBy: sortBy === undefined ? undefined : parsePathExpression(sortBy),
      ignoreNotFound: args.flags['ignore-not-found'] === true,
      managedFields: args.flags['show-managed-fields'] === true,
    };
    refuseContradictions(request, args);
    return request;
  },

  async run(request, io) {
    if (request.recording !== undefined) {
      const { printRecordedPods } = await import('./get-recorded.ts');
      return printRecordedPods(request, request.recording, io);
    }
    const { chosenCluster } = await import('./cluster.ts');
    const opened = chosenCluster(request.cluster);
    if (request.watch !== 'no') {
      const { watchPods } = await import('./get-watch.ts');
      return watchPods(request, opened, io);
    }
    if (request.output.kind === 'table' && !request.output.wide && request.columns === undefined) {
      const { printServerTable } = await import('./get-table.ts');
      return printServerTable(request, opened, io);
    }
    const { printPods } = await import('./get-list.ts');
    return printPods(request, opened, io);
  },
};

function recordingOf(args: Arguments, cluster: ClusterChoice): GetRequest['recording'] {
  const recording = recordedChoice(args, cluster);
  if (recording !== undefined && (args.flags['watch'] === true || args.flags['watch-only'] === true)) {
    throw new PodwrightError('usage', 'a recording cannot be watched by get', { hint: '`podwright replay FILE` plays it; --at shows one moment.' });
  }
  return recording;
}

// kubectl quietly drops a flag that means nothing for the chosen output; saying so costs the user less.
function refuseContradictions({ output, columns }: GetRequest, args: Arguments): void {
  if (output.kind === 'table') {
    if (output.wide && columns !== undefined)
      throw new PodwrightError('usage', '-o wide and --columns both choose the columns', { hint: 'Leave one of them out.' });
    return;
  }
  for (const flag of ['columns', 'show-labels', 'label-columns'] as const) {
    if (args.flags[flag] !== undefined && args.flags[flag] !== false) {
      throw new PodwrightError('usage', `--${flag} is for the table; -o ${output.kind} prints none`, { hint: `Leave out --${flag} or -o.` });
    }
  }
}

function columnNames(value: string | undefined): readonly PodColumnName[] | undefined {
  if (value === undefined) return undefined;
  const names = value
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 0) throw new PodwrightError('usage', '--columns names no column', { hint: `There are: ${podColumnNames.join(', ')}.` });
  return names.map((name) => {
    const known = podColumnNames.find((column) => column === name);
    if (known !== undefined) return known;
    const nearest = didYouMean(name, podColumnNames);
    throw new PodwrightError('usage', `--columns: there is no column "${name}"`, {
      hint: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}There are: ${podColumnNames.join(', ')}.`,
    });
  });
}

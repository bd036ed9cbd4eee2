/** `podwright explain`: what a field is for, what it takes and since when it is there. */
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { pathNames } from '../src/manifest/field-path.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command, CommandIo } from './command.ts';

export interface ExplainRequest {
  readonly cluster: ClusterChoice;
  /** As written; the first may be a kind. */
  readonly names: readonly string[];
  readonly apiVersion: string | undefined;
  /** Ask the cluster even for what is known without one. */
  readonly live: boolean;
  readonly recursive: boolean;
  readonly maxDepth: number | undefined;
  /** Look for fields with these words in place of one by its path. */
  readonly search: string | undefined;
  readonly json: boolean;
}

export const explainCommand: Command<ExplainRequest> = {
  name: 'explain',
  words: 'KIND[.FIELD…]',
  summary: 'What a field of a manifest is for, and what it takes',
  flags: {
    recursive: { type: 'boolean', describe: 'All fields below it, with their types alone' },
    'max-depth': { type: 'string', value: 'N', describe: 'With --recursive: so many levels' },
    search: { type: 'string', value: 'WORDS', describe: 'Fields with these words in their path or description' },
    live: { type: 'boolean', describe: "From the cluster's own OpenAPI; kinds that are not built in come from there by themselves" },
    'api-version': { type: 'string', value: 'VERSION', describe: 'Of this version, as in apps/v1' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json' },
  },
  examples: [
    ['explain pod.spec.restartPolicy', 'one field'],
    ['explain spec.containers.livenessProbe', 'of a Pod, where no kind is named'],
    ['explain deploy.spec --recursive', 'what there is below it'],
    ["explain --search 'probe timeout'", 'a field whose name is not known'],
    ['explain po.spec.os -o json', 'for a program'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const [word, other] = args.words;
    if (other !== undefined) throw new PodwrightError('usage', `explain takes one path, but got "${word}" and "${other}"`);
    const search = text(args, 'search');
    if (word === undefined && search === undefined)
      throw new PodwrightError('usage', 'which field?', { hint: 'Such as pod.spec.containers, or --search WORDS.' });
    if (search?.trim() === '') throw new PodwrightError('usage', '--search needs a word');
    const recursive = args.flags['recursive'] === true;
    if (recursive && text(args, 'output') === 'json') throw new PodwrightError('usage', '--recursive cannot be used with -o json');
    const depth = text(args, 'max-depth');
    if (depth !== undefined && !recursive) throw new PodwrightError('usage', '--max-depth goes with --recursive');
    if (depth !== undefined && !/^[1-9]\d{0,2}$/.test(depth)) throw new PodwrightError('usage', `--max-depth "${depth}" is not a number from 1 to 999`);
    return {
      cluster,
      names: word === undefined ? [] : pathNames(word),
      apiVersion: text(args, 'api-version'),
      live: args.flags['live'] === true,
      recursive,
      maxDepth: depth === undefined ? undefined : Number(depth),
      search,
      json: text(args, 'output') === 'json',
    };
  },

  async run(request, io: CommandIo) {
    const { explanation } = await import('./explain-fields.ts');
    io.stdout.write(await explanation(request, io));
    return exitCodes.done;
  },
};

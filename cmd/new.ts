/** `podwright new`: a commented manifest of a workload, with patterns in it. */
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import type { FormOutcome } from '../src/tui/new-form-run.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Command, CommandIo } from './command.ts';
import { classicFlag, setFlag } from './edit-request.ts';
import { refuseExisting } from './written-file.ts';

export interface NewRequest {
  /** A workload's kind or a pattern; empty: what the form is told. */
  readonly what: string;
  readonly name: string;
  readonly image: string;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly patterns: readonly string[];
  readonly settings: readonly string[];
  readonly classic: boolean;
  /** A file; undefined is stdout. */
  readonly output: string | undefined;
  readonly force: boolean;
  /** It is handed to the cluster. The form asks. */
  readonly apply: boolean;
  readonly cluster: ClusterChoice;
  /** Only list what there is. */
  readonly list: boolean;
}

export const newCommand: Command<NewRequest> = {
  name: 'new',
  words: 'KIND [NAME]',
  summary: 'Write a commented manifest, with patterns such as sidecars in it',
  flags: {
    list: { type: 'boolean', describe: 'List the patterns and workloads' },
    image: { type: 'string', value: 'IMAGE', describe: 'Image of the app' },
    with: { type: 'string', multiple: true, value: 'PATTERN,…', describe: 'Patterns to put in, in this order' },
    ...setFlag,
    ...classicFlag,
    output: { type: 'string', short: 'o', value: 'FILE', describe: 'Write a file that is not there yet, in place of printing' },
    force: { type: 'boolean', describe: 'Overwrite the file' },
    apply: { type: 'boolean', describe: 'Hand it to the cluster in place of printing it' },
  },
  examples: [
    ['new pod web --image web:1.2', 'a Pod that passes Pod Security restricted'],
    ['new --list', 'the workloads and patterns there are; `new PATTERN --help` tells of one'],
    ['new log-streamer --image registry.example/web:1.2', 'a pattern, in a Pod'],
    [
      'new job import --image registry.example/import:3 --with init:wait-for --set host=db --set port=5432 -- import --all',
      'with a pattern, and a command after the dashes',
    ],
    ['new statefulset db --image registry.example/db:16 --with probes:tcp,graceful-shutdown --set tcp.port=5432 -o db.yaml', 'into a new file'],
  ],

  request(args) {
    const [what = '', name = 'app', ...command] = args.words;
    const list = args.flags['list'] === true;
    const image = text(args, 'image') ?? '';
    if (!list && what !== '' && image === '') throw new PodwrightError('usage', 'new needs the image of the app', { hint: 'Add --image IMAGE.' });
    const output = text(args, 'output');
    if (output === '') throw new PodwrightError('usage', '-o needs the name of a file', { hint: 'Leave it out: the manifest is printed.' });
    return {
      what,
      name,
      image,
      command,
      patterns: texts(args, 'with').flatMap((each) => each.split(',')),
      settings: texts(args, 'set'),
      classic: args.flags['classic'] === true,
      output,
      force: args.flags['force'] === true,
      apply: args.flags['apply'] === true,
      cluster: clusterChoice(args),
      list,
    };
  },

  async completions() {
    const runs = await import('./pattern-runs.ts');
    return [...runs.offeredKinds, ...runs.patternNames()];
  },

  async run(request, io) {
    const runs = await import('./pattern-runs.ts');
    const { apply, cluster, what, name, list, output } = request;
    if (list) return runs.runList(io);
    if (apply && what === 'static-pod') throw runs.notApplied;
    const made = what === '' ? await filledForm(request, io) : { manifest: runs.manifestText(request, runs.notesTo(io)), applied: undefined };
    if (made === undefined) return exitCodes.interrupted;
    const { manifest } = made;
    const applies = what === '' ? made.applied !== undefined : apply;
    if (!applies || output !== undefined) {
      await runs.writeManifest(manifest, request, io).catch((error: unknown) => {
        // What was filled in is not lost.
        if (what === '') io.stdout.write(manifest);
        throw error;
      });
    }
    if (!applies) return exitCodes.done;
    const { applyManifest } = await import('./apply-manifest.ts');
    io.stdout.write(made.applied ?? (await applyManifest(manifest, what, name, cluster, io)));
    return exitCodes.done;
  },

  async help([word], io) {
    if (word === undefined) return undefined;
    const { helpOf } = await import('./pattern-runs.ts');
    return helpOf(word, io);
  },
};

/** What the form makes; undefined where it is left. It is drawn on stderr where stdout goes elsewhere. Throws `usage` where there is no terminal. */
async function filledForm({ image, apply, cluster, patterns, settings, classic, output, force }: NewRequest, io: CommandIo): Promise<FormOutcome | undefined> {
  const terminal = [io.stdout, io.stderr].find(({ isTTY }) => isTTY === true);
  if (terminal === undefined || io.stdin.isTTY !== true) {
    throw new PodwrightError('usage', 'new of what?', { hint: '`podwright new --list` lists the workloads and patterns.' });
  }
  if (settings.length > 0) throw new PodwrightError('usage', '--set needs a KIND before it', { hint: 'Without one there is a form, which asks for options.' });
  const { offered, patternIdsOf, previewOf } = await import('./pattern-runs.ts');
  // Before anything is filled in.
  if (output !== undefined && !force) await refuseExisting(output);
  const { runNewForm } = await import('../src/tui/screens.ts');
  return runNewForm({
    ...offered(),
    answers: { kind: 'deployment', name: '', image, aim: apply ? 'apply' : 'write', patterns: patternIdsOf(patterns), options: new Map(), classic },
    preview: previewOf,
    cluster: {
      async question({ kind, name }) {
        const { applyPlace } = await import('./apply-manifest.ts');
        return `Apply ${kind}/${name} to ${applyPlace(cluster)}?`;
      },
      async apply(manifest, { kind, name }) {
        const { applyManifest } = await import('./apply-manifest.ts');
        return applyManifest(manifest, kind, name, cluster, io);
      },
    },
    stdin: io.stdin,
    terminal,
    colour: io.color,
    unicode: io.unicode,
    signal: io.signal,
  });
}

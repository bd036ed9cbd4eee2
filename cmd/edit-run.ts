/** The work of `edit`: the draft in a file, the editor on it, and what is said. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppliedObject } from '../src/core/change/apply-report.ts';
import { type ObjectName, objectText } from '../src/core/change/object-name.ts';
import type { Json } from '../src/core/json.ts';
import { ownerTarget } from '../src/core/owner.ts';
import { podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterActions } from '../src/kube/cluster-actions.ts';
import type { appliedObjects } from '../src/manifest/applied-objects.ts';
import type { lintManifests } from '../src/manifest/lint.ts';
import { appliedText } from '../src/report/apply-text.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { placedText } from '../src/service/apply-run.ts';
import { type EditNote, type EditOutcome, type EditPorts, type EditReason, type ReadDraft, runEdit } from '../src/service/edit-run.ts';
import type { ObjectActions } from '../src/service/object-actions.ts';
import { parseTarget, type Target, targetText } from '../src/service/target.ts';
import { chosenCluster, type OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { canAsk, confirmed } from './confirmation.ts';
import type { EditCommandRequest } from './edit.ts';
import { keepManifest } from './kept-manifest.ts';
import { lendTerminal } from './lent-terminal.ts';
import { patientPods, serverPatience } from './server-patience.ts';
import { targetName } from './target-name.ts';
import { sayMissing } from './why-missing.ts';
import { replaceFile } from './written-file.ts';

export async function runEditCommand(request: EditCommandRequest, io: CommandIo): Promise<number> {
  const cluster = chosenCluster(request.cluster);
  const actions = clusterActions(cluster.transport, serverPatience(io));
  try {
    const name = await chosenName(request.target, cluster, actions, io);
    if (name === undefined) return exitCodes.failed;
    const draft = await Draft.open(name, io);
    try {
      const outcome = await runEdit(name, await editPorts(request, cluster, actions, draft, io), io.signal);
      return await ended(outcome, name, draft, io);
    } catch (error) {
      // After an interruption nobody prints the error, and where the draft is has to be known all the same.
      if (await draft.kept()) io.stderr.write(`Your draft is in ${draft.file}.\n`);
      throw error;
    }
  } finally {
    cluster.transport.close();
  }
}

/** What is edited: a Pod that something owns is the wrong place, which is said, and its owner offered. undefined where there is no such object; it is said. */
async function chosenName(target: Target, cluster: OpenCluster, actions: ObjectActions, io: CommandIo): Promise<ObjectName | undefined> {
  const name = targetName(target, cluster.namespace);
  const live = await actions.object(name, io.signal);
  if (live === undefined) {
    const error = new PodwrightError('not-found', `${name.kind === 'Pod' ? 'pods' : targetText(target)} ${JSON.stringify(target.name)} not found`);
    await sayMissing([{ namespace: cluster.namespace, name: target.kind === 'pod' ? target.name : targetText(target), error }], cluster, io);
    return undefined;
  }
  const owner = target.kind === 'pod' ? ownerTarget(podFacts(live)) : undefined;
  if (owner === undefined) return name;
  io.stderr.write(`${plainText(placedText(name))} is made by ${plainText(owner)}: what is changed here is gone with this Pod.\n`);
  const known = ownerTargetOf(owner);
  if (known === undefined) return name;
  if (!canAsk(io)) {
    io.stderr.write(`\`${io.program} edit ${plainText(owner)} -n ${plainText(cluster.namespace)}\` edits what it is made from.\n`);
    return name;
  }
  return (await confirmed(`Edit ${plainText(owner)} in its place?`, io)) ? targetName(known, cluster.namespace) : name;
}

/** undefined for an owner of a kind that is not edited here. */
function ownerTargetOf(owner: string): Target | undefined {
  try {
    return parseTarget(owner);
  } catch {
    return undefined;
  }
}

async function editPorts(request: EditCommandRequest, { transport }: OpenCluster, actions: ObjectActions, draft: Draft, io: CommandIo): Promise<EditPorts> {
  const [{ appliedObjects, lintManifests }, { yamlText }] = await Promise.all([import('../src/manifest/manifests.ts'), import('../src/report/yaml-text.ts')]);
  return {
    actions,
    pods: patientPods(transport, io),
    keep: (pod) => keepManifest(pod, io.now()),
    step: (text) => void io.stderr.write(`  ${plainText(text)}\n`),
    write: yamlText,
    read: (text) => readDraft(text, request.lint ? lintManifests : undefined, appliedObjects),
    edited: (text, notes, why) => draft.edited(text, notes, why),
    async mayReplace(name, fields) {
      if (request.replace && request.yes) return true;
      if (!canAsk(io)) return false;
      io.stderr.write(`${plainText(placedText(name))} cannot be changed so:\n${fields.map(({ path, why }) => `  ${plainText(path)}   ${why}\n`).join('')}`);
      return confirmed('Delete the Pod and make it anew?', io);
    },
  };
}

function readDraft(text: string, lint: typeof lintManifests | undefined, objectsOf: typeof appliedObjects): ReadDraft {
  const bytes = Buffer.from(text);
  const findings = lint === undefined ? [] : lint([{ file: 'draft', named: true, bytes }]).findings;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const notes = errors.map(({ message, hint, place }): EditNote => ({ at: { line: place.line }, text: `${message}${hint === undefined ? '' : `. ${hint}`}` }));
  try {
    const [only, second] = objectsOf(bytes, 'draft');
    if (only === undefined) return { kind: 'empty' };
    if (second !== undefined)
      return { kind: 'unreadable', notes: [{ at: { line: second.place.line }, text: 'There is one object to edit, and this is another' }] };
    return { kind: 'object', object: JSON.parse(only.json) as Json, notes };
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return { kind: 'unreadable', notes: notes.length > 0 ? notes : [{ at: undefined, text: error.message }] };
  }
}

async function ended(outcome: EditOutcome, name: ObjectName, draft: Draft, io: CommandIo): Promise<number> {
  const what = plainText(placedText(name));
  switch (outcome.kind) {
    case 'unchanged':
      await draft.drop();
      io.stderr.write(`${what}: nothing was changed, and nothing sent.\n`);
      return exitCodes.done;
    case 'given-up':
      await draft.kept();
      io.stderr.write(`${what}: the draft was saved with a problem in it, and was not sent:\n`);
      for (const { text } of outcome.notes) io.stderr.write(`  ${plainText(text)}\n`);
      io.stderr.write(`Your draft is in ${draft.file}.\n`);
      return exitCodes.failed;
    case 'changed':
    case 'replaced': {
      await draft.drop();
      const done: AppliedObject = {
        object: name,
        place: { file: draft.file, line: 1, column: 1 },
        outcome: outcome.kind,
        changes: outcome.changes,
        problem: undefined,
      };
      io.stdout.write(appliedText(done, { color: io.color, unicode: io.unicode, dryRun: false }));
      return io.signal.aborted ? exitCodes.interrupted : exitCodes.done;
    }
  }
}

const headOf: Readonly<Record<EditReason, (name: ObjectName) => string>> = {
  begin: (name) =>
    `Save and leave to change ${placedText(name)}; unchanged or empty, nothing is sent. Lines that begin as this one are notes, and are left out.`,
  mend: () => 'Something is wrong; it stands above the lines that it is about. Save it unchanged to give up.',
  conflict: () => 'Somebody else changed the same fields meanwhile. Save it to have it as it stands here; save an empty file to give up.',
};

function noDraft(cause: Error): never {
  throw new PodwrightError('input', `no draft can be written into ${tmpdir()}: ${cause.message}`, {
    cause,
    hint: 'TMPDIR names another directory. Nothing was sent.',
  });
}

/** The draft's file: in a folder of its own that nobody else may read, as an environment may hold passwords. */
class Draft {
  readonly file: string;
  readonly #folder: string;
  readonly #name: ObjectName;
  readonly #io: CommandIo;
  #first: string | undefined;

  private constructor(folder: string, name: ObjectName, io: CommandIo) {
    this.#folder = folder;
    this.#name = name;
    this.#io = io;
    this.file = join(folder, `${objectText(name).replace('/', '-')}.yaml`);
  }

  static async open(name: ObjectName, io: CommandIo): Promise<Draft> {
    return new Draft(await mkdtemp(join(tmpdir(), 'podwright-edit-')).catch(noDraft), name, io);
  }

  async edited(text: string, notes: readonly EditNote[], why: EditReason): Promise<string> {
    const { fieldLine, withNotes, withoutNotes } = await import('../src/manifest/manifests.ts');
    const placed = notes.map(({ at, text: words }) => ({
      line: at === undefined ? undefined : 'line' in at ? at.line : fieldLine(text, at.field),
      text: words,
    }));
    const shown = withNotes(text, [{ line: undefined, text: headOf[why](this.#name) }, ...placed]);
    // Later on there is something of the person in it, which a full disk must not take.
    if (this.#first === undefined) await writeFile(this.file, shown, { mode: 0o600 }).catch(noDraft);
    else await replaceFile(this.file, shown);
    this.#first ??= text;
    await lendTerminal(() => this.#edit());
    const saved = await readFile(this.file, 'utf8').catch((cause: Error) => {
      throw new PodwrightError('input', `the draft cannot be read any more: ${cause.message}`, { cause, hint: 'Nothing was sent.' });
    });
    return withoutNotes(saved);
  }

  async #edit(): Promise<void> {
    const { env } = this.#io;
    const chosen = [env['KUBE_EDITOR'], env['VISUAL'], env['EDITOR']].find((each) => each !== undefined && each !== '');
    if (chosen === undefined && this.#io.stdin.isTTY !== true)
      throw new PodwrightError('usage', 'there is no terminal to edit on', { hint: 'KUBE_EDITOR names an editor that needs none. Nothing was sent.' });
    const editor = chosen ?? 'vi';
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // An editor may come with arguments, as in `code --wait`, or be a whole script: a shell reads it.
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', this.file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else if (signal === 'SIGINT' || code === 128 + constants.signals.SIGINT)
        reject(new PodwrightError('interrupted', 'interrupted in the editor: nothing was sent'));
      else {
        const hint = code === 127 ? 'Set KUBE_EDITOR or EDITOR to the editor you have.' : undefined;
        reject(new PodwrightError('input', `the editor \`${editor}\` ended with ${signal ?? code}: nothing was sent`, hint === undefined ? {} : { hint }));
      }
    });
    await promise;
  }

  async drop(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Kept where there is something of the person in it, which is given; without the notes, so that it can be applied. */
  async kept(): Promise<boolean> {
    const { withoutNotes } = await import('../src/manifest/manifests.ts');
    const saved = withoutNotes(await readFile(this.file, 'utf8').catch(() => ''));
    const mine = this.#first !== undefined && saved !== '' && saved !== this.#first;
    if (mine) await replaceFile(this.file, saved).catch(() => undefined);
    else await this.drop();
    return mine;
  }
}

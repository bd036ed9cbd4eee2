/** `podwright debug`: a container with tools beside those of a Pod, or a copy of the Pod that can be taken apart. */
import { type DebugContainer, type DebugProfile, debugProfiles, type KeptPart, keptParts, pullPolicies } from '../src/core/change/debug-container.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { checkedName, parseTarget } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { durationMs } from './duration.ts';

export interface DebugRequest {
  readonly cluster: ClusterChoice;
  readonly on: { readonly kind: 'pod' | 'node'; readonly name: string };
  /** undefined only for a copy. */
  readonly image: string | undefined;
  readonly pullPolicy: DebugContainer['pullPolicy'];
  /** The name of the new container, or in a copy that of one which is there; undefined: one is made up. */
  readonly container: string | undefined;
  /** The container whose processes it sees: undefined is the Pod's default one, empty is none. */
  readonly target: string | undefined;
  readonly profile: DebugProfile;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly onlyArguments: boolean;
  /** A file with fields of the new container. */
  readonly custom: string | undefined;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly stdin: boolean;
  readonly tty: boolean;
  /** The name of a copy; undefined: an ephemeral container. */
  readonly copyTo: string | undefined;
  readonly images: ReadonlyMap<string, string>;
  readonly shareProcesses: boolean;
  readonly sameNode: boolean;
  readonly keep: ReadonlySet<KeptPart>;
  readonly timeoutMs: number;
  readonly json: boolean;
}

const usualWaitMs = 120_000;

export const debugCommand: Command<DebugRequest> = {
  name: 'debug',
  words: 'POD|node/NAME',
  summary: 'A debug container in a Pod, a copy of the Pod to take apart, or a Pod on a node',
  flags: {
    image: { type: 'string', value: 'IMAGE', describe: 'Image of the debug container' },
    'image-pull-policy': { type: 'string', value: 'POLICY', choices: pullPolicies, describe: 'When to pull it: Always, Never or IfNotPresent, the default' },
    container: { type: 'string', short: 'c', value: 'NAME', describe: 'Its name; with --copy-to and a command, the container that gets the command' },
    target: { type: 'string', value: 'NAME', describe: "Container whose processes it sees; default is the Pod's own default, '' is none" },
    profile: {
      type: 'string',
      value: 'PROFILE',
      choices: debugProfiles,
      describe: 'What it may do: general (the default), baseline, restricted, netadmin or sysadmin',
    },
    stdin: { type: 'boolean', short: 'i', describe: 'Keep stdin open, and attach' },
    tty: { type: 'boolean', short: 't', describe: 'Give it a terminal' },
    'arguments-only': { type: 'boolean', describe: "What stands behind -- are arguments of the image's own command" },
    custom: { type: 'string', value: 'FILE', describe: 'More fields of the debug container, YAML or JSON: mounts of the volumes of the Pod, say' },
    env: { type: 'string', multiple: true, value: 'NAME=VALUE', describe: 'Set a variable' },
    'copy-to': { type: 'string', value: 'NAME', describe: 'Make a copy of the Pod, without its labels and probes' },
    'set-image': { type: 'string', multiple: true, value: 'CONTAINER=IMAGE', describe: 'Another image in the copy; * is every container' },
    'share-processes': { type: 'boolean', describe: 'In the copy, all containers see all processes; the default' },
    'same-node': { type: 'boolean', describe: 'Place the copy on the same node' },
    'keep-labels': { type: 'boolean', describe: 'Keep the labels in the copy: Services then send to it' },
    'keep-annotations': { type: 'boolean', describe: 'Keep the annotations in the copy' },
    'keep-init-containers': { type: 'boolean', describe: 'Keep the init containers in the copy, the default; =false leaves them out' },
    'keep-liveness': { type: 'boolean', describe: 'Keep the liveness probes in the copy' },
    'keep-readiness': { type: 'boolean', describe: 'Keep the readiness probes in the copy' },
    'keep-startup': { type: 'boolean', describe: 'Keep the startup probes in the copy' },
    timeout: { type: 'string', value: 'TIME', describe: 'How long to wait until it runs; default is 2m' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json: what was made, and whether it runs' },
  },
  examples: [
    ['debug web-7c9f6d4b8-x2x9k -it --image registry.example/tools:1', 'a shell with tools beside the app'],
    ['debug web-7c9f6d4b8-x2x9k -it --image registry.example/tools:1 --profile netadmin -- tcpdump -i any', 'with the right to look at the network'],
    ['debug web-7c9f6d4b8-x2x9k --copy-to web-debug -it -c app -- sh', 'a copy in which the app is a shell'],
    ['debug web-7c9f6d4b8-x2x9k --copy-to web-debug --set-image app=registry.example/web:debug', 'a copy with another image'],
    ['debug node/worker-1 -it --image registry.example/tools:1 -- chroot /host', 'a shell on a node'],
    ['debug web-7c9f6d4b8-x2x9k --image registry.example/tools:1 -o json -- sleep 600', 'for a program'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    if (cluster.allNamespaces)
      throw new PodwrightError('usage', 'a Pod belongs to one namespace: -A does not go with debug', { hint: 'Give the namespace with -n.' });
    const [word, ...command] = args.words;
    const on = subjectOf(word);
    const [image, copyTo] = [text(args, 'image'), text(args, 'copy-to')];
    const images = imagesOf(texts(args, 'set-image'));
    checkChoice(args, image, copyTo, images, command);
    if (on.kind === 'node') checkNode(args, copyTo);
    const json = text(args, 'output') === 'json';
    if (json && args.flags['stdin'] === true)
      throw new PodwrightError('usage', '-i prints what the container prints, and -o json what was made', {
        hint: 'Leave out one; `attach -i` connects later.',
      });
    const timeout = text(args, 'timeout');
    const timeoutMs = timeout === undefined ? usualWaitMs : durationMs(timeout, '--timeout');
    if (timeoutMs === 0) throw new PodwrightError('usage', '--timeout 0 waits for nothing', { hint: 'Write it like 90s or 5m.' });
    return {
      cluster,
      on,
      image,
      pullPolicy: pullPolicies.find((each) => each === text(args, 'image-pull-policy')) ?? 'IfNotPresent',
      container: text(args, 'container'),
      target: text(args, 'target'),
      profile: debugProfiles.find((each) => each === text(args, 'profile')) ?? 'general',
      command,
      onlyArguments: args.flags['arguments-only'] === true,
      custom: text(args, 'custom'),
      env: texts(args, 'env').map(variable),
      stdin: args.flags['stdin'] === true,
      tty: args.flags['tty'] === true,
      copyTo,
      images,
      shareProcesses: args.flags['share-processes'] !== false,
      sameNode: args.flags['same-node'] === true,
      keep: new Set(keptParts.filter((part) => args.flags[`keep-${part}`] ?? part === 'init-containers')),
      timeoutMs,
      json,
    };
  },

  async run(request, io) {
    const { runDebugCommand } = await import('./debug-run.ts');
    return runDebugCommand(request, io);
  },
};

/** Reads `web`, `pod/web` and `node/worker`. Throws `usage`. */
function subjectOf(word: string | undefined): DebugRequest['on'] {
  if (word === undefined) throw new PodwrightError('usage', 'debug which Pod?', { hint: 'Name it: `podwright get` lists the Pods.' });
  const node = /^(?:nodes?|no)\/(.*)$/.exec(word)?.[1];
  if (node !== undefined) return { kind: 'node', name: checkedName(node, word) };
  const { kind, name } = parseTarget(word);
  if (kind !== 'pod') throw new PodwrightError('usage', `debug looks into one Pod, and ${word} is none`, { hint: 'Name one of its Pods.' });
  return { kind, name };
}

function checkNode(args: Arguments, copyTo: string | undefined): void {
  const ofPod = copyTo !== undefined ? 'copy-to' : text(args, 'target') !== undefined ? 'target' : undefined;
  if (ofPod !== undefined) throw new PodwrightError('usage', `--${ofPod} is of a Pod, and a node is debugged by a Pod of its own`, { hint: 'Leave it out.' });
}

function checkChoice(
  args: Arguments,
  image: string | undefined,
  copyTo: string | undefined,
  images: ReadonlyMap<string, string>,
  command: readonly string[],
): void {
  if (copyTo === undefined) {
    const other = ['set-image', 'share-processes', 'same-node', ...keptParts.map((part) => `keep-${part}`)].find((flag) => args.flags[flag] !== undefined);
    if (other !== undefined) throw new PodwrightError('usage', `--${other} is of a copy`, { hint: 'Add --copy-to NAME.' });
    if (image === undefined) throw new PodwrightError('usage', 'debug with which image?', { hint: 'Add --image IMAGE, of one with the tools that you need.' });
    return;
  }
  if (text(args, 'target') !== undefined)
    throw new PodwrightError('usage', '--target is of a container in the Pod itself: in a copy all see all processes', { hint: 'Leave it out.' });
  if (image === undefined && images.size === 0 && command.length === 0) {
    throw new PodwrightError('usage', 'what is to be otherwise in the copy?', { hint: 'Give it --image, --set-image, or a command after --.' });
  }
  const ofImage = ['image-pull-policy', 'arguments-only', 'custom'].find((flag) => args.flags[flag] !== undefined);
  if (image === undefined && ofImage !== undefined) throw new PodwrightError('usage', `--${ofImage} is of --image`, { hint: 'Add --image IMAGE.' });
  if (image === undefined && command.length > 0 && text(args, 'container') === undefined) {
    throw new PodwrightError('usage', 'which container of the copy gets the command?', { hint: 'Name it with -c NAME.' });
  }
}

function imagesOf(settings: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    settings
      .flatMap((each) => each.split(','))
      .map((each): [string, string] => {
        const at = each.indexOf('=');
        if (at < 1 || at === each.length - 1)
          throw new PodwrightError('usage', `--set-image ${each} names no container and image`, { hint: 'Write it like app=registry.example/web:2.' });
        return [each.slice(0, at), each.slice(at + 1)];
      }),
  );
}

function variable(setting: string): { readonly name: string; readonly value: string } {
  const at = setting.indexOf('=');
  if (at < 1) throw new PodwrightError('usage', `--env ${setting} is no NAME=VALUE`, { hint: 'Write it like --env LEVEL=debug.' });
  return { name: setting.slice(0, at), value: setting.slice(at + 1) };
}

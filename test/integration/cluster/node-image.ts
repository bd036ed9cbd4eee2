/**
 * The image of the cluster's nodes: the one kind publishes, where it can be pulled, else one of our own from Go modules and Debian packages.
 *
 * Our own needs no image registry. Its control plane is one static binary (node-image/kube), its system is Debian 12, whose systemd still runs on
 * cgroup v1, and kind's base files come with kind's module.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { contentKey, inCache, kept } from './cache.ts';
import { type Docker, hasImage, installMissing, isDebianRoot, pullImage } from './docker.ts';
import { downloadModules, type GoProgram, goProgram, moduleDirectory } from './go-program.ts';
import { run, say, step } from './process.ts';

const recipe = join(import.meta.dirname, '../node-image');
const kubernetesVersion = 'v1.36.3';

const versionFlags = ['gitVersion=v1.36.3', 'gitMajor=1', 'gitMinor=36', 'gitTreeState=clean'];
const kubeProgram: GoProgram = {
  module: join(recipe, 'kube'),
  name: 'kube',
  package: '.',
  ldflags: versionFlags.map((flag) => `-X k8s.io/component-base/version.${flag}`).join(' '),
};
const coreDnsProgram: GoProgram = { module: join(recipe, 'dns'), name: 'coredns', package: '.' };
const pauseProgram: GoProgram = { module: join(recipe, 'pause'), name: 'pause', package: 'main.go' };
const kindProgram = tool('sigs.k8s.io/kind');
const nodePrograms = [
  ...['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => tool(`github.com/containerd/containerd/v2/cmd/${name}`)),
  ...['ipam/host-local', 'main/loopback', 'main/ptp', 'meta/portmap'].map((name) => tool(`github.com/containernetworking/plugins/plugins/${name}`)),
];

function tool(path: string): GoProgram {
  return { module: join(recipe, 'tools'), name: basename(path), package: path };
}

/** The kind of the pinned module. */
export async function builtKind(): Promise<string> {
  return goProgram(kindProgram);
}

/** kubectl of the same build as our own node image; only built where that image is. */
export async function builtKube(): Promise<string> {
  return goProgram(kubeProgram);
}

export interface NodeImage {
  readonly name: string;
  /** Made here by the recipe, not pulled. */
  readonly own: boolean;
}

/** The key of everything our own image is made from. */
export function nodeRecipeKey(): string {
  return contentKey([recipe], kubernetesVersion);
}

/** The node image that Docker holds after this: pulled, or built here. */
export async function nodeImage(docker: Docker, kind: string): Promise<NodeImage> {
  const own = { name: `podwright.test/kind-node:${nodeRecipeKey()}`, own: true };
  const published = publishedImage(kind);
  if (await hasImage(docker, own.name)) return own;
  if (published && ((await hasImage(docker, published)) || (await pullImage(docker, published)))) return { name: published, own: false };
  say('building the node image here, from Go modules and Debian packages');
  await buildImage(docker, own.name);
  return own;
}

/** The image this kind uses when none is named. kind has no command that prints it; it is a constant in the program, whole and with its digest. */
function publishedImage(kind: string): string | undefined {
  return /kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}/.exec(readFileSync(kind, 'latin1'))?.[0];
}

async function buildImage(docker: Docker, name: string): Promise<void> {
  if (!isDebianRoot()) throw new Error('the node image can neither be pulled nor built here: building it takes root on Debian');
  await installMissing({ debootstrap: 'debootstrap', jq: 'jq' });
  const [programs, rootfs] = await bothOf(buildPrograms(), buildRootfs());
  await step('putting the node image together', (note) =>
    run(join(recipe, 'image.sh'), [name, kubernetesVersion, rootfs, ...programs], { env: docker.env, onLine: note }),
  );
}

/** In the order of their cost; while the first compiles, the modules of the others are downloaded. */
async function buildPrograms(): Promise<string[]> {
  const { module } = tool('');
  const downloads = Promise.allSettled([
    downloadModules(
      module,
      nodePrograms.map((program) => program.package),
    ),
    downloadModules(coreDnsProgram.module, ['.']),
  ]);
  const paths: string[] = [];
  for (const program of [kubeProgram, coreDnsProgram, pauseProgram, ...nodePrograms]) paths.push(await goProgram(program));
  await downloads;
  return paths;
}

/** The nodes' root file system: a minimal Debian, and kind's base files. */
async function buildRootfs(): Promise<string> {
  const script = join(recipe, 'rootfs.sh');
  const cni = join(recipe, 'node-cni.yaml');
  return kept(inCache(`rootfs-${contentKey([script, cni, join(recipe, 'tools')], kubernetesVersion)}`), async (unfinished) => {
    const kindModule = await moduleDirectory(join(recipe, 'tools'), 'sigs.k8s.io/kind');
    await step('installing a Debian system for the nodes', (note) =>
      run(script, [unfinished, kubernetesVersion, debianMirror(), join(kindModule, 'images/base/files'), cni], { onLine: note }),
    );
  });
}

/** The mirror this machine's own packages come from. */
function debianMirror(): string {
  const directory = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [])];
  const sources = files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const uri = /^(?:URIs:.*?|deb\s.*?)(https?:\S+\/debian)\/?(?:\s|$)/m.exec(sources)?.[1];
  if (!uri) throw new Error('no Debian mirror is named in the apt sources of this machine');
  return uri;
}

/** Both results; a failure is thrown once both have ended, so that what the other finished is kept. */
async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/**
 * What of a pattern is wanted in a certain Pod: filled in for its app, with volumes and mounts that are there already in place of its own, and with ports and
 * names that are free.
 */
import { isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { PodwrightError } from '../../core/podwright-error.ts';
import { type PodHome, type PodSource, placeText } from '../pod-homes.ts';
import { fieldOf } from '../text-edits.ts';
import { containersIn, itemOf, mapsIn } from './edit-record.ts';
import { sameValue } from './missing-parts.ts';
import type { Values } from './pattern-options.ts';
import { type App, fillPod, makeClassic } from './pattern-pod.ts';

export interface FittedPod {
  /** The metadata and the spec that are wanted. */
  readonly wanted: YAMLMap;
  readonly app: string;
  /** What was decided, for the person: whole sentences. */
  readonly notes: readonly string[];
}

/** Throws `input` with the place of what stands in the way, and for a Pod without containers. */
export function fitPod(source: PodSource, home: PodHome, values: Values, classic: boolean): FittedPod {
  return new Fitting(source, home, values).fit(classic);
}

/** Volumes that a container cannot write to. */
const readOnlyVolumes = ['configMap', 'secret', 'downwardAPI', 'projected', 'image', 'gitRepo'];

class Fitting {
  readonly #source: PodSource;
  readonly #home: PodHome;
  readonly #values: Values;
  readonly #spec: YAMLMap;
  readonly #container: YAMLMap;
  readonly #app: App;
  readonly #notes: string[] = [];
  /** In place of defaults. */
  readonly #chosen = new Map<string, string>();

  constructor(source: PodSource, home: PodHome, values: Values) {
    this.#source = source;
    this.#home = home;
    this.#values = values;
    const spec = fieldOf(home.root, 'spec')?.value;
    if (!isMap(spec)) throw this.#refusal(home.root, 'this Pod has no spec that could be added to');
    this.#spec = spec;
    this.#container = this.#appContainer();
    if (typeof this.#container.get('name') !== 'string') throw this.#refusal(this.#container, 'this container has no name');
    const image = this.#container.get('image');
    this.#app = { name: String(this.#container.get('name')), image: typeof image === 'string' ? image : 'IMAGE', command: [] };
  }

  fit(classic: boolean): FittedPod {
    this.#choosePorts();
    this.#chooseVolumeName();
    const root = fillPod(this.#values, this.#app, this.#chosen);
    if (classic) makeClassic(root);
    this.#checkNames(root);
    this.#leaveOutTheApp(root);
    this.#reuseVolumes(root);
    return { wanted: root, app: this.#app.name, notes: this.#notes };
  }

  #appContainer(): YAMLMap {
    const wanted = this.#values.given.get('container');
    const containers = mapsIn(this.#spec, 'containers');
    const found = wanted === undefined ? containers[0] : containers.find((each) => each.get('name') === wanted);
    if (found !== undefined) return found;
    const names = containers.map((each) => String(each.get('name')));
    if (wanted === undefined || names.length === 0) throw this.#refusal(this.#spec, 'this Pod has no containers that could be added to');
    throw this.#refusal(this.#spec, `this Pod has no container ${wanted}`, `There is ${names.join(', ')}.`);
  }

  /** Of the pattern, as it would be without anything in its way. */
  #valueOf(option: string): string | undefined {
    const { given, pattern } = this.#values;
    return given.get(option) ?? this.#chosen.get(option) ?? pattern.options.find(({ name }) => name === option)?.fallback;
  }

  /** A port that another container has already is counted up from, unless it was asked for. */
  #choosePorts(): void {
    const taken = new Map<number, { readonly container: string; readonly port: unknown }>();
    for (const container of containersIn(this.#spec)) {
      if (container.get('name') === this.#valueOf('name')) continue;
      for (const port of mapsIn(container, 'ports')) {
        taken.set(Number(port.get('containerPort')), { container: String(container.get('name')), port });
      }
    }
    for (const { name, listens } of this.#values.pattern.options) {
      const port = Number(this.#valueOf(name));
      const other = taken.get(port);
      if (!listens || other === undefined) continue;
      if (this.#values.given.has(name))
        throw this.#refusal(other.port, `port ${port} is taken by container ${other.container}`, `Choose another: --set ${name}=PORT.`);
      let free = port + 1;
      while (taken.has(free)) free++;
      this.#chosen.set(name, String(free));
      this.#notes.push(`Port ${port} is taken by container ${other.container} (${this.#at(other.port)}): this is ${free}.`);
    }
  }

  /** A volume of the same name that is of no use is stepped around, unless the name was asked for. */
  #chooseVolumeName(): void {
    const name = this.#valueOf('volume');
    if (name === undefined) return;
    const existing = this.#volume(name);
    if (existing === undefined) return;
    const own = itemOf('volumes', fillPod(this.#values, this.#app, this.#chosen).getIn(['spec', 'volumes']), name);
    if (!isMap(own) || (own.has('emptyDir') && isWritable(existing)) || sameValue(own, existing)) return;
    if (this.#values.given.has('volume')) {
      throw this.#refusal(existing, `volume ${name} is there already, and cannot be used for this`, 'Choose another name: --set volume=NAME.');
    }
    let count = 2;
    while (this.#volume(`${name}-${count}`) !== undefined) count++;
    this.#chosen.set('volume', `${name}-${count}`);
    this.#notes.push(`Volume ${name} is something else (${this.#at(existing)}): this is ${name}-${count}.`);
  }

  /** Of the Pod, or the template of a StatefulSet's claims. */
  #volume(name: string): YAMLMap | undefined {
    const volume = itemOf('volumes', fieldOf(this.#spec, 'volumes')?.value, name);
    if (isMap(volume)) return volume;
    const claims = this.#home.kind === 'statefulset' ? mapsIn(fieldOf(this.#home.object, 'spec')?.value, 'volumeClaimTemplates') : [];
    return claims.find((claim) => claim.getIn(['metadata', 'name']) === name);
  }

  /** A container has one name among all of the Pod. Whether one of the same name and place is the same is found out when they are compared. */
  #checkNames(root: YAMLMap): void {
    for (const [list, otherList] of [
      ['initContainers', 'containers'],
      ['containers', 'initContainers'],
    ] as const) {
      for (const container of mapsIn(root.get('spec'), list)) {
        const name = String(container.get('name'));
        const other = itemOf('containers', fieldOf(this.#spec, otherList)?.value, name);
        if (other !== undefined) throw this.#refusal(other, `container ${name} is there already`, 'Give it another name: --set name=NAME.');
      }
    }
  }

  /** Takes out of the pattern what only says which Pod it is about. */
  #leaveOutTheApp(root: YAMLMap): void {
    for (const name of ['apiVersion', 'kind']) root.delete(name);
    root.deleteIn(['metadata', 'name']);
    for (const container of mapsIn(root.get('spec'), 'containers')) {
      if (container.get('name') === this.#app.name) container.delete('image');
    }
  }

  /** Where the app mounts the directory already, that volume is shared; a volume of the same name too. */
  #reuseVolumes(root: YAMLMap): void {
    const spec = root.get('spec') as YAMLMap;
    for (const volume of mapsIn(spec, 'volumes')) {
      if (!volume.has('emptyDir')) continue;
      const name = String(volume.get('name'));
      const mount = this.#mountOf(spec, name);
      const covering = mount === undefined ? undefined : this.#coveringMount(String(mount.get('mountPath')));
      if (mount !== undefined && covering !== undefined) this.#useMount(spec, mount, covering);
      else if (this.#volume(name) === undefined) continue;
      else this.#notes.push(`Volume ${name} is there already (${this.#at(this.#volume(name))}), and is used.`);
      (spec.get('volumes') as YAMLSeq).items = mapsIn(spec, 'volumes').filter((each) => each !== volume);
    }
    tidy(root, this.#app.name);
  }

  /** The app's mount of the volume, as the pattern wants it. */
  #mountOf(spec: YAMLMap, volume: string): YAMLMap | undefined {
    const app = itemOf('containers', spec.get('containers'), this.#app.name);
    return mapsIn(app, 'volumeMounts').find((each) => each.get('name') === volume);
  }

  /** The mount of the app that the directory lies in, the nearest first. */
  #coveringMount(directory: string): YAMLMap | undefined {
    const covering = mapsIn(this.#container, 'volumeMounts').filter((each) =>
      `${directory}/`.startsWith(`${String(each.get('mountPath')).replace(/\/+$/, '')}/`),
    );
    return covering.toSorted((a, b) => String(b.get('mountPath')).length - String(a.get('mountPath')).length)[0];
  }

  #useMount(spec: YAMLMap, mount: YAMLMap, covering: YAMLMap): void {
    const [name, directory] = [String(covering.get('name')), String(covering.get('mountPath'))];
    const volume = this.#volume(name);
    if (volume !== undefined && !isWritable(volume))
      throw this.#refusal(covering, `the app mounts ${directory} already, from volume ${name}, which cannot be written to`, anotherDirectory);
    if (covering.get('readOnly') === true && mount.get('readOnly') !== true)
      throw this.#refusal(covering, `the app mounts ${directory} already, and cannot write to it`, anotherDirectory);
    for (const container of containersIn(spec)) {
      if (container.get('name') === this.#app.name) {
        (container.get('volumeMounts') as YAMLSeq).items = mapsIn(container, 'volumeMounts').filter((each) => each !== mount);
        continue;
      }
      for (const own of mapsIn(container, 'volumeMounts')) {
        if (own.get('name') !== mount.get('name')) continue;
        own.set('name', name);
        if (own.get('mountPath') === mount.get('mountPath')) own.set('mountPath', directory);
        for (const part of ['subPath', 'subPathExpr']) if (covering.has(part)) own.set(part, covering.get(part));
      }
    }
    this.#notes.push(`The app mounts ${directory} already (${this.#at(covering)}): its volume ${name} is used.`);
  }

  #at(node: unknown): string {
    return placeText(this.#source.place(node));
  }

  #refusal(node: unknown, problem: string, hint = 'Patterns are added to Pods that could run already.'): PodwrightError {
    return new PodwrightError('input', `${this.#at(node)}: ${problem}`, { hint });
  }
}

const anotherDirectory = 'Choose another directory: --set dir=PATH.';

function isWritable(volume: YAMLMap): boolean {
  return readOnlyVolumes.every((kind) => !volume.has(kind));
}

/** Takes out lists and maps that have become empty, and the app's container where nothing is wanted of it. */
function tidy(root: YAMLMap, app: string): void {
  const spec = root.get('spec');
  const container = isMap(spec) ? itemOf('containers', spec.get('containers'), app) : undefined;
  if (isMap(container)) dropEmpty(container, 'volumeMounts');
  if (isMap(spec) && isMap(container) && container.items.length === 1) {
    (spec.get('containers') as YAMLSeq).items = mapsIn(spec, 'containers').filter((each) => each !== container);
  }
  for (const name of ['containers', 'volumes']) dropEmpty(spec, name);
  for (const name of ['metadata', 'spec']) dropEmpty(root, name);
}

function dropEmpty(map: unknown, name: string): void {
  if (!isMap(map)) return;
  const value = map.get(name);
  if ((isMap(value) || isSeq(value)) && value.items.length === 0) map.delete(name);
}

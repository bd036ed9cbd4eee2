/**
 * The comment that says what was added to a Pod, so that it can be taken out again:
 *
 *     # podwright add sidecar:log-streamer --set dir=/logs made +initContainers[log-streamer] containers[app].+volumeMounts[/logs] +volumes[logs]
 *
 * A path leads from the Pod's spec, or from its metadata, to a field or, in brackets, to an item of a list; a + stands before a field that was not there
 * before and goes when it becomes empty.
 */
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { fieldOf } from '../text-edits.ts';

interface PathStep {
  /** Name of a field, or what tells an item from the others of its list. */
  readonly key: string;
  readonly item: boolean;
  /** It was not there before. */
  readonly made: boolean;
}

export type EditPath = readonly PathStep[];

export interface EditRecord {
  readonly pattern: string;
  /** `OPTION=VALUE` of each option that was given. */
  readonly settings: readonly string[];
  readonly paths: readonly EditPath[];
}

/** The comment without its #. */
export function recordText({ pattern, settings, paths }: EditRecord): string {
  return ['podwright add', pattern, ...settings.map((setting) => `--set ${encoded(setting)}`), 'made', ...paths.map(pathText)].join(' ');
}

/** undefined for a line that is no such comment. */
export function readRecord(line: string): EditRecord | undefined {
  const parts = /^\s*# podwright add (\S+)((?: --set \S+)*) made(.*)$/.exec(line.trimEnd());
  if (parts === null) return undefined;
  const [, pattern = '', settings = '', paths = ''] = parts;
  return {
    pattern,
    settings: settings.split(' --set ').slice(1).map(decoded),
    paths: paths.split(' ').flatMap((path) => (path === '' ? [] : [readPath(path)])),
  };
}

export function pathText(path: EditPath): string {
  return path.map((step, index) => stepText(step, index === 0)).join('');
}

/** A field whose name has a point in it is written as an item is: the map it stands in tells that it is none. */
function stepText({ key, item, made }: PathStep, first: boolean): string {
  if (item || key.includes('.')) return `[${encoded(key)}]`;
  return `${first ? '' : '.'}${made ? '+' : ''}${encoded(key)}`;
}

function readPath(text: string): EditPath {
  return [...text.matchAll(/\[([^\]]*)\]|\.?(\+?)([^.[\]+]+)/g)].map(([, item, made, field]) =>
    item === undefined ? { key: decoded(field ?? ''), item: false, made: made === '+' } : { key: decoded(item), item: true, made: false },
  );
}

/** What would end a word, a step or a line. */
function encoded(text: string): string {
  return text.replace(/[%\s[\]+\p{Cc}]/gu, encodeURIComponent);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By which field the items of a list are told apart, as the API server does when it merges (its patchMergeKey). */
const itemKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  volumeClaimTemplates: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
};

/** What tells the item from the others of the list `name`; undefined where nothing does. */
export function itemKey(name: string, item: unknown): string | undefined {
  if (isScalar(item)) return String(item.value);
  if (!isMap(item)) return undefined;
  if (name === 'envFrom') {
    const source = ['configMapRef', 'secretRef'].find((each) => item.has(each)) ?? '';
    return `${source}/${String(item.getIn([source, 'name']))}`;
  }
  const value: unknown = item.get(itemKeys[name]);
  return value === undefined ? undefined : String(value);
}

/** The item of the list `name` with this key. */
export function itemOf(name: string, list: unknown, key: string): unknown {
  return isSeq(list) ? list.items.find((item) => itemKey(name, item) === key) : undefined;
}

/** The containers of a spec that start with the Pod, in their order. */
export function containersIn(spec: unknown): readonly YAMLMap[] {
  return [...mapsIn(spec, 'initContainers'), ...mapsIn(spec, 'containers')];
}

/** The maps in the list that a field has; none where it has none. */
export function mapsIn(map: unknown, name: string): readonly YAMLMap[] {
  const value = isMap(map) ? fieldOf(map, name)?.value : undefined;
  return isSeq(value) ? value.items.filter(isMap) : [];
}

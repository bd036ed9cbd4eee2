/** Which cluster and which namespaces are watched: what is chosen, what the cluster refuses, and what one comes back to. */
import type { PodwrightError } from '../core/podwright-error.ts';
import { plainText } from '../report/terminal-text.ts';
import type { PodScope } from '../service/pod-source.ts';
import type { Key } from './keyboard.ts';
import { connecting, type Message, type Model, type Step } from './model.ts';
import { choices, listed, openPicker, type Picker, type PickerKind, pickerKey } from './picker.ts';
import { RowMap } from './row-map.ts';

/** All namespaces, and back to those before. */
export function allNamespaces(model: Model): Step {
  return rescoped(model, model.scope === model.home ? everywhere(model.home) : model.home);
}

/** Where all namespaces were asked for already, the same value, so that there is nothing to change to. */
function everywhere(home: PodScope): PodScope {
  return home.namespaces === 'all' ? home : { ...home, namespaces: 'all' };
}

/** Opens a list to choose from, and asks for what is in it. */
export function pick(model: Model, kind: PickerKind): Step {
  return [{ ...model, picker: openPicker(kind, []) }, [{ type: 'list-choices', kind, clusters: model.clusters }]];
}

/** What was asked for has come, or cannot be had: then the namespaces that are known from the Pods are offered. */
export function choicesListed(model: Model, { kind, clusters, names }: Extract<Message, { type: 'choices' }>): Model {
  const { picker } = model;
  if (picker?.kind !== kind || clusters !== model.clusters) return model;
  if (names.state === 'read') return { ...model, picker: listed(model, { ...picker, names: names.value }) };
  if (names.state === 'reading') return model;
  const seen = kind === 'namespace' ? model.sorted.map((row) => row.namespace) : [];
  const asked = kind === 'namespace' && model.home.namespaces !== 'all' ? model.home.namespaces : [];
  return { ...model, picker: listed(model, { ...picker, names: [...new Set([...asked, ...seen])].sort(), problem: names.error }) };
}

/** What a key does while a list is open. */
export function pickKey(model: Model, picker: Picker, key: Key): Step {
  if (!('name' in key) || (key.name !== 'enter' && key.name !== 'escape')) return [{ ...model, picker: pickerKey(picker, key, model.terminal) }, []];
  const closed = { ...model, picker: undefined };
  const choice = choices(picker)[picker.cursor];
  if (key.name === 'escape') return [closed, []];
  if (choice === undefined) return [model, []];
  if (picker.kind === 'namespace') return choice.name === undefined ? rescoped(closed, everywhere(closed.home)) : namespaceChosen(closed, choice.name);
  if (choice.name === undefined) return [closed, []];
  return [{ ...closed, notice: `Opening ${plainText(choice.name)}.` }, [{ type: 'open-context', name: choice.name }]];
}

function namespaceChosen(model: Model, name: string): Step {
  const { namespaces } = model.scope;
  if (namespaces !== 'all' && namespaces.length === 1 && namespaces[0] === name) return [model, []];
  const scope: PodScope = { ...model.scope, namespaces: [name] };
  return rescoped({ ...model, home: scope }, scope);
}

/** Another scope starts from nothing, as at the start; filter, order and groups stay. */
function rescoped(model: Model, scope: PodScope): Step {
  if (scope === model.scope) return [model, []];
  const links = connecting(model.clusters, model.now);
  const empty = {
    rows: RowMap.empty,
    sorted: [],
    shown: [],
    lines: [],
    loose: false,
    synced: false,
    selected: undefined,
    marked: new Set<string>(),
    usages: undefined,
    usagesAt: Number.NEGATIVE_INFINITY,
    cursor: 0,
    top: 0,
  };
  return [{ ...model, ...empty, scope, links }, [{ type: 'watch-pods', scope }]];
}

/**
 * Another cluster, in the namespace of its context; whoever looked at all namespaces does so there too. From now on a refusal is not the end:
 * there is somewhere to go back to.
 */
export function contextOpened(model: Model, clusters: readonly string[], namespace: string): Step {
  const home: PodScope = { ...model.scope, namespaces: [namespace] };
  const scope = model.scope.namespaces === 'all' ? everywhere(home) : home;
  return rescoped({ ...model, clusters, home, accepted: home, switched: true, pod: undefined, picker: undefined, notice: undefined }, scope);
}

export function contextRefused(model: Model, name: string, error: PodwrightError): Model {
  return { ...model, notice: `Context ${plainText(name)} cannot be opened: ${plainText(error.message)}` };
}

/**
 * A scope that is refused is said, and the last that was not comes back. The first one refused ends the dashboard; that of a context chosen later
 * stays as an empty table that says why.
 */
export function refused(model: Model, scope: PodScope, error: PodwrightError): Step {
  if (scope !== model.scope) return [model, []];
  if (scope === model.accepted) {
    if (!model.switched) return [model, [{ type: 'fail', error }]];
    const links = new Map(model.clusters.map((cluster) => [cluster, { state: 'connecting', since: model.now, attempt: 1, error } as const]));
    return [{ ...model, links, notice: undefined }, []];
  }
  const { accepted } = model;
  const home = accepted.namespaces === 'all' ? model.home : accepted;
  return rescoped({ ...model, home, notice: plainText(error.message) }, accepted);
}

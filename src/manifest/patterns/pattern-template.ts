/**
 * Reads a template: its first document says what the pattern is for and what may be set, its second is a Pod with `<option>` where a value goes. In that
 * Pod, the container `<app>` is the one that is there already, and what it has is added to it.
 */
import { type Document, isMap, parseAllDocuments } from 'yaml';
import { type Json, object, text } from '../../core/json.ts';
import { isOptionFormat, type OptionFormat } from './option-formats.ts';

export interface PatternOption {
  readonly name: string;
  readonly format: OptionFormat;
  /** undefined: has to be given, unless it is `optional`. */
  readonly fallback: string | undefined;
  /** Without a value, the fields that hold it are left out. */
  readonly optional: boolean;
  /** A port that a container of the pattern listens on, and that no other of the Pod may have. */
  readonly listens: boolean;
  readonly says: string;
}

/** A value has to be given. */
export function isNeeded({ fallback, optional }: Pick<PatternOption, 'fallback' | 'optional'>): boolean {
  return fallback === undefined && !optional;
}

export interface Pattern {
  /** `sidecar:log-streamer`; of a workload `workload:deployment`. */
  readonly id: string;
  readonly purpose: string;
  readonly notWhen: string;
  readonly drawing: string;
  readonly podSecurity: 'restricted' | 'baseline';
  /** Why it is not `restricted`. */
  readonly podSecurityReason: string | undefined;
  readonly options: readonly PatternOption[];
  /** YAML. */
  readonly pod: string;
}

/** Whether it refers to no ConfigMap and no Secret, as a static Pod cannot: its kubelet starts it without asking the API server for anything. */
export function isForStaticPods({ options }: Pick<Pattern, 'options'>): boolean {
  return options.every(({ format }) => format !== 'object');
}

/** What may be set of every helper container, where its template has it. */
const helperOptions = {
  name: { type: 'name', says: 'name of the container' },
  image: { type: 'image', default: 'busybox:1.37', says: 'image of the container, with the programs that its command runs' },
  user: { type: 'user', default: '65534', says: 'user that it runs as, by number' },
  cpu: { type: 'quantity', default: '10m', says: 'CPU that is reserved for it' },
  memory: { type: 'quantity', default: '32Mi', says: 'memory that is reserved for it, and its limit' },
  size: { type: 'quantity', default: '64Mi', says: 'most that the volume may hold' },
};

/** What may be set of every pattern. */
const placeOptions = { container: { type: 'name', optional: true, says: 'container of the app; the first one by default' } };

/** `id` is where it lies: `sidecar/log-streamer.yaml` is `sidecar:log-streamer`. Throws for a template that is none: those come along with the program. */
export function readPattern(id: string, template: string): Pattern {
  const documents: readonly Document[] = parseAllDocuments(template);
  const [head, pod] = documents;
  if (head === undefined || pod === undefined || head.errors.length > 0 || pod.errors.length > 0 || !isMap(pod.contents)) {
    throw new Error(
      `the template ${id} is broken: ${[head, pod].flatMap((each) => each?.errors ?? [])[0]?.message ?? 'it has two documents, and the second is a Pod'}`,
    );
  }
  const header = object(head.toJS());
  const body = template.slice(template.indexOf('\n---\n') + 5);
  const own = object(header['options']);
  const helper = Object.entries(helperOptions).filter(([name]) => own[name] === undefined && body.includes(`<${name}>`));
  const options = [...Object.entries(own), ...helper, ...(id.startsWith('workload:') ? [] : Object.entries(placeOptions))].map(([name, about]) =>
    readOption(id, name, object(about)),
  );
  return {
    id,
    purpose: text(header['purpose']) ?? '',
    notWhen: text(header['not-when']) ?? '',
    drawing: text(header['drawing']) ?? '',
    podSecurity: header['pod-security'] === 'baseline' ? 'baseline' : 'restricted',
    podSecurityReason: text(header['why-not-restricted']),
    options,
    pod: body,
  };
}

function readOption(id: string, name: string, about: Json): PatternOption {
  const { type, says } = about;
  if (!isOptionFormat(type)) throw new Error(`the template ${id}: ${name} has no type`);
  const fallback = about['default'] ?? (name === 'name' ? id.split(':')[1] : undefined);
  return {
    name,
    format: type,
    fallback: fallback === undefined ? undefined : String(fallback),
    optional: about['optional'] === true,
    listens: about['listens'] === true,
    says: text(says) ?? '',
  };
}

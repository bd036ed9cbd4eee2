/** The objects that are linted together, found by what others refer to them by, and the version of Kubernetes that they are for. */
import { type Json, object, text } from '../../core/json.ts';

export interface SetObject {
  readonly kind: string;
  readonly json: Json;
}

export class ManifestSet {
  /** Of Kubernetes, as 29 in 1.29. */
  readonly minor: number;
  readonly #byName = new Map<string, Json>();
  #order = 0;
  /** By one label that they select, in their order: every Pod is asked about, and there may be thousands of both. */
  readonly #services = new Map<string, { readonly order: number; readonly wanted: readonly (readonly [string, unknown])[]; readonly json: Json }[]>();

  constructor(objects: Iterable<SetObject>, minor: number) {
    this.minor = minor;
    for (const { kind, json } of objects) {
      const { namespace, name } = object(json['metadata']);
      this.#byName.set(key(kind, text(namespace), text(name)), json);
      const wanted = kind === 'Service' ? Object.entries(object(object(json['spec'])['selector'])) : [];
      const [first] = wanted;
      if (first === undefined) continue;
      const services = this.#services.get(labelKey(text(namespace), ...first)) ?? [];
      services.push({ order: this.#order++, wanted, json });
      this.#services.set(labelKey(text(namespace), ...first), services);
    }
  }

  /** Without a namespace: that of the command line, which is the same for all that name none. */
  find(kind: string, namespace: string | undefined, name: string): Json | undefined {
    return this.#byName.get(key(kind, namespace, name));
  }

  /** The first Service of the namespace that sends requests to Pods of these labels. */
  serviceOf(namespace: string | undefined, labels: Readonly<Record<string, string>>): Json | undefined {
    const taking = Object.entries(labels)
      .flatMap(([name, value]) => this.#services.get(labelKey(namespace, name, value)) ?? [])
      .filter(({ wanted }) => wanted.every(([name, value]) => labels[name] === value));
    return taking.toSorted((a, b) => a.order - b.order)[0]?.json;
  }
}

function labelKey(namespace: string | undefined, name: string, value: unknown): string {
  return JSON.stringify([namespace, name, value]);
}

function key(kind: string, namespace: string | undefined, name: string | undefined): string {
  return `${kind} ${namespace ?? ''}/${name ?? ''}`;
}

/** The objects that are linted together, found by what others refer to them by. */
import { type Json, object, text } from '../../core/json.ts';

export interface SetObject {
  readonly kind: string;
  readonly json: Json;
}

export class ManifestSet {
  readonly #byName = new Map<string, Json>();
  readonly #services = new Map<string | undefined, Json[]>();

  constructor(objects: Iterable<SetObject>) {
    for (const { kind, json } of objects) {
      const { namespace, name } = object(json['metadata']);
      this.#byName.set(key(kind, text(namespace), text(name)), json);
      if (kind !== 'Service') continue;
      const services = this.#services.get(text(namespace)) ?? [];
      services.push(json);
      this.#services.set(text(namespace), services);
    }
  }

  /** Without a namespace: that of the command line, which is the same for all that name none. */
  find(kind: string, namespace: string | undefined, name: string): Json | undefined {
    return this.#byName.get(key(kind, namespace, name));
  }

  /** The first Service of the namespace that sends requests to Pods of these labels. */
  serviceOf(namespace: string | undefined, labels: Readonly<Record<string, string>>): Json | undefined {
    return this.#services.get(namespace)?.find((service) => {
      const wanted = Object.entries(object(object(service['spec'])['selector']));
      return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
    });
  }
}

function key(kind: string, namespace: string | undefined, name: string | undefined): string {
  return `${kind} ${namespace ?? ''}/${name ?? ''}`;
}

/** What the fields of objects are, as `explain` tells it. Where it comes from is a `Documentation`: the program's own data, or a cluster's OpenAPI. */

export interface NamedKind {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** What stands for it on a command line, in lower case: the plural first, then the short forms. */
  readonly words: readonly string[];
}

/** A kind that a cluster serves. */
export interface ServedKind extends NamedKind {
  readonly namespaced: boolean;
  /** Its status is written on its own, and not with the object. */
  readonly hasStatus: boolean;
}

export interface DocumentedKind extends NamedKind {
  /** The type of its objects, for `Documentation.type`. */
  readonly type: string;
}

export interface DocumentedType {
  readonly description: string;
  /** In alphabetical order. */
  readonly fields: readonly DocumentedField[];
}

export interface DocumentedField {
  readonly name: string;
  /** As kubectl writes it: `string`, `[]Container`, `map[string]Quantity`. */
  readonly shape: string;
  /** The type of what it holds, for `Documentation.type`; undefined where that has no fields. */
  readonly type: string | undefined;
  readonly required: boolean;
  /** Empty where there is none. */
  readonly description: string;
  /** The only values it takes; empty where it takes any. */
  readonly values: readonly string[];
  /** What the API server puts where the field is missing, as JSON. */
  readonly byDefault: string | undefined;
  readonly since: FieldHistory | undefined;
  /** Rules of lint that watch it. */
  readonly rules: readonly string[];
}

/** Versions of Kubernetes, such as 1.29, in which a field appeared. */
export interface FieldHistory {
  /** Behind a feature gate that is off. */
  readonly alpha: string | undefined;
  /** Usable in a cluster that nobody set up for it. */
  readonly on: string | undefined;
  readonly stable: string | undefined;
}

export interface Documentation {
  readonly kinds: readonly DocumentedKind[];
  type(name: string): DocumentedType | undefined;
}

export interface FoundField {
  readonly kind: DocumentedKind;
  /** The names from the object down; empty for the object itself. */
  readonly path: readonly string[];
  /** Undefined for the object itself. */
  readonly field: DocumentedField | undefined;
  /** Of the object or of what the field holds; undefined where that has no fields. */
  readonly type: DocumentedType | undefined;
}

/** What is wrong with one document, by the path of the field or the place in the text: what rules give, and findings are made of. */
import type { RuleId } from './lint-rules.ts';
import type { FieldPath, ManifestNode } from './manifest-tree.ts';
import type { Span } from './source-text.ts';

export interface Problem {
  readonly rule: RuleId;
  /** From the root of the object; empty where it is about the object as a whole. */
  readonly path: FieldPath;
  /** The place, where it is not that of the path. */
  readonly span?: Span;
  /** It is about the field's name, not about its value. */
  readonly onKey?: boolean;
  /** One sentence without its full stop. */
  readonly message: string;
  /** What to do, in whole sentences. */
  readonly hint?: string | undefined;
  /** Another place that belongs to it, such as the first of two equal names. */
  readonly other?: Span;
  /** How to mend it, where that is certain. */
  readonly repair?: Repair | undefined;
}

/**
 * What mends a problem without changing what the author has written: by the fields of the object. Whether it can be done in the text, and how, is decided by
 * repair-edits.ts.
 */
export type Repair =
  /** The field gets another name. */
  | { readonly kind: 'rename'; readonly to: string }
  /** The value is another one, in the quotes that it has; `inJson`: where a number is written otherwise in JSON. */
  | { readonly kind: 'rewrite'; readonly to: string; readonly inJson?: string }
  | { readonly kind: 'quote' }
  | { readonly kind: 'unquote' }
  /** The field goes into the map at this path, which is made where there is none. */
  | { readonly kind: 'move'; readonly to: FieldPath }
  /** A field with these fields, in the map at `holder`, takes the place of this one. */
  | { readonly kind: 'replace'; readonly holder: FieldPath; readonly name: string; readonly fields: readonly (readonly [name: string, value: string])[] }
  /** The item of the list goes, where another one before it is the same. */
  | { readonly kind: 'drop-twin' }
  /** The field of this key goes: the same is there before it. */
  | { readonly kind: 'drop-field'; readonly key: Span; readonly value: ManifestNode; readonly flow: boolean };

/** A person looks at no more of one object; a hostile one could have millions. */
const mostProblems = 100;

/** Gathers the problems of one object, up to a bound. */
export class Problems {
  readonly found: Problem[] = [];

  add(rule: RuleId, path: FieldPath, message: string, hint?: string, repair?: Repair): void {
    this.tell({ rule, path, message, hint, repair });
  }

  /** As `add`, for what is wrong with the field's being there. */
  addOnKey(rule: RuleId, path: FieldPath, message: string, hint?: string, repair?: Repair): void {
    this.tell({ rule, path, onKey: true, message, hint, repair });
  }

  tell(problem: Problem): void {
    if (this.found.length < mostProblems) this.found.push(problem);
    else if (this.found.length === mostProblems)
      this.found.push({ rule: 'too-many', path: problem.path, message: `There is more than these ${mostProblems} in this object` });
  }
}

/** What is wrong with one document, by the path of the field or the place in the text: what rules give, and findings are made of. */
import type { RuleId } from './lint-rules.ts';
import type { FieldPath } from './manifest-tree.ts';
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
}

/** A person looks at no more of one object; a hostile one could have millions. */
const mostProblems = 100;

/** Gathers the problems of one object, up to a bound. */
export class Problems {
  readonly found: Problem[] = [];

  add(rule: RuleId, path: FieldPath, message: string, hint?: string): void {
    this.tell({ rule, path, message, hint });
  }

  /** As `add`, for what is wrong with the field's being there. */
  addOnKey(rule: RuleId, path: FieldPath, message: string, hint?: string): void {
    this.tell({ rule, path, onKey: true, message, hint });
  }

  tell(problem: Problem): void {
    if (this.found.length < mostProblems) this.found.push(problem);
    else if (this.found.length === mostProblems)
      this.found.push({ rule: 'too-many', path: problem.path, message: `There is more than these ${mostProblems} in this object` });
  }
}

/**
 * Checks selectors before a server sees them, so that a slip is shown where it is. They are sent as they were written.
 * Source: the grammar in k8s.io/apimachinery/pkg/labels/selector.go and pkg/fields/selector.go.
 */
import { PodwrightError } from '../src/core/podwright-error.ts';

const keyPrefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const keyName = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Throws `usage` with the column where a label selector stops making sense. */
export function checkLabelSelector(selector: string): void {
  new LabelSelectorReader(selector).check();
}

/** Throws `usage` for a field selector that is not made of FIELD=VALUE, FIELD==VALUE and FIELD!=VALUE. Which fields there are, the server says. */
export function checkFieldSelector(selector: string): void {
  let column = 1;
  for (const term of selector.match(/(?:\\[^]|[^,\\])+/g) ?? []) {
    if (!/^[^=!]+(?:!=|==?)/.test(term)) {
      throw new PodwrightError('usage', `--field-selector ${selector}: "${term.trim()}" at column ${column} compares nothing`, {
        hint: 'Write it like status.phase=Running,spec.nodeName!=worker.',
      });
    }
    column += term.length + 1;
  }
}

/** Holds the position while a label selector is read. */
class LabelSelectorReader {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  check(): void {
    for (;;) {
      this.requirement();
      const next = this.token();
      if (next.text === '') return;
      if (next.text !== ',') throw this.error(`found "${next.text}", expected a comma or the end`, next.at);
    }
  }

  private requirement(): void {
    const first = this.token();
    const negated = first.text === '!';
    const key = negated ? this.token() : first;
    this.checkKey(key);
    const before = this.at;
    const operator = this.token();
    if (operator.text === '' || operator.text === ',') {
      this.at = before;
    } else if (negated) {
      throw this.error(`found "${operator.text}", expected a comma or the end after !${key.text}`, operator.at);
    } else if (operator.text === 'in' || operator.text === 'notin') {
      this.set(operator.text);
    } else if (['=', '==', '!=', '<', '>'].includes(operator.text)) {
      this.value(operator.text);
    } else {
      throw this.error(`found "${operator.text}", expected an operator (=, ==, !=, in, notin, <, >)`, operator.at);
    }
  }

  private value(operator: string): void {
    const before = this.at;
    const value = this.token();
    if (value.text === '' || value.text === ',') {
      if (operator === '<' || operator === '>') throw this.error(`expected a whole number after ${operator}`, value.at);
      this.at = before;
      return;
    }
    this.checkValue(value);
    if ((operator === '<' || operator === '>') && !/^\d+$/.test(value.text)) throw this.error(`"${value.text}" after ${operator} is no whole number`, value.at);
  }

  private set(operator: string): void {
    const open = this.token();
    if (open.text !== '(') throw this.error(`found "${open.text}", expected ( after ${operator}`, open.at);
    for (let value = this.token(); ; value = this.token()) {
      if (value.text === '') throw this.error(`the ( after ${operator} is not closed`, open.at);
      if (value.text === ')') return;
      if (value.text !== ',') this.checkValue(value);
    }
  }

  private checkKey({ text, at }: Token): void {
    if (text === '') throw this.error(this.source.trim() === '' ? 'it is empty' : 'a label is missing', at);
    const slash = text.indexOf('/');
    const prefix = slash < 0 ? undefined : text.slice(0, slash);
    if (!keyName.test(text.slice(slash + 1)) || (prefix !== undefined && (prefix.length > 253 || !keyPrefix.test(prefix)))) {
      throw this.error(`"${text}" is not the name of a label`, at);
    }
  }

  private checkValue({ text, at }: Token): void {
    if (!labelValue.test(text)) throw this.error(`"${text}" is not a value a label can have`, at);
  }

  private token(): Token {
    const rest = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)?/y;
    rest.lastIndex = this.at;
    const text = rest.exec(this.source)?.[1] ?? '';
    const end = rest.lastIndex;
    this.at = end;
    return { text, at: end - text.length };
  }

  private error(problem: string, at: number): PodwrightError {
    return new PodwrightError('usage', `-l ${JSON.stringify(this.source)}: ${problem}, at column ${at + 1}`, {
      hint: "Write it like app=web,tier!=cache,'env in (dev,test)','!legacy'.",
    });
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

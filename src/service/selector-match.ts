/**
 * Decides by itself which Pods a selector means, where there is no server to ask. Pure. Selectors have been checked before: what is no selector matches
 * nothing. Source of the rules: Requirement.Matches in k8s.io/apimachinery/pkg/labels/selector.go.
 */
import type { PodFacts } from '../core/pod-facts.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { PodScope } from './pod-source.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether the scope takes the Pod in. Throws `usage` for a field that only a server can select by. */
export function scopeFilter({ namespaces, labelSelector, fieldSelector }: PodScope): (pod: PodFacts) => boolean {
  const matches = labelsMatch(labelSelector);
  const fields = fieldSelector === undefined ? [] : fieldRequirements(fieldSelector);
  return (pod) => (namespaces === 'all' || namespaces.includes(pod.namespace)) && matches(pod.labels) && fields.every((holds) => holds(pod));
}

/** Whether labels are as a label selector asks; all are where there is none. */
export function labelsMatch(selector: string | undefined): (labels: Labels) => boolean {
  const requirements = selector === undefined ? [] : labelRequirements(selector);
  return (labels) => requirements.every((matches) => matches(labels));
}

/** `a=b,c in (d,e),!f` as tests of labels. */
function labelRequirements(selector: string): readonly ((labels: Labels) => boolean)[] {
  // A comma inside parentheses belongs to the values.
  return (selector.match(/(?:\([^)]*\)|[^,(])+/g) ?? []).map((requirement) => {
    const [, negated, key = '', operator = '', value = ''] = /^\s*(!?)\s*([^\s=!<>(]+)\s*(==|!=|=|<|>|notin\b|in\b)?\s*([^]*?)\s*$/.exec(requirement) ?? [];
    const values = new Set(
      value
        .replace(/^\(|\)$/g, '')
        .split(',')
        .map((one) => one.trim()),
    );
    switch (operator) {
      case '=':
      case '==':
        return (labels) => labels[key] === value;
      case '!=':
        return (labels) => labels[key] !== value;
      case 'in':
        return (labels) => labels[key] !== undefined && values.has(labels[key]);
      case 'notin':
        return (labels) => labels[key] === undefined || !values.has(labels[key]);
      case '<':
        return (labels) => wholeNumber(labels[key]) < Number(value);
      case '>':
        return (labels) => wholeNumber(labels[key]) > Number(value);
      default:
        return (labels) => (labels[key] === undefined) === (negated === '!');
    }
  });
}

/** NaN, which is neither less nor greater, where it is none. */
function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

const fields: Readonly<Record<string, (pod: PodFacts) => string>> = {
  'metadata.name': ({ name }) => name,
  'metadata.namespace': ({ namespace }) => namespace,
  'spec.nodeName': ({ nodeName }) => nodeName ?? '',
  'status.phase': ({ phase }) => phase,
};

function fieldRequirements(selector: string): readonly ((pod: PodFacts) => boolean)[] {
  return selector
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => {
      const [, field = '', operator = '', value = ''] = /^\s*([^=!]+?)\s*(==|!=|=)\s*([^]*?)\s*$/.exec(term) ?? [];
      const read = fields[field];
      if (read === undefined) {
        throw new PodwrightError('usage', `--field-selector: a recording cannot be selected by "${field}"`, {
          hint: `There are: ${Object.keys(fields).join(', ')}.`,
        });
      }
      return (pod) => (read(pod) === value) !== (operator === '!=');
    });
}

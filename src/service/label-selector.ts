/** Writes a workload's LabelSelector object as the text that a list takes. Pure. */
import { object as record } from '../core/json.ts';

/** `a=b,c in (d,e),!f`. Unknown operators and parts of the wrong type throw nothing and are left out: the API server has validated the object. */
export function labelSelectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = record(selector);
  const equalities = Object.entries(record(matchLabels)).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = (Array.isArray(matchExpressions) ? matchExpressions : []).flatMap((expression) => {
    const { key, operator, values } = record(expression);
    const options = Array.isArray(values) ? values.join(',') : '';
    switch (operator) {
      case 'In':
        return [`${String(key)} in (${options})`];
      case 'NotIn':
        return [`${String(key)} notin (${options})`];
      case 'Exists':
        return [String(key)];
      case 'DoesNotExist':
        return [`!${String(key)}`];
      default:
        return [];
    }
  });
  return [...equalities, ...expressions].join(',');
}

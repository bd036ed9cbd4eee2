/** What became of an object that was applied, for people: one line, and what is wrong with it below. */
import type { AppliedObject, ApplyOutcome } from '../core/change/apply-report.ts';
import type { FieldChange } from '../core/change/changed-fields.ts';
import { objectText } from '../core/change/object-name.ts';
import { counted } from '../core/diagnosis/wording.ts';
import { isSecretVariable } from '../core/secret-text.ts';
import { type Style, styleOf } from './style.ts';
import { plainText } from './terminal-text.ts';

/** Fields that are named in the line; of more, how many. */
const mostChanges = 3;
const longestValue = 40;

const words: Readonly<Record<ApplyOutcome, string>> = {
  created: 'created',
  changed: 'changed',
  unchanged: 'unchanged',
  replaced: 'replaced',
  failed: 'failed',
  unknown: 'unknown',
  'not-tried': 'not tried',
};

/** `deploy/web changed: spec.replicas 2 → 3`; in a dry run, as it would be. */
export function appliedText({ object, place, outcome, changes, problem }: AppliedObject, { color, unicode, dryRun }: ApplyStyle): string {
  const style = styleOf(color);
  const what = paint(style, outcome)(words[outcome]);
  const where = object.namespace === undefined ? '' : style.dim(` in ${plainText(object.namespace)}`);
  const dry = dryRun && outcome !== 'failed' && outcome !== 'not-tried' ? style.dim(' (dry run)') : '';
  const told = outcome === 'changed' && changes !== undefined && changes.length > 0 ? `: ${changesText(changes, unicode)}` : '';
  const first = `${plainText(objectText(object))} ${what}${where}${dry}${told}`;
  if (problem === undefined) return `${first}\n`;
  const lines = [
    `  ${plainText(`${place.file}:${place.line}`)}: ${plainText(problem.message)}`,
    ...problem.conflicts.map(({ field, manager }) => `    ${plainText(field)}   managed by ${plainText(manager)}${managerWords(manager)}`),
    ...problem.immutable.map(({ path, why }) => `    ${plainText(path)}   ${why}`),
    ...(problem.hint === undefined ? [] : [`  ${style.dim('try')} ${plainText(problem.hint)}`]),
  ];
  return `${[first, ...lines].join('\n')}\n`;
}

export interface ApplyStyle {
  readonly color: boolean;
  readonly unicode: boolean;
  readonly dryRun: boolean;
}

function paint(style: Style, outcome: ApplyOutcome): (text: string) => string {
  if (outcome === 'failed') return style.red;
  if (outcome === 'unknown' || outcome === 'not-tried') return style.yellow;
  return outcome === 'unchanged' ? style.dim : style.green;
}

/** What the names of well-known managers stand for. */
function managerWords(manager: string): string {
  const known = {
    'kubectl-client-side-apply': '`kubectl apply`',
    'kubectl-edit': '`kubectl edit`',
    'kubectl-create': '`kubectl create`',
    'podwright-edit': '`podwright edit`',
  };
  const meant = (known as Readonly<Record<string, string | undefined>>)[manager];
  return meant === undefined ? '' : ` (${meant})`;
}

function changesText(changes: readonly FieldChange[], unicode: boolean): string {
  const shown = changes.slice(0, mostChanges).map((change) => changeText(change, unicode));
  const more = changes.length > mostChanges ? [`and ${counted(changes.length - mostChanges, 'more field')}`] : [];
  return [...shown, ...more].join(', ');
}

/** A short value is shown, unless its name says that it is nobody's business. */
function changeText({ path, before, after }: FieldChange, unicode: boolean): string {
  const name = plainText(path);
  if (after === undefined) return `${name} removed`;
  const [was, is] = [valueText(before), valueText(after)];
  if (is === undefined || isPrivate(path)) return before === undefined ? `${name} added` : name;
  return before === undefined ? `${name} ${is}` : was === undefined ? name : `${name} ${was} ${unicode ? '→' : '->'} ${is}`;
}

function isPrivate(path: string): boolean {
  const variable = /\.env\[([^\]]*)\]/.exec(path)?.[1];
  return (variable !== undefined && isSecretVariable(variable)) || /^(?:data|stringData|binaryData)\b/.test(path);
}

function valueText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const shown = plainText(String(value));
  return shown.length > longestValue || /\n/.test(String(value)) ? undefined : shown;
}

/** `3 applied, 1 unchanged, 1 failed`. */
export function applySummary(done: readonly AppliedObject[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of done) counts.set(words[outcome], (counts.get(words[outcome]) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

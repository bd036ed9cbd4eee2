/** The lines of a manifest as they may be shown: the values of a Secret, and of variables whose names speak of one, are left out. */
import { isSecretVariable, redacted, redactedText } from '../core/secret-text.ts';

/** Fields of Kubernetes whose names speak of secrets, and that refer to them only. */
const references =
  /^\s*(?:- +)*["']?(?:secret|secrets|secretName|secretRef|secretKeyRef|imagePullSecrets|nodePublishSecretRef|serviceAccountToken|automountServiceAccountToken)["']?\s*:/;
const value = /((?:^|[\s{,"'-])value["']?\s*:\s*)(?=\S)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,}#]+)/;
const named = /(?:^|[\s{,-])["']?name["']?\s*:\s*["']?([\w.-]+)/;

/** `ofSecret`: the lines belong to an object of kind Secret. */
export function shownLines(lines: readonly string[], ofSecret: boolean): readonly string[] {
  let variable = '';
  return lines.map((line) => {
    if (ofSecret) return secretLine(line);
    variable = named.exec(line)?.[1] ?? variable;
    const masked = isSecretVariable(variable) ? line.replace(value, `$1${redacted}`) : line;
    return references.test(line) ? masked : redactedText(masked);
  });
}

/** Its fields without their values; a line that is no field, as inside a text of several, is left out whole. */
function secretLine(line: string): string {
  const field = /^(\s*(?:- +)*["']?[\w./-]+["']?\s*:)(\s*)(.*)$/.exec(line);
  if (field === null) return line.trim() === '' ? line : redacted;
  const [, name = '', blank = '', rest = ''] = field;
  const plain = rest === '' || /^\s*(?:kind|apiVersion|type|name|namespace)["']?\s*:/.test(line);
  return plain ? line : `${name}${blank}${redacted}`;
}

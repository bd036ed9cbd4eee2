/** Kubernetes quantities (`250m`, `1.5Gi`, `2e3`), for comparing them. The grammar is that of k8s.io/apimachinery/pkg/api/resource. */

const decimalExponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const grammar = /^([-+]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([-+]?\d+))?$/;

/** More digits than any quantity has; the rest of a hostile one is not worth computing. */
const mostDigits = 60;

/** The quantity's number, to the precision of a double; undefined for text that is none. */
export function quantityNumber(text: string): number | undefined {
  const parts = grammar.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', onlyFraction = '', suffix = '', exponent = ''] = parts;
  const binary = binaryExponents[suffix];
  const number = Number(`${sign}${whole}.${fraction}${onlyFraction}0e${exponent === '' ? (decimalExponents[suffix] ?? 0) : exponent}`);
  return binary === undefined ? number : number * 2 ** binary;
}

/** The quantity in thousand millionths, which is as exact as Kubernetes keeps them: what is finer is rounded away from zero. */
export function quantityNanos(text: string): bigint | undefined {
  const parts = grammar.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', onlyFraction = '', suffix = '', exponentText = ''] = parts;
  const fractional = `${fraction}${onlyFraction}`.slice(0, mostDigits);
  const exponent = exponentText === '' ? (decimalExponents[suffix] ?? 0) : Math.max(-mostDigits, Math.min(Number(exponentText), mostDigits));
  const coefficient = BigInt(`${whole}${fractional}` || '0') << BigInt(binaryExponents[suffix] ?? 0);
  const shift = 9 + exponent - fractional.length;
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  const amount = shift < 0 ? (coefficient + divisor - 1n) / divisor : coefficient * 10n ** BigInt(shift);
  return sign === '-' ? -amount : amount;
}

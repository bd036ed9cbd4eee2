/** Kubernetes quantities (`250m`, `1.5Gi`, `2e3`), for comparing them. */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The quantity's number, to the precision of a double; undefined for text that is none. Source: k8s.io/apimachinery/pkg/api/resource. */
export function quantityNumber(text: string): number | undefined {
  const parts = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|([eE][-+]?\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, digits, suffix = '', exponent = ''] = parts;
  return Number(`${digits}${exponent}`) * (factors[suffix] ?? 1);
}

/**
 * What a YAML scalar means to Kubernetes. Its reader (sigs.k8s.io/yaml over go-yaml v2) follows YAML 1.1 in part: `yes` and `on` are booleans, `0777` and
 * `0o777` are 511, `1_000` is 1000, `1:30` and dates stay text. The rules here are those of go-yaml's resolve.go, in its order.
 */

/** A value as JSON would hold it, with what an integer has to keep beyond the precision of a double. */
export type ScalarValue =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  /** `exact` is there where a double cannot hold it. */
  | { readonly type: 'integer'; readonly value: number; readonly exact?: bigint }
  | { readonly type: 'float'; readonly value: number };

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, { type: 'boolean', value: true }] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, { type: 'boolean', value: false }] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { type: 'null', value: null }] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { type: 'float', value: Number.NaN }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, { type: 'float', value: Number.POSITIVE_INFINITY }] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, { type: 'float', value: Number.NEGATIVE_INFINITY }] as const),
]);

/** Formats that it takes for a time, which Kubernetes keeps as text. */
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;
const yamlFloat = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
// strconv.ParseFloat takes hexadecimal floats and underscores only with base prefixes; a text that starts with a point is decimal.
const goFloat = /^\.[0-9]+([eE][-+]?[0-9]+)?$/;

/** The value of a plain scalar, one without quotes. */
export function plainScalar(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text[0] ?? '';
  if (first === '.') return goFloat.test(text) ? float(text) : { type: 'string', value: text };
  if (!/[-+0-9]/.test(first) || timestamp.test(text)) return { type: 'string', value: text };
  const plain = text.replaceAll('_', '');
  const integer = goInteger(plain);
  if (integer !== undefined) return integer;
  return yamlFloat.test(plain) ? float(plain) : { type: 'string', value: text };
}

/** The value of a scalar under one of YAML's own tags, such as `!!str`; undefined where the text is none of that type. Tags of others leave it text. */
export function taggedScalar(text: string, tag: string, plain: boolean): ScalarValue | undefined {
  switch (tag) {
    case 'bool':
    case 'int':
    case 'float':
    case 'null': {
      const value = plainScalar(text);
      if (tag === 'float' && value.type === 'integer') return { type: 'float', value: value.value };
      return value.type === { bool: 'boolean', int: 'integer', float: 'float', null: 'null' }[tag] ? value : undefined;
    }
    case 'binary': {
      const compact = text.replace(/[\r\n]/g, '');
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) return undefined;
      return { type: 'string', value: Buffer.from(compact, 'base64').toString('utf8') };
    }
    case '':
      return plain ? plainScalar(text) : { type: 'string', value: text };
    default:
      return { type: 'string', value: text };
  }
}

function float(text: string): ScalarValue {
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : { type: 'string', value: text };
}

/** strconv.ParseInt and ParseUint with base 0: decimal, 0x, 0o, 0b and the old octal with a leading 0. Beyond 64 bits it is no integer. */
function goInteger(text: string): ScalarValue | undefined {
  const parts = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, hexadecimal, octal, binary, oldOctal, decimal] = parts;
  const literal =
    decimal ?? (hexadecimal === undefined ? undefined : `0x${hexadecimal}`) ?? (binary === undefined ? undefined : `0b${binary}`) ?? `0o${octal ?? oldOctal}`;
  if (literal.length < 15) return { type: 'integer', value: (sign === '-' ? -1 : 1) * Number(literal) + 0 };
  const exact = (sign === '-' ? -1n : 1n) * BigInt(literal);
  // A number with a sign is read as a signed one only.
  const most = sign === '' ? 2n ** 64n : 2n ** 63n;
  if (exact >= most || exact < -(2n ** 63n)) return undefined;
  return { type: 'integer', value: Number(exact), exact };
}

/** The value as JSON text, as Go's encoder writes it. Infinities and NaN have none. */
export function jsonNumber(scalar: Extract<ScalarValue, { type: 'integer' | 'float' }>): string {
  return scalar.type === 'integer' && scalar.exact !== undefined ? String(scalar.exact) : String(scalar.value);
}

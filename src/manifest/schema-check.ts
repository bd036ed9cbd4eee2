/**
 * Reads an object by its schema, as the API server decodes it strictly: finds fields that do not exist or stand in the wrong place, values of a wrong type
 * and what is missing, and gives the object as plain JSON without what was wrong, for the checks that come after.
 */
import type { Json } from '../core/json.ts';
import { quantityNanos } from '../core/quantity.ts';
import { fieldAge } from './field-age.ts';
import { type Ancestor, fieldRepair, misplaced } from './field-places.ts';
import { type FieldPath, isNull, type ManifestMap, type ManifestNode, type ManifestScalar } from './manifest-tree.ts';
import type { Problems, Repair } from './problem.ts';
import { type FieldSchema, type ScalarCode, type TypeSchema, typeSchema } from './schema.ts';
import { jsonNumber } from './yaml-scalars.ts';

/** What an object is checked by. */
interface SchemaChoice {
  /** Of Kubernetes, as 29 in 1.29. */
  readonly minor: number;
  /** Where the object stands in its document; the root by default. */
  readonly path?: FieldPath;
  /** The fields of a type; those of the client's models by default. */
  readonly fields?: (type: string) => TypeSchema;
}

/** The object as JSON, of a type such as V1Pod. */
export function checkSchema(root: ManifestNode, type: string, { minor, path = [], fields = typeSchema }: SchemaChoice, problems: Problems): Json {
  return new SchemaCheck(problems, minor, fields, type === 'V1Secret').object(root, type, path, []) ?? {};
}

/** Required by the schema, though the API server takes their zero value, or fills them in. Found by comparing with its dry run. */
const zeroTaken: ReadonlySet<string> = new Set([
  'V1CSIDriver.spec',
  'V1CSINode.spec',
  'V1CSINodeSpec.drivers',
  'V1ControllerRevision.revision',
  'V1CustomResourceDefinitionVersion.served',
  'V1DeviceCapacity.value',
  'V1DeviceClass.spec',
  'V1ForZone.name',
  'V1HTTPHeader.value',
  'V1ISCSIVolumeSource.lun',
  'V1LimitRangeSpec.limits',
  'V1PodFailurePolicy.rules',
  'V1PodFailurePolicyOnPodConditionsPattern.status',
  'V1ResourceClaim.spec',
  'V1ResourceClaimTemplate.spec',
  'V1ResourceClaimTemplateSpec.spec',
  'V1ResourcePool.generation',
  'V1ScaleIOVolumeSource.secretRef',
  'V1SleepAction.seconds',
  'V1Sysctl.value',
  'V1TokenRequest.audience',
]);

class SchemaCheck {
  readonly #problems: Problems;
  readonly #minor: number;
  readonly #fields: (type: string) => TypeSchema;
  /** The values of a Secret are not told. */
  readonly #hidesValues: boolean;
  /** What the status says is not looked at when an object is created. */
  #inStatus = false;

  constructor(problems: Problems, minor: number, fields: (type: string) => TypeSchema, hidesValues: boolean) {
    this.#problems = problems;
    this.#minor = minor;
    this.#fields = fields;
    this.#hidesValues = hidesValues;
  }

  object(node: ManifestNode, type: string, path: FieldPath, above: readonly Ancestor[]): Json | undefined {
    if (node.kind !== 'map') {
      this.#wrongType(node, path, 'fields', typeAdvice(node, 'object'));
      return undefined;
    }
    const schema = this.#fields(type);
    const here = [...above, { type, path }];
    const read: Record<string, unknown> = {};
    for (const { name, value } of node.fields.values()) {
      const field = schema.get(name);
      const at = [...path, name];
      if (field === undefined) {
        const age = fieldAge(type, name, this.#minor);
        if (age?.rule === 'newer-field') this.#problems.addOnKey(age.rule, at, age.message, age.hint);
        else {
          const { rule, message, hint } = misplaced(name, value, here, this.#fields);
          this.#problems.addOnKey(rule, at, message, hint, fieldRepair(name, node, here, this.#fields));
        }
        continue;
      }
      const outside = !this.#inStatus;
      if (path.length === 0 && name === 'status') this.#inStatus = true;
      const age = this.#inStatus || isNull(value) ? undefined : fieldAge(type, name, this.#minor);
      if (age !== undefined) this.#problems.addOnKey(age.rule, at, age.message, age.hint);
      const json = this.#field(value, field, at, here);
      if (outside) this.#inStatus = false;
      if (json !== undefined) read[name] = json;
    }
    this.#missing(node, type, schema, path, read);
    return read;
  }

  #missing(node: ManifestMap, type: string, schema: TypeSchema, path: FieldPath, read: Json): void {
    if (this.#inStatus) return;
    for (const { name, required } of schema.values()) {
      if (!required || zeroTaken.has(`${type}.${name}`)) continue;
      const written = node.fields.get(name)?.value;
      const value = read[name];
      const empty = value === '' || (Array.isArray(value) && value.length === 0);
      if (written !== undefined && !isNull(written) && !empty) continue;
      if (written === undefined) this.#problems.add('missing-field', path, `${name} is missing`);
      else this.#problems.add('missing-field', [...path, name], `${name} is empty`);
    }
  }

  #field(node: ManifestNode, field: FieldSchema, path: FieldPath, above: readonly Ancestor[]): unknown {
    // JSON's null leaves a field as if it were not there.
    if (isNull(node)) return undefined;
    switch (field.container) {
      case 'one':
        return this.#value(node, field, path, above);
      case 'list':
        if (node.kind === 'list') return node.items.map((item, index) => this.#item(item, field, [...path, index], above));
        this.#wrongType(node, path, 'a list', typeAdvice(node, 'array'));
        return undefined;
      case 'map': {
        if (node.kind !== 'map') {
          this.#wrongType(node, path, 'names with values', node.kind === 'list' ? 'Leave out the dashes.' : undefined);
          return undefined;
        }
        const entries = [...node.fields.values()].map(({ name, value }) => [name, this.#item(value, field, [...path, name], above)] as const);
        return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
      }
    }
  }

  /** In a list or map, null is the zero of its type, and what has a wrong type keeps its place. */
  #item(node: ManifestNode, field: FieldSchema, path: FieldPath, above: readonly Ancestor[]): unknown {
    if (!isNull(node)) return this.#value(node, field, path, above) ?? zeroOf(field);
    if (field.type !== undefined) return this.object({ kind: 'map', span: node.span, fields: new Map() }, field.type, path, above);
    return zeroOf(field);
  }

  #value(node: ManifestNode, { scalar, type }: FieldSchema, path: FieldPath, above: readonly Ancestor[]): unknown {
    if (type !== undefined) return this.object(node, type, path, above);
    if (scalar === '*') return plainJson(node);
    if (node.kind === 'scalar' && scalar !== undefined) return this.#scalar(node, scalar, path);
    this.#wrongType(node, path, scalarNames[scalar ?? 's'], typeAdvice(node, 'string'));
    return undefined;
  }

  #scalar(node: ManifestScalar, code: Exclude<ScalarCode, '*'>, path: FieldPath): unknown {
    const { scalar, text } = node;
    switch (code) {
      case 's':
        if (scalar.type === 'string') return scalar.value;
        this.#wrongType(node, path, scalarNames.s, typeAdvice(node, 'string'), { kind: 'quote' });
        return undefined;
      case 'i':
      case 'l':
        return this.#integer(node, code, path);
      case 'f':
        if (scalar.type === 'integer' || scalar.type === 'float') return scalar.value;
        this.#wrongType(node, path, scalarNames.f, typeAdvice(node, 'number'));
        return undefined;
      case 'b':
        if (scalar.type === 'boolean') return scalar.value;
        this.#wrongType(
          node,
          path,
          scalarNames.b,
          typeAdvice(node, 'boolean'),
          scalar.type === 'string' && /^(?:true|false)$/.test(text) ? { kind: 'unquote' } : undefined,
        );
        return undefined;
      case 'p':
        return scalar.type === 'string' ? scalar.value : this.#integer(node, 'i', path);
      case 'd':
        if (scalar.type === 'string' && rfc3339.test(scalar.value) && !Number.isNaN(Date.parse(scalar.value))) return scalar.value;
        this.#wrongType(node, path, scalarNames.d, 'Write it like 2026-01-31T12:00:00Z.');
        return undefined;
      case 'y':
        if (scalar.type === 'string' && base64.test(scalar.value.replace(/[\r\n]/g, ''))) return scalar.value;
        this.#wrongType(node, path, scalarNames.y, 'Plain text goes under stringData.');
        return undefined;
      case 'q': {
        const quantity = scalar.type === 'integer' || scalar.type === 'float' ? jsonNumber(scalar) : scalar.type === 'string' ? scalar.value.trim() : '';
        if (quantityNanos(quantity) !== undefined) return quantity;
        this.#problems.add('invalid-value', path, `"${text}" is no quantity`, quantityHint(text));
        return undefined;
      }
    }
  }

  /** A float that is whole becomes an integer on its way through JSON. */
  #integer(node: ManifestScalar, code: 'i' | 'l', path: FieldPath): number | undefined {
    const { scalar, text } = node;
    const number = scalar.type === 'integer' || (scalar.type === 'float' && Number.isInteger(scalar.value) && Math.abs(scalar.value) < 1e21);
    if (!number) {
      if (scalar.type === 'string') this.#wrongType(node, path, scalarNames[code], numberHint(text, path), numberRepair(text, path));
      else this.#wrongType(node, path, scalarNames[code]);
      return undefined;
    }
    const { value } = scalar;
    const exact = scalar.type === 'integer' && scalar.exact !== undefined ? scalar.exact : BigInt(value);
    const most = code === 'i' ? 2n ** 31n : 2n ** 63n;
    if (exact < most && exact >= -most) return value;
    this.#problems.add('invalid-value', path, `${text} is beyond what ${code === 'i' ? '32' : '64'} bits hold`);
    return undefined;
  }

  #wrongType(node: ManifestNode, path: FieldPath, wanted: string, hint?: string, repair?: Repair): void {
    const name = path.findLast((step) => typeof step === 'string') ?? 'An object';
    const subject = typeof path.at(-1) === 'number' ? `An item of ${name}` : name;
    if (this.#hidesValues) this.#problems.add('wrong-type', path, `${subject} takes ${wanted}`, undefined, repair);
    else this.#problems.add('wrong-type', path, `${subject} takes ${wanted}, and this is ${foundText(node)}`, hint, repair);
  }
}

const scalarNames: Readonly<Record<ScalarCode, string>> = {
  s: 'text',
  y: 'bytes in base64',
  i: 'a whole number',
  l: 'a whole number',
  f: 'a number',
  b: 'true or false',
  d: 'a time',
  p: 'a whole number or text',
  q: 'a quantity',
  '*': 'anything',
};

// time.Parse(time.RFC3339, …).
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** How to write what has another type than JSON's `wanted`, where that can be told. */
export function typeAdvice(node: ManifestNode, wanted: string): string | undefined {
  switch (wanted) {
    case 'object':
      return node.kind === 'list' ? 'It takes one, not a list: leave out the dash.' : 'Its fields follow in lines that are indented further.';
    case 'array':
      return node.kind === 'map' ? 'Put "- " before the first field of each item.' : 'Put each item into a line that begins with "- ".';
    default:
      if (node.kind !== 'scalar') return node.kind === 'list' ? 'It takes one value, not a list.' : undefined;
  }
  const { scalar, text } = node;
  switch (wanted) {
    case 'string':
      return `Put it in quotes: "${text}".`;
    case 'boolean':
      return scalar.type === 'string' && /^(?:true|false)$/i.test(text) ? 'Take the quotes away.' : 'Write true or false.';
    case 'number':
      return 'Write a number.';
    default:
      return scalar.type === 'string' && /^-?\d+$/.test(text) ? 'Take the quotes away.' : undefined;
  }
}

export function foundText(node: ManifestNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map of fields';
  const { scalar, text } = node;
  switch (scalar.type) {
    case 'string':
      return `the text "${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
    case 'boolean':
      return text === String(scalar.value) ? text : `${text}, which YAML reads as ${scalar.value}`;
    case 'null':
      return 'nothing';
    default:
      return `the number ${text}`;
  }
}

/** Decimal numbers alone: one that begins with 0 is octal without its quotes. Minutes may as well be thousandths, as they are in quantities. */
function numberRepair(text: string, path: FieldPath): Repair | undefined {
  if (/^(?:0|-?[1-9]\d*)$/.test(text)) return { kind: 'unquote' };
  const seconds = String(path.at(-1)).endsWith('Seconds') ? /^([1-9]\d*)s$/.exec(text)?.[1] : undefined;
  return seconds === undefined ? undefined : { kind: 'rewrite', to: seconds };
}

function numberHint(text: string, path: FieldPath): string | undefined {
  if (/^-?\d+$/.test(text)) return 'Take the quotes away.';
  const [, amount, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  if (amount === undefined || !String(path.at(-1)).endsWith('Seconds')) return undefined;
  return `It is counted in seconds: ${Number(amount) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1)}.`;
}

function quantityHint(text: string): string {
  if (/^\d+(?:\.\d+)?\s*[kKmMgG][bB]$/.test(text)) return `Write ${text.replace(/\s*([kKmMgG])[bB]$/, (_, unit: string) => `${unit.toUpperCase()}i`)}.`;
  return 'Quantities look like 250m, 1.5, 64Mi or 2G.';
}

function zeroOf({ scalar, type }: FieldSchema): unknown {
  if (type !== undefined) return {};
  switch (scalar) {
    case 'i':
    case 'l':
    case 'f':
    case 'p':
      return 0;
    case 'b':
      return false;
    case 'q':
      return '0';
    default:
      return '';
  }
}

/** A node as JSON, whatever it is. */
export function plainJson(node: ManifestNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.scalar.value;
    case 'list':
      return node.items.map(plainJson);
    case 'map':
      return Object.fromEntries([...node.fields.values()].map(({ name, value }) => [name, plainJson(value)]));
  }
}

/**
 * What the schema of a custom resource asks of a value beyond its type: ranges, lengths, patterns, formats, the only words, and the junctions of those. Source:
 * kube-openapi's pkg/validation/validate, of what CRDs may have. CEL rules (x-kubernetes-validations) are the server's alone.
 */
import { createContext, Script } from 'node:vm';
import { type Json, list, object, text, texts } from '../core/json.ts';
import { formatFault } from './string-formats.ts';

/** What is wrong with the value itself, each as in `has to be at least 1, and is 0`; what is in it is not looked at. */
export function valueFaults(value: unknown, schema: Json): readonly string[] {
  const faults = [enumFault(value, schema)];
  if (typeof value === 'string') faults.push(...textFaults(value, schema));
  else if (typeof value === 'number') faults.push(...numberFaults(value, schema));
  else if (Array.isArray(value)) faults.push(countFault(value.length, schema, 'Items', 'items'));
  else if (typeof value === 'object' && value !== null) faults.push(countFault(Object.keys(value).length, schema, 'Properties', 'fields'));
  return faults.filter((fault) => fault !== undefined);
}

/** Of which of the junctions of its schema a value is not: sentences without a subject. */
export function junctionFaults(value: unknown, schema: Json): readonly string[] {
  const faults: string[] = [];
  const [all, some, one] = ['allOf', 'anyOf', 'oneOf'].map((name) => list(schema[name]).map(object)) as [Json[], Json[], Json[]];
  if (!all.every((each) => fits(value, each))) faults.push('does not fit all that its schema asks for (allOf)');
  if (some.length > 0 && !some.some((each) => fits(value, each))) faults.push(`fits nothing of what its schema allows${wanted(some)}`);
  if (one.length > 0) {
    const fitting = one.filter((each) => fits(value, each)).length;
    if (fitting === 0) faults.push(`fits nothing of what its schema allows${wanted(one)}`);
    if (fitting > 1) faults.push(`has to fit one of what its schema allows, and fits ${fitting}${wanted(one)}`);
  }
  if (schema['not'] !== undefined && fits(value, object(schema['not']))) faults.push('is what its schema forbids (not)');
  return faults;
}

/** The fields that the alternatives ask for, where that is what they differ in. */
function wanted(alternatives: readonly Json[]): string {
  const asked = alternatives.map((each) => texts(list(each['required'])).join(' and '));
  return asked.every((names) => names !== '') ? `: ${asked.join(', or ')}` : '';
}

function fits(value: unknown, schema: Json): boolean {
  if (!ofType(value, schema) || valueFaults(value, schema).length > 0 || junctionFaults(value, schema).length > 0) return false;
  if (Array.isArray(value)) return schema['items'] === undefined || value.every((item) => fits(item, object(schema['items'])));
  if (typeof value !== 'object' || value === null) return true;
  if (!texts(list(schema['required'])).every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, of]) => {
    const property = propertyOf(schema, name);
    if (property !== undefined) return fits(of, object(property));
    return typeof schema['additionalProperties'] !== 'object' || fits(of, object(schema['additionalProperties']));
  });
}

/** The schema of a field, whatever it is called. */
export function propertyOf(schema: Json, name: string): unknown {
  const properties = object(schema['properties']);
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function ofType(value: unknown, schema: Json): boolean {
  if (value === null) return schema['nullable'] === true || schema['type'] === undefined;
  switch (schema['type']) {
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case undefined:
      return true;
    default:
      return typeof value === schema['type'];
  }
}

function enumFault(value: unknown, schema: Json): string | undefined {
  const allowed = list(schema['enum']);
  if (allowed.length === 0 || (value === null && schema['nullable'] === true) || allowed.some((each) => JSON.stringify(each) === JSON.stringify(value)))
    return undefined;
  const words = allowed.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
  const last = words.pop() ?? '';
  return `is ${words.length === 0 ? last : `${words.join(', ')} or ${last}`}, not ${shortened(JSON.stringify(value))}`;
}

function textFaults(value: string, schema: Json): readonly (string | undefined)[] {
  const length = [...value].length;
  const { minLength, maxLength } = schema;
  const pattern = text(schema['pattern']);
  const format = text(schema['format']);
  return [
    typeof minLength === 'number' && length < minLength ? `has to have at least ${minLength} characters, and has ${length}` : undefined,
    typeof maxLength === 'number' && length > maxLength ? `may have ${maxLength} characters, and has ${length}` : undefined,
    pattern !== undefined && !matches(value, pattern) ? `has to match ${pattern}, and is ${JSON.stringify(shortened(value))}` : undefined,
    format === undefined ? undefined : withValue(formatFault(value, format), value),
  ];
}

function withValue(fault: string | undefined, value: string): string | undefined {
  return fault === undefined ? undefined : `${fault}, and is ${JSON.stringify(shortened(value))}`;
}

function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

function numberFaults(value: number, schema: Json): readonly (string | undefined)[] {
  const { minimum, maximum, multipleOf } = schema;
  const below = typeof minimum === 'number' && (schema['exclusiveMinimum'] === true ? value <= minimum : value < minimum);
  const above = typeof maximum === 'number' && (schema['exclusiveMaximum'] === true ? value >= maximum : value > maximum);
  return [
    below ? `has to be ${schema['exclusiveMinimum'] === true ? 'more than' : 'at least'} ${minimum}, and is ${value}` : undefined,
    above ? `has to be ${schema['exclusiveMaximum'] === true ? 'less than' : 'at most'} ${maximum}, and is ${value}` : undefined,
    typeof multipleOf === 'number' && multipleOf > 0 && !Number.isInteger(value / multipleOf)
      ? `has to be a multiple of ${multipleOf}, and is ${value}`
      : undefined,
  ];
}

function countFault(count: number, schema: Json, what: 'Items' | 'Properties', words: string): string | undefined {
  const [least, most] = [schema[`min${what}`], schema[`max${what}`]];
  if (typeof least === 'number' && count < least) return `has to have at least ${least} ${words}, and has ${count}`;
  if (typeof most === 'number' && count > most) return `may have ${most} ${words}, and has ${count}`;
  return undefined;
}

const context = createContext({ pattern: /(?:)/, value: '' });
const search = new Script('pattern.test(value)');
const compiled = new Map<string, RegExp | undefined>();
/** Milliseconds. Go's expressions take time by the length of the text alone; these may take any, and are then given up. */
const patience = 1000;
/** A group that is repeated, in which something may be repeated as well. */
const repeatedGroup = /\)[*+{]/;
const shortText = 300;

/** What cannot be said, because the pattern is none here or takes too long, matches. */
function matches(value: string, pattern: string): boolean {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  const expression = compiled.get(pattern);
  if (expression === undefined) return true;
  // The watch over the time costs more than all the rest.
  if (value.length <= shortText && !repeatedGroup.test(pattern)) return expression.test(value);
  Object.assign(context, { pattern: expression, value });
  try {
    return search.runInContext(context, { timeout: patience }) as boolean;
  } catch {
    compiled.set(pattern, undefined);
    return true;
  }
}

/** Go's syntax (RE2) as that of JavaScript: flags at the beginning, the ends of the text, named groups, classes of POSIX. */
function compile(pattern: string): RegExp | undefined {
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)([^]*)$/.exec(pattern) ?? [];
  const source = rest
    .replaceAll('(?P<', '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all);
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(source, flags + unicode);
    } catch {
      // What is no expression with unicode may be one without.
    }
  }
  return undefined;
}

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

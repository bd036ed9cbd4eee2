/**
 * The JUnit XML that Ant writes and that Jenkins, GitLab and the others read, as far as they agree: which element may stand where, in which order, with which
 * attributes, and that the counts are those of what stands there. Whether it is XML at all is told by a strict parser.
 */
import { SaxesParser } from 'saxes';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

interface Rule {
  readonly required: Readonly<Record<string, RegExp>>;
  readonly optional: Readonly<Record<string, RegExp>>;
  /** In the order in which they must stand. */
  readonly children: readonly string[];
  readonly text: boolean;
}

const any = /^[^]*$/;
const count = /^\d+$/;
const seconds = /^\d+(\.\d+)?$/;
const counts = { tests: count, failures: count, errors: count, skipped: count };
const result: Rule = { required: {}, optional: { message: any, type: any }, children: [], text: true };
const output: Rule = { required: {}, optional: {}, children: [], text: true };

const rules: Readonly<Record<string, Rule>> = {
  testsuites: { required: {}, optional: { name: any, time: seconds, ...counts }, children: ['testsuite'], text: false },
  testsuite: {
    required: { name: any, tests: count },
    optional: {
      ...counts,
      time: seconds,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      hostname: any,
      id: any,
      package: any,
    },
    children: ['properties', 'testcase', 'system-out', 'system-err'],
    text: false,
  },
  properties: { required: {}, optional: {}, children: ['property'], text: false },
  property: { required: { name: any, value: any }, optional: {}, children: [], text: false },
  testcase: {
    required: { name: /./, classname: /./ },
    optional: { time: seconds, status: any },
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
    text: false,
  },
  skipped: result,
  error: result,
  failure: result,
  'system-out': output,
  'system-err': output,
};

/** The document's element. Throws where it is not well-formed XML 1.0. */
export function parseXml(xml: string): Element {
  const parser = new SaxesParser();
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Open = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const inner = open.at(-1);
    if (inner) inner.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  const [document] = root.children;
  if (document === undefined) throw new Error('there is no element');
  return document;
}

interface Open extends Element {
  children: Element[];
  text: string;
}

/** What is wrong with a document; nothing where it is valid. */
export function junitFaults(xml: string): readonly string[] {
  const document = parseXml(xml);
  return document.name === 'testsuites' ? [...faults(document), ...countFaults(document)] : [`the root is ${document.name}`];
}

function faults({ name, attributes, children, text }: Element): readonly string[] {
  const rule = rules[name];
  if (rule === undefined) return [`there is no element ${name}`];
  const known = { ...rule.optional, ...rule.required };
  const order = children.map((child) => rule.children.indexOf(child.name));
  return [
    ...Object.keys(rule.required).flatMap((key) => (key in attributes ? [] : [`${name} lacks ${key}`])),
    ...Object.entries(attributes).flatMap(([key, value]) => (known[key]?.test(value) ? [] : [`${name} has ${key}="${value}"`])),
    ...(rule.text || text.trim() === '' ? [] : [`${name} has text`]),
    ...(order.every((place, index) => place >= 0 && place >= (order[index - 1] ?? 0)) ? [] : [`${name} has ${children.map((child) => child.name).join(', ')}`]),
    ...children.flatMap(faults),
  ];
}

const counted: Readonly<Record<string, string>> = { tests: 'testcase', failures: 'failure', errors: 'error', skipped: 'skipped' };

function countFaults(element: Element): readonly string[] {
  const own = Object.entries(element.attributes).flatMap(([key, value]) => {
    const what = counted[key];
    return what === undefined || Number(value) === within(element, what) ? [] : [`${element.name} says ${key}="${value}"`];
  });
  return [...own, ...element.children.flatMap(countFaults)];
}

function within(element: Element, name: string): number {
  return element.children.reduce((sum, child) => sum + within(child, name), element.name === name ? 1 : 0);
}

/** Pods as machine output: JSON, YAML, names, templates and custom columns. What kubectl prints for the same objects, byte for byte except for YAML. */
import { evaluateJsonPath, goText, jsonPathJson, jsonPathText } from '../src/report/json-path.ts';
import { jsonText } from '../src/report/json-text.ts';
import { measureFor, tableText } from '../src/report/table.ts';
import { plainLines, plainText } from '../src/report/terminal-text.ts';
import type { PodObject } from '../src/service/pod-reader.ts';
import type { CustomColumn, PodOutput } from './pod-output.ts';

type ObjectOutput = Exclude<PodOutput, { kind: 'table' }>;

/** Several Pods, or one that was not named: a List. */
export async function objectsText(pods: readonly PodObject[], output: ObjectOutput, headers: boolean, terminal: boolean): Promise<string> {
  switch (output.kind) {
    case 'name':
      return pods.map(nameLine).join('');
    case 'custom-columns': {
      const table = [...(headers ? [customHeader(output.columns)] : []), ...pods.map((pod) => customRow(pod, output.columns))];
      return tableText(table, await measureFor(table));
    }
    case 'json':
    case 'yaml':
    case 'jsonpath':
      return objectText({ apiVersion: 'v1', items: pods, kind: 'List', metadata: { resourceVersion: '' } }, output, headers, terminal);
  }
}

/** One object as itself. */
export async function objectText(object: PodObject, output: ObjectOutput, headers: boolean, terminal: boolean): Promise<string> {
  switch (output.kind) {
    case 'json':
      return `${jsonText(object, 4)}\n`;
    case 'yaml':
      return (await import('../src/report/yaml-text.ts')).yamlText(object);
    case 'jsonpath': {
      const text = output.asJson ? jsonPathJson(output.template, object) : jsonPathText(output.template, object);
      // A script gets the value as it is; a terminal must not obey it.
      return terminal ? plainLines(text) : text;
    }
    case 'name':
    case 'custom-columns':
      return objectsText([object], output, headers, terminal);
  }
}

/** A List as JSON, part by part: the text of all the parts is what `objectsText` gives. */
export async function* jsonList(pages: AsyncIterable<readonly PodObject[]>): AsyncGenerator<string> {
  const [indent, itemIndent] = [' '.repeat(4), ' '.repeat(8)];
  yield `{\n${indent}"apiVersion": "v1",\n${indent}"items": [`;
  let any = false;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield `${any ? ',' : ''}${page.map((pod) => `\n${itemIndent}${jsonText(pod, 4, itemIndent)}`).join(',')}`;
    any = true;
  }
  yield `${any ? `\n${indent}` : ''}],\n${indent}"kind": "List",\n${indent}"metadata": {\n${itemIndent}"resourceVersion": ""\n${indent}}\n}\n`;
}

export function customHeader(columns: readonly CustomColumn[]): readonly string[] {
  return columns.map(({ header }) => header);
}

/** Source of the details: printOneObject in k8s.io/kubectl/pkg/cmd/get/customcolumn.go. */
export function customRow(pod: PodObject, columns: readonly CustomColumn[]): readonly string[] {
  return columns.map(({ path }) => {
    const results = evaluateJsonPath(path, pod);
    const texts = results.flat().map((value) => plainText(goText(value)));
    return ((results[0]?.length ?? 0) === 0 ? ['<none>', ...texts] : texts).join(',');
  });
}

function nameLine(pod: PodObject): string {
  const { name } = (pod['metadata'] ?? {}) as { name?: string };
  return `pod/${plainText(name ?? '<unknown>')}\n`;
}

/** Reads -o: how Pods are printed. Everything that can be wrong with a template is said here, before a cluster is asked. */
import { readFileSync } from 'node:fs';
import { didYouMean } from '../src/core/did-you-mean.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { type JsonPath, parseJsonPath, parsePathExpression } from '../src/report/json-path.ts';

export interface CustomColumn {
  readonly header: string;
  readonly path: JsonPath;
}

export type PodOutput =
  | { readonly kind: 'table'; readonly wide: boolean }
  | { readonly kind: 'json' | 'yaml' | 'name' }
  | { readonly kind: 'jsonpath'; readonly template: JsonPath; readonly asJson: boolean }
  | { readonly kind: 'custom-columns'; readonly columns: readonly CustomColumn[] };

const formats = ['wide', 'json', 'yaml', 'name', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=', 'custom-columns=', 'custom-columns-file='];

/** Reads the value of -o; `undefined` is the default table. Throws `usage`, or `input` for a file that cannot be read. */
export function parseOutput(value: string | undefined): PodOutput {
  if (value === undefined) return { kind: 'table', wide: false };
  const equals = value.indexOf('=');
  const format = equals < 0 ? value : value.slice(0, equals);
  const argument = equals < 0 ? '' : value.slice(equals + 1);
  switch (format) {
    case 'jsonpath':
    case 'jsonpath-as-json':
      return { kind: 'jsonpath', template: parseJsonPath(needed(format, argument, "'{.items[*].metadata.name}'")), asJson: format === 'jsonpath-as-json' };
    case 'jsonpath-file':
      return { kind: 'jsonpath', template: parseJsonPath(fileText(format, argument)), asJson: false };
    case 'custom-columns':
      return { kind: 'custom-columns', columns: customColumns(needed(format, argument, 'NAME:.metadata.name,NODE:.spec.nodeName')) };
    case 'custom-columns-file':
      return { kind: 'custom-columns', columns: customColumnsFile(fileText(format, argument), argument) };
    case 'wide':
      if (equals < 0) return { kind: 'table', wide: true };
      break;
    case 'json':
    case 'yaml':
    case 'name':
      if (equals < 0) return { kind: format };
      break;
  }
  const nearest = didYouMean(format, formats);
  throw new PodwrightError('usage', `-o ${value}: no such output format`, {
    hint: `${nearest === undefined ? '' : `Did you mean -o ${nearest}? `}There are: ${formats.join(', ')}.`,
  });
}

// `HEADER:path,…`. Source: NewCustomColumnsPrinterFromSpec in k8s.io/kubectl/pkg/cmd/get/customcolumn.go.
function customColumns(spec: string): readonly CustomColumn[] {
  return spec.split(',').map((column) => {
    const colon = column.indexOf(':');
    if (colon < 0) {
      throw new PodwrightError('usage', `-o custom-columns: "${column}" is no column`, { hint: 'Write HEADER:.path,HEADER:.path, as in NAME:.metadata.name.' });
    }
    return { header: column.slice(0, colon), path: parsePathExpression(column.slice(colon + 1)) };
  });
}

// A line of headers and a line of paths, both split at white space.
function customColumnsFile(text: string, file: string): readonly CustomColumn[] {
  const [headers = [], paths = []] = text.split('\n').map((line) => line.split(/\s+/).filter((word) => word !== ''));
  if (headers.length === 0 || headers.length !== paths.length) {
    throw new PodwrightError('usage', `${file} has ${headers.length} headers and ${paths.length} paths`, {
      hint: 'The first line holds the headers and the second a path for each, like {.metadata.name}.',
    });
  }
  return headers.map((header, index) => ({ header, path: parsePathExpression(paths[index] ?? '') }));
}

function needed(format: string, argument: string, example: string): string {
  if (argument !== '') return argument;
  throw new PodwrightError('usage', `-o ${format} needs a template`, { hint: `Write -o ${format}=${example}.` });
}

function fileText(format: string, file: string): string {
  if (file === '') throw new PodwrightError('usage', `-o ${format} needs a file`, { hint: `Write -o ${format}=FILE.` });
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PodwrightError('input', `-o ${format}: cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

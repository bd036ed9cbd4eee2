/**
 * Reads a manifest as kubectl and the API server do: several documents, YAML or JSON, each a tree with places. One that is broken becomes a problem and
 * does not keep the others from being read. Total: no text makes it throw, and how much it reads and expands is bounded.
 */
import { isUtf8 } from 'node:buffer';
import { type Document, parseAllDocuments } from 'yaml';
import { PodwrightError } from '../core/podwright-error.ts';
import type { ManifestNode } from './manifest-tree.ts';
import type { Problem } from './problem.ts';
import { SourceText, type Span } from './source-text.ts';
import { explainSyntaxError } from './syntax-error.ts';
import { type BuiltTree, buildTree } from './tree-builder.ts';

export interface ManifestDocument {
  /** It is a Secret, or a list with one, as far as can be told without having read it. */
  readonly holdsSecret: boolean;
  /** undefined where the document could not be read; its problems say why. */
  readonly root: ManifestNode | undefined;
  readonly problems: readonly Problem[];
  /** The parts of the text that aliases stand for. */
  readonly aliased: readonly Span[];
  /** The whole of it, in the text of the file. */
  readonly span: Span;
}

export interface ManifestFile {
  readonly source: SourceText;
  /** Without those that hold nothing but blanks and comments. */
  readonly documents: readonly ManifestDocument[];
}

/** Of one document. The API server takes requests of up to 3 MiB (its MaxRequestBodyBytes); comments and blanks come on top. */
const largestDocument = 4 * 2 ** 20;

const mostDocuments = 50_000;

/** The text of a file, whose bytes may be anything. `file` is for the places. */
export function readManifestBytes(bytes: Uint8Array, file: string): ManifestFile {
  const problem = encodingProblem(bytes);
  // One character a byte, so that what can be read is shown.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(problem === undefined ? 'utf8' : 'latin1');
  if (problem === undefined) return readManifestText(text, file);
  const whole = { holdsSecret: true, span: { start: 0, end: text.length } };
  return { source: new SourceText(text, file), documents: [{ ...broken({ rule: 'yaml-encoding', path: [], ...problem }), ...whole }] };
}

/** The first document that could not be read, as an error with its place. For those who need the whole file, or nothing of it. */
export function firstUnreadable({ source, documents }: ManifestFile): PodwrightError | undefined {
  const problem = documents.find(({ root }) => root === undefined)?.problems[0];
  if (problem === undefined) return undefined;
  const { file, line, column } = source.place(problem.span?.start ?? 0);
  const hint = problem.hint ?? 'A manifest is YAML or JSON, as kubectl apply takes it.';
  return new PodwrightError('input', `${file}:${line}:${column}: ${problem.message}`, { hint });
}

/** The same as of bytes, of a text. */
export function readManifestText(text: string, file: string): ManifestFile {
  const source = new SourceText(text, file);
  const chunks = chunksOf(source.text);
  const [beyond] = chunks.splice(mostDocuments);
  if (beyond !== undefined) {
    const message = `There are more than ${mostDocuments} documents; those from here are not read`;
    chunks.push({ ...beyond, problem: { rule: 'yaml-too-large', path: [], span: { start: beyond.start, end: beyond.start }, message } });
  }
  const documents = chunks.flatMap((chunk): readonly ManifestDocument[] => {
    const tree = chunk.problem === undefined ? readChunk(source, chunk) : broken(chunk.problem);
    const span = { start: chunk.start, end: chunk.end };
    return tree === undefined ? [] : [{ ...tree, span, holdsSecret: secretKind.test(source.text.slice(chunk.start, chunk.end)) }];
  });
  return { source, documents };
}

const secretKind = /(?:^|[\s,{"'])kind["']?\s*:\s*["']?Secret\b/;

function encodingProblem(bytes: Uint8Array): Pick<Problem, 'message' | 'hint' | 'span'> | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { message: 'This is UTF-16; kubectl reads UTF-8', hint: 'Save it as UTF-8.', span: { start: 0, end: 2 } };
  }
  if (isUtf8(bytes)) return undefined;
  const start = firstForeignByte(bytes);
  const binary = bytes.subarray(0, 8000).includes(0);
  if (binary) return { message: 'This is no text: it holds zero bytes', hint: 'A manifest is YAML or JSON.', span: { start: 0, end: 1 } };
  return { message: 'This is not UTF-8', hint: 'Save the file as UTF-8.', span: { start, end: start + 1 } };
}

/** The first byte that no UTF-8 has there. */
function firstForeignByte(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length > 1 && (at + length > bytes.length || !isUtf8(bytes.subarray(at, at + length)))) return at;
    at += length;
  }
  return 0;
}

interface Chunk {
  readonly start: number;
  readonly end: number;
  readonly problem?: Problem;
}

/** The documents as kubectl cuts them: at lines that begin with three dashes, after which only a comment may follow (apimachinery's YAMLReader). */
function chunksOf(text: string): Chunk[] {
  const objects = jsonObjects(text);
  if (objects.length > 1) return objects;
  const chunks: Chunk[] = [];
  let start = text.startsWith('\ufeff') ? 1 : 0;
  let at = text.startsWith('---', start) ? start : separatorAfter(text, start);
  while (at >= 0) {
    chunks.push({ start, end: at });
    const lineBreak = text.indexOf('\n', at);
    const end = lineBreak < 0 ? text.length : lineBreak;
    const rest = text.slice(at + 3, end).trim();
    if (rest !== '' && !rest.startsWith('#')) chunks.push({ start: at, end, problem: badSeparator(at, end) });
    start = Math.min(text.length, end + 1);
    at = text.startsWith('---', start) ? start : separatorAfter(text, start);
  }
  chunks.push({ start, end: text.length });
  return chunks;
}

/** JSON objects one behind the other, which kubectl takes as well; empty for a text that holds anything else. */
function jsonObjects(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  if (!/^\s*\{/.test(text)) return chunks;
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) {
      chunks.push({ start, end: at + 1 });
      start = at + 1;
    } else if (depth === 0 && !/\s/.test(character ?? '')) return [];
  }
  return depth === 0 ? chunks : [];
}

/** The quote that ends the string which begins at `at`; the end of the text where none does. By hand: a regular expression would need as much stack as there is text. */
function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (text[first - 1] === '\\') first--;
    if ((quote - first) % 2 === 0) return quote;
  }
  return text.length;
}

function separatorAfter(text: string, from: number): number {
  const at = text.indexOf('\n---', from);
  return at < 0 ? -1 : at + 1;
}

function badSeparator(start: number, end: number): Problem {
  return {
    rule: 'yaml-syntax',
    path: [],
    span: { start, end },
    message: 'A line that begins with --- separates documents, and may hold nothing else',
    hint: 'Put what follows the dashes into a line of its own.',
  };
}

const options = {
  // Scalars stay text: what they mean to Kubernetes is decided by yaml-scalars.ts.
  schema: 'failsafe',
  version: '1.1',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** What go-yaml's reader refuses (readerc.go), apart from halves of surrogate pairs, which UTF-8 cannot hold. */
const controlCharacter = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** undefined: there is nothing in it. */
function readChunk(source: SourceText, { start, end }: Chunk): BuiltTree | undefined {
  if (end - start > largestDocument) {
    const message = `This document has ${Math.round((end - start) / 2 ** 20)} MiB; the API server takes objects of up to 3`;
    return broken({ rule: 'yaml-too-large', path: [], span: { start, end: start }, message, hint: 'Split it into several objects.' });
  }
  const text = source.text.slice(start, end);
  if (!/^\s*[^\s#]/m.test(text)) return undefined;
  const control = controlCharacter.exec(text);
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const span = { start: start + control.index, end: start + control.index + control[0].length };
    return broken({ rule: 'yaml-encoding', path: [], span, message: `The control character U+${code} cannot stand in YAML`, hint: 'Take it out.' });
  }
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return broken({
      rule: 'yaml-too-deep',
      path: [],
      span: { start: start + deep, end: start + deep + 1 },
      message: 'It nests deeper than any object of Kubernetes',
    });
  }
  const document = parse(text);
  const error = document.errors.find(({ message }) => !tolerated.test(message));
  if (error !== undefined) return broken(explainSyntaxError(source, { start, end }, error));
  if (document.contents === null) return undefined;
  const tree = buildTree(document.contents, start);
  if (document.rest === undefined) return tree;
  const span = { start: start + document.rest, end: start + document.rest + 1 };
  const unread: Problem = {
    rule: 'unread-rest',
    path: [],
    span,
    message: 'What follows a line "..." is not read',
    hint: 'Separate documents with a line "---".',
  };
  return { ...tree, problems: [...tree.problems, unread] };
}

/** go-yaml's own bounds (scannerc.go: max_flow_level, max_indents), checked before the parser, which would take the memory for each level. */
const deepest = 10_000;
const compactItems = '- '.repeat(deepest);

/** Where the text nests too deep, as far as brackets and dashes tell, in whatever they stand. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > deepest) return index;
  }
  const dashes = text.indexOf(compactItems);
  return dashes < 0 ? undefined : dashes;
}

/** go-yaml takes a comment that follows without a blank. */
const tolerated = /^Comments must be separated/;

interface ParsedDocument extends Pick<Document.Parsed, 'contents' | 'errors'> {
  /** Where another document begins, which is not read. */
  readonly rest: number | undefined;
}

/** The first document of the text, as go-yaml reads one and no more. The parser goes down by recursion, and may run out of stack. */
function parse(text: string): ParsedDocument {
  try {
    const documents = parseAllDocuments(text, options);
    const [first, ...others] = Array.isArray(documents) ? documents : [];
    const rest = others.find(({ contents, errors }) => contents !== null || errors.length > 0);
    return { contents: first?.contents ?? null, errors: first?.errors ?? [], rest: rest?.contents?.range?.[0] ?? rest?.range[0] };
  } catch (error) {
    return { contents: null, errors: [{ name: 'YAMLParseError', code: 'RESOURCE_EXHAUSTION', message: String(error), pos: [0, 1] }], rest: undefined };
  }
}

function broken(problem: Problem): BuiltTree {
  return { root: undefined, problems: [problem], aliased: [] };
}

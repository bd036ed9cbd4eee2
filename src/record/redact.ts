/**
 * Takes secret material out of an object before it is written to a recording. Pure, and the only place that decides what a recording may hold.
 *
 * What is certain is taken out whole: values of environment variables and HTTP headers, managedFields, and annotations that hold a whole manifest.
 * What only looks like a secret is masked wherever text stands, status and Event messages too: a word masked too many is the smaller harm.
 */
import { type Json, list, object } from '../core/json.ts';

/** What stands in a recording where a value was. */
export const redacted = '[redacted]';

const secretWord = String.raw`pass(?:word|wd|phrase)|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credentials?|cookie`;
const secretName = new RegExp(`${secretWord}|authorization`, 'i');
/** Annotations in which tools keep the manifest that was applied, environment and all. */
const manifestAnnotation = /last-applied|\/original$|\/applied$|applied-configuration/i;
/** `--password=x`, `-token x`: the name of a flag of which the value is secret. */
const secretFlag = new RegExp(String.raw`^-{1,2}[\w.-]*(?:${secretWord})[\w.-]*`, 'i');

/** A value in quotes, which may be escaped themselves; messages are cut off, so that the closing one may be missing. */
const quoted = String.raw`\\"[^]*?(?:\\"|$)|"(?:[^"\\]|\\[^])*(?:"|$)|'[^']*(?:'|$)`;

const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  // Authorization: Basic dXNlcjpwYXNz
  [/(\bauthorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?)(?!\[redacted\])[^\s"',;]+/gi, `$1${redacted}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${redacted}`],
  // A JSON Web Token, as service accounts have them.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, redacted],
  // https://user:password@host; the digest of an image also stands behind an @.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@(?!sha\d+:)/gi, `$1${redacted}@`],
  // password=x, "token": "x", API_KEY='x y'
  [new RegExp(String.raw`([\w.-]*(?:${secretWord})[\w.-]*\\?["']?\s*[=:]\s*)(?!\[redacted\])(?:${quoted}|[^\s"',;&]+)`, 'gi'), `$1${redacted}`],
];

/** A Pod as it may be recorded. The object given is not changed. */
export function redactedPod(pod: unknown): Json {
  const whole = object(pod);
  const spec = object(whole['spec']);
  return masked({
    ...whole,
    metadata: redactedMetadata(whole['metadata']),
    ...(whole['spec'] === undefined
      ? {}
      : {
          spec: {
            ...spec,
            ...eachOf(spec, 'containers', redactedContainer),
            ...eachOf(spec, 'initContainers', redactedContainer),
            ...eachOf(spec, 'ephemeralContainers', redactedContainer),
            ...eachOf(spec, 'volumes', redactedVolume),
          },
        }),
  }) as Json;
}

/** An Event as it may be recorded. */
export function redactedEvent(event: unknown): Json {
  const whole = object(event);
  return masked({ ...whole, metadata: redactedMetadata(whole['metadata']) }) as Json;
}

/** Text with what looks like a password, a token or a key masked. */
export function redactedText(text: string): string {
  return secretTexts.reduce((left, [pattern, mask]) => left.replace(pattern, mask), text);
}

function redactedMetadata(metadata: unknown): Json {
  const { managedFields: _dropped, annotations, labels, ...rest } = object(metadata);
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: redactedPairs(labels) }),
    ...(annotations === undefined ? {} : { annotations: redactedPairs(annotations) }),
  };
}

/** Free names with values: a manifest is left out, a value of which the name speaks of a secret is masked. */
function redactedPairs(pairs: unknown): Json {
  return Object.fromEntries(
    Object.entries(object(pairs)).flatMap(([name, value]) => {
      if (manifestAnnotation.test(name)) return [];
      const secret = secretName.test(name) || (typeof value === 'string' && /^\s*[{[][^]*"(?:env|data|stringData)"/.test(value));
      return [[name, secret ? redacted : value]];
    }),
  );
}

function redactedContainer(container: Json): Json {
  return {
    ...container,
    ...eachOf(container, 'env', redactedVariable),
    ...commandOf(container),
    ...Object.fromEntries(
      ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) => (container[name] === undefined ? [] : [[name, redactedAction(container[name])]])),
    ),
    ...(container['lifecycle'] === undefined
      ? {}
      : { lifecycle: Object.fromEntries(Object.entries(object(container['lifecycle'])).map(([name, action]) => [name, redactedAction(action)])) }),
  };
}

/** The name and where a value comes from are kept; the value is not. */
function redactedVariable(variable: Json): Json {
  return variable['value'] === undefined ? variable : { ...variable, value: redacted };
}

/** A probe or a hook: what it runs, and the headers it sends. */
function redactedAction(action: unknown): Json {
  const { exec, httpGet, ...rest } = object(action);
  return {
    ...rest,
    ...(exec === undefined ? {} : { exec: { ...object(exec), ...commandOf(object(exec)) } }),
    ...(httpGet === undefined ? {} : { httpGet: { ...object(httpGet), ...eachOf(object(httpGet), 'httpHeaders', redactedVariable) } }),
  };
}

/** Drivers take free parameters: csi.volumeAttributes, flexVolume.options. */
function redactedVolume(volume: Json): Json {
  const { csi, flexVolume } = volume;
  return {
    ...volume,
    ...(csi === undefined ? {} : { csi: { ...object(csi), ...pairsOf(object(csi), 'volumeAttributes') } }),
    ...(flexVolume === undefined ? {} : { flexVolume: { ...object(flexVolume), ...pairsOf(object(flexVolume), 'options') } }),
  };
}

function pairsOf(whole: Json, name: string): Json {
  return whole[name] === undefined ? {} : { [name]: redactedPairs(whole[name]) };
}

function commandOf(whole: Json): Json {
  return Object.fromEntries(['command', 'args'].flatMap((name) => (whole[name] === undefined ? [] : [[name, redactedWords(list(whole[name]))]])));
}

/** The words of a command line: `--password=x y` is masked to its end, and so is the word after `--password`. */
function redactedWords(words: readonly unknown[]): readonly unknown[] {
  return words.map((word, at) => {
    if (typeof word !== 'string') return word;
    const before = words[at - 1];
    if (typeof before === 'string' && secretFlag.exec(before)?.[0] === before && !word.startsWith('-')) return redacted;
    const flag = secretFlag.exec(word)?.[0];
    return flag !== undefined && word[flag.length] === '=' ? `${flag}=${redacted}` : word;
  });
}

function eachOf(whole: Json, name: string, redact: (part: Json) => Json): Json {
  return whole[name] === undefined ? {} : { [name]: list(whole[name]).map((part) => redact(object(part))) };
}

/** Every text in the value masked. */
function masked(value: unknown): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, masked(part)]));
}

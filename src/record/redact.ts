/**
 * Takes secret material out of an object before it is written to a recording. Pure, and the only place that decides what a recording may hold.
 *
 * What is certain is taken out whole: values of environment variables and HTTP headers, managedFields, and annotations that hold a whole manifest.
 * What only looks like a secret is masked wherever text stands, status and Event messages too: a word masked too many is the smaller harm.
 */
import { type Json, list, object } from '../core/json.ts';
import { redacted, redactedPairs, redactedText, redactedWords } from '../core/secret-text.ts';

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

function redactedMetadata(metadata: unknown): Json {
  const { managedFields: _dropped, annotations, labels, ...rest } = object(metadata);
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: redactedPairs(labels) }),
    ...(annotations === undefined ? {} : { annotations: redactedPairs(annotations) }),
  };
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

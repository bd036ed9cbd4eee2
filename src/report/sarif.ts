/** SARIF 2.1.0, for code scanning; of a check a result a cause, at the places in the manifests where its targets were read. */
import { type CheckCause, checkCauses, notReachedTitle } from '../core/check-causes.ts';
import type { CheckReport, ManifestPlace } from '../core/check-report.ts';
import { findingCodes } from '../core/diagnosis/finding.ts';
import { jsonText } from './json-text.ts';
import { plainText } from './terminal-text.ts';

/** Every code that a result can have is a rule, in a stable order; its id is stable too. */
const rules: readonly SarifRule[] = [...Object.entries(findingCodes).map(([id, { title }]) => ({ id, title })), { id: 'not-reached', title: notReachedTitle }];

/** `version` is the program's. */
export function checkSarif(report: CheckReport, version: string): string {
  const invocation = {
    executionSuccessful: true,
    exitCode: report.exitCode,
    startTimeUtc: new Date(report.startedAt).toISOString(),
    endTimeUtc: new Date(report.endedAt).toISOString(),
  };
  return sarifLog(rules, invocation, checkCauses(report).map(result), version);
}

export interface SarifRule {
  readonly id: string;
  readonly title: string;
}

/** The file of one run. */
export function sarifLog(rules: readonly SarifRule[], invocation: object, results: readonly object[], version: string): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Podwright', semanticVersion: version, rules: rules.map(({ id, title }) => ({ id, shortDescription: { text: title } })) },
        },
        invocations: [invocation],
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

function result({ code, message, finding, targets, pods }: CheckCause): object {
  const names =
    pods.length > 0 ? pods.map(({ namespace, name }) => `${namespace}/pod/${name}`) : targets.map(({ namespace, target }) => `${namespace}/${target}`);
  // The program's own name where several targets share it, so that the same cause has the same fingerprint in the next run, whose Pods have other names.
  const fingerprint = [code, finding?.about ?? '', ...targets.map(({ namespace, target }) => `${namespace}/${target}`)].map(plainText).join(' ');
  const places = unique(targets.flatMap(({ place }) => (place === undefined ? [] : physicalLocation(place))));
  const logicalLocations = unique(names.map((name) => ({ fullyQualifiedName: plainText(name), kind: 'resource' })));
  const [first, ...others] = places;
  return {
    ruleId: code,
    ruleIndex: rules.findIndex(({ id }) => id === code),
    level: 'error',
    message: { text: [message, ...(finding?.next === undefined ? [] : [`Try: ${finding.next}`])].map(plainText).join('\n') },
    locations: [{ ...(first && { physicalLocation: first }), logicalLocations }],
    ...(others.length > 0 && { relatedLocations: others.map((place) => ({ physicalLocation: place })) }),
    partialFingerprints: { 'podwrightCause/v1': fingerprint },
  };
}

/** The format wants no item of a list twice. */
function unique(items: readonly object[]): readonly object[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** A place as SARIF has it. */
export function physicalLocation({ file, line, column }: ManifestPlace): { readonly artifactLocation: object; readonly region: object } {
  return { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } };
}

/** A file's path as a reference to it: `./deploy/a b.yaml` is `deploy/a%20b.yaml`; a colon in the first part would make it a scheme. */
function uriOf(file: string): string {
  const path = plainText(file)
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}

/**
 * The settings of lint in a podwright.yaml: which rules count how much for which files, and the options that are flags as well. Read by the reader of
 * manifests, so that what is wrong in it is told with line and column. Pure.
 */
import { didYouMean } from '../core/did-you-mean.ts';
import { type LintFinding, type LintReport, type LintSeverity, lintSeverities } from '../core/lint-report.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { minorOf, newestMinor, oldestMinor, versionText } from './kubernetes-version.ts';
import { type LintTarget, lintFiles, type ReadFile } from './lint.ts';
import { lintRules, type RuleId } from './lint-rules.ts';
import { readManifestBytes } from './manifest-reader.ts';
import type { ManifestField, ManifestNode } from './manifest-tree.ts';
import { pathPattern } from './path-pattern.ts';
import type { SourceText, Span } from './source-text.ts';

/** `on`: the severity that the rule has by itself. */
type RuleLevel = LintSeverity | 'on' | 'off';
type RuleLevels = ReadonlyMap<RuleId, RuleLevel>;

export interface LintSettings {
  readonly failOn: LintSeverity | 'never' | undefined;
  /** The minor version of Kubernetes. */
  readonly minor: number | undefined;
  readonly rules: RuleLevels;
  /** Files that are passed over. Paths are those from the directory of the settings, with slashes. */
  ignores(path: string): boolean;
  /** Each counts for some files, later ones before earlier ones. */
  readonly overrides: readonly { readonly rules: RuleLevels; matches(path: string): boolean }[];
}

/** What is in a podwright.yaml; an empty one sets nothing. Throws `input`, with the place, for what it cannot mean. */
export function readLintSettings(bytes: Uint8Array, file: string): LintSettings {
  const { source, documents } = readManifestBytes(bytes, file);
  const settings = new Settings(source);
  const [document, another] = documents;
  const broken = documents.flatMap(({ problems }) => problems)[0];
  if (broken !== undefined) throw settings.wrong(broken.span ?? { start: 0, end: 0 }, broken.message, broken.hint);
  if (another?.root !== undefined) throw settings.wrong(another.root.span, 'settings are one document');
  const lint = settings.fields(document?.root, ['lint']).get('lint')?.value;
  const fields = settings.fields(lint, ['fail-on', 'kubernetes-version', 'ignore', 'rules', 'overrides']);
  const ignored = settings.patterns(fields.get('ignore'));
  return {
    failOn: settings.word(fields.get('fail-on'), [...lintSeverities, 'never']),
    minor: settings.minor(fields.get('kubernetes-version')),
    rules: settings.rules(fields.get('rules')),
    ignores: ignored,
    overrides: settings.items(fields.get('overrides')).map((item) => {
      const override = settings.fields(item, ['files', 'rules']);
      const files = override.get('files');
      if (files === undefined) throw settings.wrong(item.span, 'files is missing: which files are the rules for?', 'Write files: [dev/**].');
      return { matches: settings.patterns(files), rules: settings.rules(override.get('rules')) };
    }),
  };
}

/** Settings, with the path of a file from where their patterns begin. */
export interface FileSettings {
  readonly settings: LintSettings;
  readonly path: string;
}

/** Lints files, each as its settings say: for its version of Kubernetes, with severities changed, and without what is off. */
export function lintWithSettings(
  files: readonly ReadFile[],
  targetOf: (file: string) => LintTarget | undefined,
  settingsOf: (file: string) => FileSettings | undefined,
): LintReport {
  const reports = [...Map.groupBy(files, ({ source }) => targetOf(source.file)?.minor).values()].map((group) =>
    lintFiles(group, targetOf(group[0]?.source.file ?? '')),
  );
  const byFile = Map.groupBy(
    reports.flatMap(({ findings }) => findings),
    ({ place }) => place.file,
  );
  return {
    findings: files.flatMap(({ source }) => (byFile.get(source.file) ?? []).flatMap((finding) => settled(finding, settingsOf(source.file)))),
    ignored: reports.reduce((sum, { ignored }) => sum + ignored, 0),
    files: files.length,
    empty: reports.flatMap(({ empty }) => empty),
    unevaluated: [...new Set(reports.flatMap(({ unevaluated }) => unevaluated))],
    objects: reports.reduce((sum, { objects }) => sum + objects, 0),
  };
}

function settled(finding: LintFinding, found: FileSettings | undefined): readonly LintFinding[] {
  const level = found === undefined ? 'on' : levelOf(finding.rule, found);
  if (level === 'on' || level === finding.severity) return [finding];
  // Not spread: the excerpt is made where it is asked for.
  return level === 'off' ? [] : [Object.create(finding, { severity: { value: level, enumerable: true } }) as LintFinding];
}

function levelOf(rule: string, { path, settings: { rules, overrides } }: FileSettings): RuleLevel {
  const override = overrides.findLast((each) => each.rules.has(rule as RuleId) && each.matches(path));
  return (override?.rules ?? rules).get(rule as RuleId) ?? 'on';
}

const levels = ['off', 'on', ...lintSeverities] as const;

/** Reads the fields of settings, each of which has one type. */
class Settings {
  readonly #source: SourceText;

  constructor(source: SourceText) {
    this.#source = source;
  }

  wrong(span: Span, message: string, hint = 'docs/lint.md shows what it takes.'): PodwrightError {
    const { file, line, column } = this.#source.place(span.start);
    return new PodwrightError('input', `${file}:${line}:${column}: ${message}`, { hint });
  }

  /** None where there is nothing. */
  fields<Name extends string>(node: ManifestNode | undefined, names: readonly Name[]): ReadonlyMap<Name, ManifestField> {
    const found = new Map<Name, ManifestField>();
    for (const field of this.#map(node)) {
      const name = names.find((each) => each === field.name);
      if (name === undefined) throw this.wrong(field.key, `there is no setting ${field.name} here`, nearest(field.name, names));
      if (!isNothing(field.value)) found.set(name, field);
    }
    return found;
  }

  word<Word extends string>(field: ManifestField | undefined, words: readonly Word[]): Word | undefined {
    if (field === undefined) return undefined;
    // As it is written: `off` and `on` are booleans to Kubernetes.
    const text = field.value.kind === 'scalar' ? field.value.text : undefined;
    const word = words.find((each) => each === text);
    if (word === undefined)
      throw this.wrong(field.value.span, `${field.name} is ${words.join(', ')}${text === undefined ? '' : `, not ${text}`}`, nearest(text ?? '', words));
    return word;
  }

  minor(field: ManifestField | undefined): number | undefined {
    if (field === undefined) return undefined;
    const minor = field.value.kind === 'scalar' ? minorOf(field.value.text) : undefined;
    if (minor !== undefined && minor >= oldestMinor && minor <= newestMinor) return minor;
    const known = `Versions from ${versionText(oldestMinor)} to ${versionText(newestMinor)} are known.`;
    throw this.wrong(field.value.span, `${field.name} is a version such as 1.29`, known);
  }

  rules(field: ManifestField | undefined): RuleLevels {
    const ids = Object.keys(lintRules) as RuleId[];
    return new Map(
      this.#map(field?.value).map((rule) => {
        const id = ids.find((each) => each === rule.name);
        if (id === undefined) throw this.wrong(rule.key, `there is no rule ${rule.name}`, nearest(rule.name, ids));
        return [id, this.word(rule, levels) ?? 'on'] as const;
      }),
    );
  }

  patterns(field: ManifestField | undefined): (path: string) => boolean {
    const patterns = this.items(field).map((item) => {
      if (item.kind !== 'scalar' || item.scalar.type !== 'string' || item.text === '')
        throw this.wrong(item.span, `${field?.name ?? ''} are patterns of paths`, 'Such as charts/** or "**/*.tmpl.yaml".');
      return pathPattern(item.text);
    });
    return (path) => patterns.some((pattern) => pattern.test(path));
  }

  items(field: ManifestField | undefined): readonly ManifestNode[] {
    if (field === undefined) return [];
    if (field.value.kind !== 'list') throw this.wrong(field.value.span, `${field.name} is a list`, 'Put each item into a line that begins with "- ".');
    return field.value.items;
  }

  #map(node: ManifestNode | undefined): readonly ManifestField[] {
    if (node === undefined || isNothing(node)) return [];
    if (node.kind !== 'map') throw this.wrong(node.span, 'here are settings with names, such as rules');
    return [...node.fields.values()];
  }
}

function isNothing(node: ManifestNode): boolean {
  return node.kind === 'scalar' && node.scalar.type === 'null';
}

function nearest(word: string, words: readonly string[]): string {
  const meant = word === '' ? undefined : didYouMean(word, words);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return words.length > 10 ? 'docs/lint.md lists them.' : `There are ${words.join(', ')}.`;
}

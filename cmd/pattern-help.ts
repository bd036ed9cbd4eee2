/** What `new --list` and `new PATTERN --help` print. */
import { filled } from '../src/manifest/patterns/pattern-pod.ts';
import { isForStaticPods, isNeeded, type Pattern } from '../src/manifest/patterns/pattern-template.ts';
import { measureFor, tableText } from '../src/report/table.ts';
import { wrapWords } from '../src/report/text-wrap.ts';
import type { CommandIo } from './command.ts';
import { pattern, patternIds, workload, workloadNames } from './pattern-catalogue.ts';

/** Each pattern and each workload with what it is for. */
export async function patternList(): Promise<string> {
  const rows = [
    ['PATTERN', 'PURPOSE'],
    ...patternIds().map((id) => [id, pattern(id).purpose]),
    ['', ''],
    ['WORKLOAD', 'PURPOSE'],
    ...workloadNames.map((name) => [name, workload(name).purpose]),
  ];
  const text = tableText(rows, await measureFor(rows));
  return text.replace(/^ +$/gm, '');
}

/** All there is to know of one pattern or workload. */
export async function patternHelp(about: Pattern, { program, unicode, stdout }: CommandIo): Promise<string> {
  const width = Math.min(stdout.columns ?? 100, 120);
  const isWorkload = about.id.startsWith('workload:');
  const name = isWorkload ? (about.id.split(':')[1] ?? '') : about.id;
  const defaults = new Map(about.options.flatMap(({ name: option, fallback }) => (fallback === undefined ? [] : [[option, fallback] as const])));
  const drawing = filled(about.drawing.trimEnd(), new Map([...defaults, ['app', 'NAME']]));
  const rows = about.options.map(({ name: option, format, fallback, optional, says }) => [
    `  ${option}`,
    format,
    fallback === '<app-image>' ? '(the app’s)' : (fallback ?? (optional ? '(none)' : '(needed)')),
    says,
  ]);
  const sections = [
    wrapWords(`${about.purpose}.`, width).join('\n'),
    indented(unicode ? drawing : asciiDrawing(drawing)),
    wrapWords(`Not when: ${about.notWhen}`, width).join('\n'),
    rows.length === 0 ? '' : `Options, each as --set OPTION=VALUE:\n${tableText(rows, await measureFor(rows)).trimEnd()}`,
    podSecurityLine(about),
    isForStaticPods(about) ? '' : 'Not for static Pods, which can refer to no ConfigMap and no Secret.',
    `Examples:\n${indented(examples(about, name, isWorkload, program).join('\n'))}`,
  ];
  const text = `${name}\n\n${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return unicode ? text : text.replaceAll('’', "'");
}

function podSecurityLine({ podSecurity, podSecurityReason }: Pattern): string {
  return `Pod Security: passes ${podSecurity}${podSecurityReason === undefined ? '' : `, and not restricted. ${podSecurityReason}`}`;
}

function examples({ options }: Pattern, name: string, isWorkload: boolean, program: string): readonly string[] {
  if (isWorkload)
    return [`${program} new ${name} web --image registry.example/web:1.2`, `${program} new ${name} web --image registry.example/web:1.2 --with log-streamer`];
  const needed = options.filter(isNeeded).map((option) => ` --set ${option.name}=${option.format.toUpperCase()}`);
  return [
    `${program} add ${name} -f web.yaml${needed.join('')} --diff`,
    `${program} new deployment web --image registry.example/web:1.2 --with ${name}${needed.join('')}`,
  ];
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function asciiDrawing(drawing: string): string {
  return drawing
    .replaceAll('▶', '>')
    .replaceAll('◀', '<')
    .replaceAll('─', '-')
    .replaceAll('│', '|')
    .replaceAll('…', '...')
    .replace(/[┌┐└┘├┤┬┴┼]/g, '+');
}

/** Asks for the texts of a Pod that are shown over its pane: its object as YAML, its description, or a container's log. */
import type { LintAdvice } from '../core/lint-report.ts';
import { structuredLine } from '../core/structured-line.ts';
import { structuredText } from '../report/log-printer.ts';
import { readableObject } from '../report/readable-object.ts';
import { styleOf } from '../report/style.ts';
import type { PodDetails } from '../service/pod-details.ts';
import type { PodIdentity } from '../service/pod-source.ts';
import { textSize } from './layout.ts';
import type { Terminal, TextSubject } from './model.ts';

/** Lines of a log that are asked for. */
export const logLines = 200;

export interface PodText {
  readonly text: string;
  /** What was left out. */
  readonly hidden: readonly string[];
}

/** What the rules of lint say of a Pod's object. */
export type Advise = (pod: unknown) => Promise<readonly LintAdvice[]>;

/** Lines that are JSON as a person reads them. */
export function readableLog(text: string): string {
  if (!text.includes('{')) return text;
  return text
    .split('\n')
    .map((line) => {
      const structured = structuredLine(line);
      return structured === undefined ? line : structuredText(structured, styleOf(false));
    })
    .join('\n');
}

/** `now` in milliseconds since the epoch; a description is laid out for the terminal. Throws as PodDetails does. */
export async function podText(
  details: PodDetails,
  pod: PodIdentity,
  of: TextSubject,
  { now, terminal, advise, signal }: { readonly now: number; readonly terminal: Terminal; readonly advise: Advise; readonly signal: AbortSignal },
): Promise<PodText> {
  if (of.kind === 'log') {
    const { container, previous } = of;
    return { text: readableLog(await details.logTail(pod, { container, previous, lines: logLines }, signal)), hidden: [] };
  }
  if (of.kind === 'description') {
    const described = await details.describe(pod, now, signal);
    const advice = await advise(described.object);
    const { describePodLines } = await import('../report/describe-pod.ts');
    const lines = describePodLines({ ...described, advice }, { columns: textSize(terminal).width, color: false, unicode: terminal.unicode });
    return { text: lines.join('\n'), hidden: [] };
  }
  const { object, hidden } = readableObject(await details.object(pod, signal));
  const { yamlText } = await import('../report/yaml-text.ts');
  return { text: yamlText(object), hidden: ['managedFields', ...hidden] };
}

/** Commands that wait for ever, and shells that keep a signal from the program. */
import { type ContainerCase, commandLine, type Rule } from './pod-case.ts';

const loop = /\b(?:until|while)\b[^]*\bdo\b[^]*\bsleep\b/;
/** What bounds a loop: a count, a time, or a way out. */
const bound = /\btimeout\b|\bseq\b|\bbreak\b|\bexit [1-9]|-(?:lt|le|gt|ge)\b|\bSECONDS\b|\bfor\b/;

export const endlessWait: Rule = ({ spec, json, containers }, problems) => {
  if (spec.activeDeadlineSeconds !== undefined) return;
  for (const { container, name, role, path } of containers) {
    const line = commandLine(container);
    if (role !== 'init' || !loop.test(line) || bound.test(line)) continue;
    if (hasDeadline(json)) return;
    problems.add(
      'endless-wait',
      [...path, 'name'],
      `${name} waits for ever: when what it waits for never comes, the Pod stays in Init and says not why`,
      'Give up after a while with a line that says what was missing: timeout 120 sh -c "…", or a loop that counts.',
    );
  }
};

/** That of a Job covers its Pods. */
function hasDeadline(json: object): boolean {
  return JSON.stringify(json).includes('"activeDeadlineSeconds":');
}

export const shellForm: Rule = ({ kind, containers }, problems) => {
  // What is to end does so by itself.
  if (kind === 'Job' || kind === 'CronJob') return;
  for (const { container, name, role, path } of containers) {
    if (role === 'init') continue;
    const script = shellScript(container);
    if (script === undefined || !/&&|\|\||;|\n|(?<!\|)\|(?!\|)/.test(script.trim()) || /\bexec\b|\btrap\b/.test(script)) continue;
    problems.addOnKey(
      'shell-form',
      [...path, container.command === undefined ? 'args' : 'command'],
      `The shell of ${name} does not pass the signal to end on: what it has started is killed when the time of grace is over`,
      'Begin the last command with exec, or let the shell trap TERM.',
    );
  }
};

/** The script of `sh -c SCRIPT`; a single command is put in the shell's place by the shells of the common images. */
function shellScript({ command = [], args = [] }: ContainerCase['container']): string | undefined {
  const words = [...command, ...args];
  const [program = '', flag = '', script] = words;
  return /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(program) && /^-[a-z]*c$/.test(flag) ? script : undefined;
}

/** What `add` and `remove` are asked alike: which file, which Pod in it, and where the result goes. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTarget, type Target } from '../src/service/target.ts';
import { text } from './cluster-flags.ts';
import type { Arguments, FlagTable } from './command.ts';

export const editFlags: FlagTable = {
  filename: { type: 'string', short: 'f', value: 'FILE', describe: 'The manifest; - is standard input' },
  to: { type: 'string', value: 'KIND/NAME', describe: 'The Pod or workload in it, as in deploy/web; needed where there are several' },
  'in-place': { type: 'boolean', short: 'i', describe: 'Write the file in place of printing it' },
  diff: { type: 'boolean', describe: 'Print what changes, as diff -u does, and write nothing' },
};

export const setFlag: FlagTable = {
  set: { type: 'string', multiple: true, value: 'OPTION=VALUE', describe: 'Set an option of the pattern; `new PATTERN --help` lists them' },
};

export const classicFlag: FlagTable = {
  classic: { type: 'boolean', describe: 'Sidecars as ordinary containers, for clusters before 1.29' },
};

export interface EditRequest {
  readonly file: string;
  readonly to: Target | undefined;
  readonly output: 'text' | 'in-place' | 'diff';
}

/** Reads the flags. Throws `usage`. */
export function editRequest(args: Arguments, command: string): EditRequest {
  const file = text(args, 'filename') ?? '';
  if (file === '') throw new PodwrightError('usage', `${command} needs a manifest`, { hint: 'Name it with -f FILE; -f - reads standard input.' });
  const to = text(args, 'to');
  const [inPlace, diff] = [args.flags['in-place'] === true, args.flags['diff'] === true];
  if (inPlace && diff) throw new PodwrightError('usage', '--diff writes nothing, and -i does', { hint: 'Take one of them.' });
  if (inPlace && file === '-') throw new PodwrightError('usage', 'standard input cannot be written in place', { hint: 'Leave -i out: the result is printed.' });
  return { file, to: to === undefined ? undefined : parseTarget(to), output: inPlace ? 'in-place' : diff ? 'diff' : 'text' };
}

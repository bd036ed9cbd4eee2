/** Schedules and time zones of CronJobs, as the parser of the API server (robfig/cron v3, ParseStandard) takes them. */

interface CronField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words?: readonly string[];
}

const fields: readonly CronField[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of the week', least: 0, most: 6, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What is wrong with a schedule, or undefined. */
export function scheduleFault(schedule: string): string | undefined {
  if (schedule.includes('TZ')) return 'the time zone goes into the field timeZone';
  if (schedule.startsWith('@')) return descriptorFault(schedule);
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== fields.length) return `it has five fields, minute hour day month weekday, and this has ${parts.length}`;
  for (const [index, field] of fields.entries()) {
    const fault = fieldFault(parts[index] ?? '', field);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function descriptorFault(schedule: string): string | undefined {
  if (descriptors.includes(schedule)) return undefined;
  const every = /^@every (.*)$/.exec(schedule)?.[1];
  if (every === undefined) return `${schedule} is none of ${descriptors.join(', ')} and @every TIME`;
  return /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.test(every) ? undefined : `"${every}" is no time such as 90s or 1h30m`;
}

function fieldFault(text: string, field: CronField): string | undefined {
  for (const part of text.split(',')) {
    const fault = part === '' ? undefined : rangeFault(part, field);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** `*`, `5`, `1-5`, each with a step such as `/10`. */
function rangeFault(text: string, { name, least, most, words = [] }: CronField): string | undefined {
  const [range = '', step, ...tooManySteps] = text.split('/');
  const [first = '', last, ...tooManyEnds] = range.split('-');
  if (tooManySteps.length > 0 || tooManyEnds.length > 0) return `"${text}" is no range of the ${name}`;
  const number = (word: string): number | undefined => {
    const index = words.indexOf(word.toLowerCase());
    return /^\d{1,9}$/.test(word) ? Number(word) : word !== '' && index >= 0 ? index : undefined;
  };
  const any = first === '*' || first === '?';
  const start = any ? least : number(first);
  const end = any || (last === undefined && step !== undefined) ? most : last === undefined ? start : number(last);
  if (start === undefined || end === undefined) return `"${text}" is no ${name}`;
  if (start < least || end > most) return `the ${name} is from ${least} to ${most}, and this is ${text}`;
  if (start > end) return `the ${name} ${text} ends before it begins`;
  if (step !== undefined && (number(step) ?? 0) <= 0) return `"${text}" has no step`;
  return undefined;
}

/** What is wrong with a time zone, or undefined. */
export function timeZoneFault(zone: string): string | undefined {
  const unknown = `There is no time zone "${zone}"; they have names such as Europe/Berlin`;
  if (zone === '' || /^local$/i.test(zone)) return unknown;
  if (zone.split('/').some((part) => part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part))) return unknown;
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) && undefined;
  } catch {
    return unknown;
  }
}

/**
 * The types of a pattern's options: what a text must look like, as the API server and the kubelet check the fields that it goes into. The grammar of image
 * references is that of distribution/reference.
 */
import { isIP } from 'node:net';
import { quantityNumber } from '../../core/quantity.ts';
import { scheduleFault } from '../cron-schedule.ts';
import { configKeyFormat, dnsLabelFormat, dnsSubdomainFormat, type Format, portNameFormat, stepsBack } from '../name-formats.ts';

// The registry, the tag and the digest are optional.
const image =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,})?$/;
const printable = /^\P{Cc}+$/u;
const largest = 2 ** 31 - 1;

const formats = {
  name: dnsLabelFormat,
  object: dnsSubdomainFormat,
  host: (text) => (isIP(text) !== 0 || dnsSubdomainFormat(text) === undefined ? undefined : 'has to be a host name in lower case or an IP address'),
  port: numberFormat(1, 65_535, 'has to be a port, 1 to 65535'),
  'port-name': portNameFormat,
  quantity: fails((text) => (quantityNumber(text) ?? 0) > 0, 'has to be a quantity above 0, as in 250m, 1.5 or 64Mi'),
  image: fails((text) => image.test(text), 'has to be an image, as in registry.example/team/app:1.2'),
  path: fails(
    (text) => /^\/[^:]*$/.test(text) && printable.test(text) && text.length <= 4096 && !stepsBack(text),
    'has to be an absolute path, without ".." and ":"',
  ),
  file: (text) => (text === '' ? 'has to have a name' : configKeyFormat(text)),
  seconds: numberFormat(1, largest, 'has to be a number of seconds, 1 or more'),
  count: numberFormat(0, largest, 'has to be a whole number'),
  user: numberFormat(1, largest, 'has to be the number of a user that is not root'),
  url: fails(
    (text) => /^https?:\/\/[^\s/]/.test(text) && printable.test(text) && URL.canParse(text),
    'has to be an address that begins with http:// or https://',
  ),
  metric: fails((text) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text), 'may have letters, digits and underscores, and begins with no digit'),
  schedule: (text) => {
    const fault = scheduleFault(text);
    return fault === undefined ? undefined : `is no schedule: ${fault}`;
  },
  text: fails((text) => printable.test(text), 'has to be text of one line'),
} as const satisfies Readonly<Record<string, Format>>;

export type OptionFormat = keyof typeof formats;

const numbers: ReadonlySet<OptionFormat> = new Set<OptionFormat>(['port', 'seconds', 'count', 'user']);

export function isOptionFormat(text: unknown): text is OptionFormat {
  return typeof text === 'string' && Object.hasOwn(formats, text);
}

/** What is wrong with the text, in the words that follow it, such as `has to be …`; undefined where nothing is. */
export function formatProblem(format: OptionFormat, text: string): string | undefined {
  return formats[format](text);
}

/** The value that stands for the text in YAML. */
export function formatValue(format: OptionFormat, text: string): string | number {
  return numbers.has(format) ? Number(text) : text;
}

function fails(holds: (text: string) => boolean, problem: string): Format {
  return (text) => (holds(text) ? undefined : problem);
}

function numberFormat(least: number, most: number, problem: string): Format {
  return fails((text) => /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most, problem);
}

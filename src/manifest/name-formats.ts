/**
 * The formats of names and other short texts, as apimachinery's util/validation has them. Each function says what is wrong with a text in the words that
 * follow it, such as `has to be …`, or gives undefined.
 */
import { isIP } from 'node:net';

export type Format = (text: string) => string | undefined;

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const dnsLabel = new RegExp(`^${label}$`);
const dnsSubdomain = new RegExp(`^${label}(?:\\.${label})*$`);
const looseLabel = '[a-z0-9_](?:[-_a-z0-9]*[a-z0-9_])?';
const searchDomain = new RegExp(`^${looseLabel}(?:\\.${looseLabel})*$`);
const qualified = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** A DNS label (RFC 1123): names of containers, volumes, Services. */
export const dnsLabelFormat: Format = (text) =>
  tooLong(text, 63) ?? (dnsLabel.test(text) ? undefined : 'may have lower case letters, digits and dashes, and begins and ends with a letter or digit');

/** A DNS subdomain: names of most objects. */
export const dnsSubdomainFormat: Format = (text) =>
  tooLong(text, 253) ??
  (dnsSubdomain.test(text) ? undefined : 'may have lower case letters, digits, dashes and points, and begins and ends with a letter or digit');

/** A domain to search names in, which may have underscores, and end with a point. */
export const searchDomainFormat: Format = (text) => {
  const domain = text.replace(/\.$/, '');
  return text === '.' ? undefined : (tooLong(domain, 253) ?? (searchDomain.test(domain) ? undefined : 'has to be a domain in lower case'));
};

/** A name with an optional domain before a slash: keys of labels and annotations, resources, gates. */
export const qualifiedNameFormat: Format = (text) => {
  const [first = '', second, ...others] = text.split('/');
  if (others.length > 0) return 'may have one slash, between a domain and a name';
  if (second !== undefined && (first === '' || dnsSubdomainFormat(first) !== undefined)) return 'has before its slash to be a domain in lower case';
  const name = second ?? first;
  if (name === '') return 'has to have a name';
  return (
    tooLong(name, 63) ??
    (qualified.test(name) ? undefined : 'may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit')
  );
};

export const labelValueFormat: Format = (text) => {
  if (text === '') return undefined;
  return (
    tooLong(text, 63) ??
    (qualified.test(text) ? undefined : 'may have letters, digits, dashes, underscores and points, and begins and ends with a letter or digit')
  );
};

/** An IANA service name (RFC 6335): names of ports. */
export const portNameFormat: Format = (text) => {
  if (text.length > 15) return 'may have no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(text)) return 'may have lower case letters, digits and dashes';
  if (!/[a-z]/.test(text)) return 'has to have a letter';
  return /--|^-|-$/.test(text) ? 'may not begin or end with a dash, nor have two in a row' : undefined;
};

export const envNameFormat: Format = (text) => (/^[ -<>-~]+$/.test(text) ? undefined : 'may have printable ASCII characters except =');

/** A key of a ConfigMap or Secret. */
export const configKeyFormat: Format = (text) => {
  if (text.length > 253) return 'may have no more than 253 characters';
  if (!/^[-._a-zA-Z0-9]+$/.test(text)) return 'may have letters, digits, dashes, underscores and points';
  return /^\.{1,2}$|^\.\./.test(text) ? 'may not be . or begin with ..' : undefined;
};

export const headerNameFormat: Format = (text) => (/^[-A-Za-z0-9]+$/.test(text) ? undefined : 'may have letters, digits and dashes');

/** Without leading zeros, and no IPv4 address written as IPv6, which the API server takes no more since 1.36. */
export const ipFormat: Format = (text) => (isIP(text) !== 0 && !/^::ffff:[\d.]+$/i.test(text) && !text.includes('%') ? undefined : 'has to be an IP address');

/** A path below some folder, which it may not leave. */
export const relativePathFormat: Format = (text) => {
  if (text.startsWith('/')) return 'has to be a relative path';
  return stepsBack(text) ? 'may not have ".." in it' : undefined;
};

/** As `relativePathFormat`, for files in a volume, in which the kubelet keeps names that begin with two points for itself. */
export const volumePathFormat: Format = (text) => relativePathFormat(text) ?? (text.startsWith('..') ? 'may not begin with ".."' : undefined);

export function stepsBack(path: string): boolean {
  return path.split('/').includes('..');
}

export const sysctlFormat: Format = (text) =>
  text.length <= 253 && /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/.test(text)
    ? undefined
    : 'may have lower case letters, digits, dashes and underscores, in parts that points or slashes separate';

function tooLong(text: string, most: number): string | undefined {
  return text.length > most ? `may have no more than ${most} characters, and has ${text.length}` : undefined;
}

/** What a path of the API can have as one part: rest.ValidatePathSegmentName. */
export const pathSegmentFormat: Format = (text) =>
  text === '.' || text === '..' || /[/%]/.test(text) ? 'may not be "." or "..", nor have "/" or "%"' : undefined;

/**
 * The formats of text that the schemas of custom resources ask for, as the API server checks them. Source: kube-openapi's pkg/validation/strfmt. Not checked are
 * isbn, creditcard, ssn, rgbcolor and bsonobjectid; formats that it does not know the server leaves out itself.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { dnsLabelFormat, dnsSubdomainFormat } from './name-formats.ts';

const uuid = (third: string, fourth: string): RegExp => new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i');
const any = '[0-9a-f]{4}';
const variant = '[89ab][0-9a-f]{3}';
const uuids: Readonly<Record<string, RegExp>> = {
  uuid: uuid(any, any),
  uuid3: uuid('3[0-9a-f]{3}', any),
  uuid4: uuid('4[0-9a-f]{3}', variant),
  uuid5: uuid('5[0-9a-f]{3}', variant),
};
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const hostLabel = /^[a-zA-Z0-9\p{S}\p{L}](?:[-a-zA-Z0-9\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?$/u;
const goDuration = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const wordedDuration =
  /^(?:\d+\s*(?:ns|nano|nanosecond|nanos|nanoseconds|us|µs|micro|micros|microsecond|microseconds|ms|milli|millis|millisecond|milliseconds|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hrs|hour|hours|d|day|days|w|week|weeks|wk)\s*)+$/;
const mail = /^(?:[^<>]*<)?[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*@[^\s@<>,;]+>?$/u;

/** What the value has to be; undefined: it is. */
export function formatFault(value: string, format: string): string | undefined {
  switch (format.replaceAll('-', '')) {
    case 'byte':
      return base64.test(value.replace(/[\r\n]/g, '')) ? undefined : 'has to be base64';
    case 'date':
      return isDate(value) ? undefined : 'has to be a date, like 2026-01-31';
    case 'datetime':
      return isDateTime(value) ? undefined : 'has to be a time, like 2026-01-31T12:00:00Z';
    case 'duration':
      return goDuration.test(value) || wordedDuration.test(value) ? undefined : 'has to be a duration, like 1h30m';
    case 'email':
      return mail.test(value) ? undefined : 'has to be an address of e-mail';
    case 'hostname':
      return isHostname(value) ? undefined : 'has to be the name of a host';
    case 'ipv4':
      return isIPv4(value) ? undefined : 'has to be an IPv4 address';
    case 'ipv6':
      return isIPv6(value) && !value.includes('%') ? undefined : 'has to be an IPv6 address';
    case 'cidr':
      return isCidr(value) ? undefined : 'has to be a range of addresses, like 10.0.0.0/8';
    case 'mac':
      return /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?)$|^(?:[0-9a-f]{4}\.){2,3}[0-9a-f]{4}$/i.test(value)
        ? undefined
        : 'has to be the address of a network card';
    case 'uri':
      return isRequestUri(value) ? undefined : 'has to be a URI';
    case 'hexcolor':
      return /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(value) ? undefined : 'has to be a colour, like #ff8800';
    case 'k8sshortname':
      return dnsLabelFormat(value);
    case 'k8slongname':
      return dnsSubdomainFormat(value);
    default: {
      const pattern = uuids[format];
      return pattern === undefined || pattern.test(value) ? undefined : `has to be a ${format.toUpperCase()}`;
    }
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  const parts = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time ?? '');
  return isDate(date) && parts !== null && Number(parts[1]) < 24 && Number(parts[2]) < 60 && Number(parts[3]) < 60;
}

function isHostname(text: string): boolean {
  return (
    text.length <= 255 &&
    text !== '' &&
    text
      .replace(/\.$/, '')
      .split('.')
      .every((label) => hostLabel.test(label))
  );
}

function isCidr(text: string): boolean {
  const [, address = '', bits] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  return bits !== undefined && ((isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128));
}

/** url.ParseRequestURI: a path, or something absolute. */
function isRequestUri(text: string): boolean {
  if (/[\s\u0000-\u001f\u007f]/.test(text)) return false;
  return text.startsWith('/') || /^[a-zA-Z][-+.a-zA-Z0-9]*:./.test(text);
}

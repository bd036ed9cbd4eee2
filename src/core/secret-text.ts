/**
 * What looks like a secret in free text, names and command lines, and its mask. Pure: one place decides it for recordings and for what is printed.
 *
 * A word masked too many is the smaller harm.
 */
import { type Json, object } from './json.ts';

/** What stands where a value was. */
export const redacted = '[redacted]';

const secretWord = String.raw`pass(?:word|wd|phrase)|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credentials?|cookie`;
const secretName = new RegExp(`${secretWord}|authorization`, 'i');
/** Annotations in which tools keep the manifest that was applied, environment and all. */
const manifestAnnotation = /last-applied|\/original$|\/applied$|applied-configuration/i;
/** `--password=x`, `-token x`: the name of a flag of which the value is secret. */
const secretFlag = new RegExp(String.raw`^-{1,2}[\w.-]*(?:${secretWord})[\w.-]*`, 'i');

/** A value in quotes, which may be escaped themselves; messages are cut off, so that the closing one may be missing. */
const quoted = String.raw`\\"[^]*?(?:\\"|$)|"(?:[^"\\]|\\[^])*(?:"|$)|'[^']*(?:'|$)`;

const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  // Authorization: Basic dXNlcjpwYXNz
  [/(\bauthorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?)(?!\[redacted\])[^\s"',;]+/gi, `$1${redacted}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${redacted}`],
  // A JSON Web Token, as service accounts have them.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, redacted],
  // https://user:password@host; the digest of an image also stands behind an @.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@(?!sha\d+:)/gi, `$1${redacted}@`],
  // password=x, "token": "x", API_KEY='x y'
  [new RegExp(String.raw`([\w.-]*(?:${secretWord})[\w.-]*\\?["']?\s*[=:]\s*)(?!\[redacted\])(?:${quoted}|[^\s"',;&]+)`, 'gi'), `$1${redacted}`],
];

/** Text with what looks like a password, a token or a key masked. */
export function redactedText(text: string): string {
  return secretTexts.reduce((left, [pattern, mask]) => left.replace(pattern, mask), text);
}

/** Free names with values: a manifest is left out, a value of which the name speaks of a secret is masked. */
export function redactedPairs(pairs: unknown): Json {
  return Object.fromEntries(
    Object.entries(object(pairs)).flatMap(([name, value]) => {
      if (manifestAnnotation.test(name)) return [];
      const secret = secretName.test(name) || (typeof value === 'string' && /^\s*[{[][^]*"(?:env|data|stringData)"/.test(value));
      return [[name, secret ? redacted : value]];
    }),
  );
}

/** The words of a command line: `--password=x y` is masked to its end, and so is the word after `--password`. */
export function redactedWords(words: readonly unknown[]): readonly unknown[] {
  return words.map((word, at) => {
    if (typeof word !== 'string') return word;
    const before = words[at - 1];
    if (typeof before === 'string' && secretFlag.exec(before)?.[0] === before && !word.startsWith('-')) return redacted;
    const flag = secretFlag.exec(word)?.[0];
    return flag !== undefined && word[flag.length] === '=' ? `${flag}=${redacted}` : word;
  });
}

/** Whether a variable's value is likely to be a secret, going by its name: `DB_PASSWORD`, `API_TOKEN`, `SIGNING_KEY`. */
export function isSecretVariable(name: string): boolean {
  return secretName.test(name) || /(?:^|[_.-])(?:key|keys|pass|auth|salt|dsn|pin|cert)(?:$|[_.-])/i.test(name);
}

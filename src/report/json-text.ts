/**
 * JSON as kubectl writes it, byte for byte: keys in order, four spaces, and `<`, `>` and `&` as escapes, because Go's encoder makes HTML-safe JSON.
 * A file that was made with one program and compared with the other's output shows no difference.
 */

/** `indent` 0 is all on one line. The value must be what JSON.parse gives. */
export function jsonText(value: unknown, indent = 0, margin = ''): string {
  return escaped(write(value, indent === 0 ? '' : ' '.repeat(indent), indent === 0 ? '' : `\n${margin}`));
}

// The walk is by hand because a JavaScript object cannot hold its keys in order when some look like integers.
function write(value: unknown, indent: string, lineBreak: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const inner = lineBreak + indent;
    return `[${inner}${value.map((item) => write(item, indent, inner)).join(`,${inner}`)}${lineBreak}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    if (keys.length === 0) return '{}';
    const inner = lineBreak + indent;
    const colon = lineBreak === '' ? ':' : ': ';
    return `{${inner}${keys.map((key) => JSON.stringify(key) + colon + write((value as Record<string, unknown>)[key], indent, inner)).join(`,${inner}`)}${lineBreak}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

// Besides Go's own escapes, the control characters that JSON leaves alone (DEL and C1): a terminal may obey them, and the value stays the same.
function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029\x7f-\x9f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Patterns of paths: `*` is anything within a name, `**` any directories, `?` one character; what matches a directory matches all that is in it. */

export function pathPattern(pattern: string): RegExp {
  const path = pattern
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .replace(/(?:\*\*\/)+/g, '**/');
  const source = path.replace(/\*\*\/|\*+|\?|[^*?]+/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part.startsWith('**')) return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source}(?:/.*)?$`, 's');
}

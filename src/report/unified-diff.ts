/** The difference of two texts, line by line, as `diff -u` prints it and `patch` takes it. */
import type { Style } from './style.ts';

interface Line {
  readonly sign: ' ' | '-' | '+';
  /** With its line end, where it has one. */
  readonly text: string;
}

const context = 3;

/** Empty where the texts are equal. `shown` makes of each text what is printed of it, of as many lines. */
export function unifiedDiff(before: string, after: string, file: string, style: Style, shown?: (text: string) => string): string {
  if (before === after) return '';
  const different = differences(linesOf(before), linesOf(after));
  const lines = shown === undefined ? different : shownAs(different, linesOf(shown(before)), linesOf(shown(after)));
  return [style.bold(`--- ${file}`), '\n', style.bold(`+++ ${file}`), '\n', ...hunks(lines, style)].join('');
}

function shownAs(lines: readonly Line[], before: readonly string[], after: readonly string[]): readonly Line[] {
  let [old, now] = [0, 0];
  return lines.map(({ sign, text }) => {
    const shown = { sign, text: (sign === '+' ? after[now] : before[old]) ?? text };
    if (sign !== '+') old++;
    if (sign !== '-') now++;
    return shown;
  });
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

function hunks(lines: readonly Line[], style: Style): readonly string[] {
  const texts: string[] = [];
  let [before, after] = [1, 1];
  for (let at = 0; at < lines.length; ) {
    const begin = at;
    // As far as changes are no further apart than two contexts.
    let [first, last] = [-1, -1];
    for (let next = at; next < lines.length && (last < 0 || next - last <= 2 * context); next++) {
      if (lines[next]?.sign === ' ') continue;
      if (first < 0) first = next;
      last = next;
    }
    if (last < 0) break;
    const from = Math.max(begin, first - context);
    const to = Math.min(lines.length, last + context + 1);
    before += from - begin;
    after += from - begin;
    const hunk = lines.slice(from, to);
    const [removed, added] = [hunk.filter(({ sign }) => sign !== '+').length, hunk.filter(({ sign }) => sign !== '-').length];
    texts.push(`@@ -${range(before, removed)} +${range(after, added)} @@\n`, ...hunk.map((line) => lineText(line, style)));
    before += removed;
    after += added;
    at = to;
  }
  return texts;
}

/** Of no lines, the line before them. */
function range(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}

function lineText({ sign, text }: Line, style: Style): string {
  const paint = sign === '+' ? style.green : sign === '-' ? style.red : (same: string) => same;
  const line = text.replace(/\n$/, '');
  return `${paint(`${sign}${line}`)}\n${text.endsWith('\n') ? '' : '\\ No newline at end of file\n'}`;
}

/** More differing lines than anybody reads: then the rest is shown as taken out and put in. */
const mostDifferences = 500;

/** The shortest way from one to the other (E. W. Myers, An O(ND) Difference Algorithm), after what is equal at both ends. */
function differences(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly Line[] {
  const trace: Map<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let changes = 0; changes <= Math.min(before.length + after.length, mostDifferences); changes++) {
    const next = new Map(reached);
    trace.push(reached);
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down = diagonal === -changes || (diagonal !== changes && (reached.get(diagonal - 1) ?? 0) < (reached.get(diagonal + 1) ?? 0));
      let x = down ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return wayBack(before, after, trace);
    }
    reached = next;
  }
  return [...before.map((text): Line => ({ sign: '-', text })), ...after.map((text): Line => ({ sign: '+', text }))];
}

function wayBack(before: readonly string[], after: readonly string[], trace: readonly ReadonlyMap<number, number>[]): readonly Line[] {
  const lines: Line[] = [];
  let [x, y] = [before.length, after.length];
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reached = trace[changes] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = diagonal === -changes || (diagonal !== changes && (reached.get(diagonal - 1) ?? 0) < (reached.get(diagonal + 1) ?? 0));
    const from = down ? diagonal + 1 : diagonal - 1;
    const startX = reached.get(from) ?? 0;
    const startY = startX - from;
    while (x > startX && y > startY) {
      lines.push({ sign: ' ', text: before[--x] ?? '' });
      y--;
    }
    if (changes === 0) break;
    if (down) lines.push({ sign: '+', text: after[--y] ?? '' });
    else lines.push({ sign: '-', text: before[--x] ?? '' });
  }
  return lines.reverse();
}

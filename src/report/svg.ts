/** Lines of a terminal as a picture: an SVG that needs no font and no file beside it. */
import { plainText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';

/** The colours of a picture, as CSS has them; the first six are what the terminal's own palette is for the program. */
export interface Palette {
  readonly red: string;
  readonly green: string;
  readonly yellow: string;
  readonly blue: string;
  readonly text: string;
  readonly dim: string;
  readonly background: string;
  readonly border: string;
}

/** Each colour of text has a contrast of 4.5 and more to the background. */
export const lightPalette: Palette = {
  red: '#b3261e',
  green: '#1a7034',
  yellow: '#8a5a00',
  blue: '#0b57d0',
  text: '#1f2328',
  dim: '#59636e',
  background: '#ffffff',
  border: '#d1d9e0',
};

export const darkPalette: Palette = {
  red: '#ff8f85',
  green: '#6fdd8b',
  yellow: '#f2cc60',
  blue: '#8ab4f8',
  text: '#e6edf3',
  dim: '#9aa4af',
  background: '#0d1117',
  border: '#3d444d',
};

/** What a screen reader says in place of the picture. */
export interface PictureText {
  readonly title: string;
  readonly description: string;
}

/** Sizes in pixels. */
const cell = { width: 8.4, height: 19 };
const fontSize = 14;
const margin = 14;

/** Which class of the style sheet a code of style.ts opens, and the kind of style it belongs to. */
const opened: Readonly<Record<string, readonly [kind: 'colour' | 'weight' | 'dim', name: string]>> = {
  '1': ['weight', 'b'],
  '2': ['dim', 'd'],
  '31': ['colour', 'r'],
  '32': ['colour', 'g'],
  '33': ['colour', 'y'],
  '34': ['colour', 'u'],
};

interface Styles {
  readonly colour?: string;
  readonly weight?: string;
  readonly dim?: string;
}

/**
 * The picture of styled lines. Every word is put at its cell and as wide as its cells, so that it looks the same in whatever font is at hand. Text is
 * escaped, and codes other than those of the dashboard's styles are dropped.
 */
export function terminalSvg(lines: readonly string[], palette: Palette, { title, description }: PictureText): string {
  const columns = Math.max(0, ...lines.map(textWidth));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${palette.text};white-space:pre}`,
    `.d{fill:${palette.dim}}.r{fill:${palette.red}}.g{fill:${palette.green}}.y{fill:${palette.yellow}}.u{fill:${palette.blue}}.b{font-weight:700}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${palette.background}" stroke="${palette.border}"/>`,
    ...lines.flatMap((line, row) => words(line).map((word) => drawn(word, row))),
    '</svg>',
    '',
  ].join('\n');
}

interface Word {
  readonly text: string;
  /** In cells. */
  readonly at: number;
  readonly width: number;
  readonly styles: Styles;
}

function words(line: string): readonly Word[] {
  const found: Word[] = [];
  let styles: Styles = {};
  let at = 0;
  // Text and codes take turns.
  for (const [index, part] of line.split(/\u001b\[([0-9;]*)m/).entries()) {
    if (index % 2 === 1) {
      styles = after(styles, part);
      continue;
    }
    // Another font may take over from ASCII to what is not: those are words of their own.
    for (const [text] of plainText(part).matchAll(/ +|[!-~]+|[^ -~]+/g)) {
      const width = textWidth(text);
      if (width > 0 && !text.startsWith(' ')) found.push({ text, at, width, styles });
      at += width;
    }
  }
  return found;
}

function after(styles: Styles, code: string): Styles {
  const open = opened[code];
  if (open) return { ...styles, [open[0]]: open[1] };
  const { colour, weight, dim } = styles;
  if (code === '39') return { ...(weight && { weight }), ...(dim && { dim }) };
  if (code === '22') return { ...(colour && { colour }) };
  return code === '' || code === '0' ? {} : styles;
}

function drawn({ text, at, width, styles }: Word, row: number): string {
  const classes = [styles.dim, styles.colour, styles.weight].filter((name) => name !== undefined).join(' ');
  const x = pixels(margin + at * cell.width);
  const y = pixels(margin + (row + 0.75) * cell.height);
  const length = pixels(width * cell.width);
  const style = classes === '' ? '' : ` class="${classes}"`;
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(text)}</text>`;
}

function pixels(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text from a cluster, fit to stand in an SVG. */
export function escaped(text: string): string {
  return plainText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

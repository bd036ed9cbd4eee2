/** Pictures of terminal lines: each word at its cell, in its style, and nothing of what is drawn can become markup. */
import { expect, test } from 'vitest';
import { styleOf } from '../../src/report/style.ts';
import { lightPalette, terminalSvg } from '../../src/report/svg.ts';

const named = { title: 'A title', description: 'What it shows' };
const texts = (...lines: readonly string[]) => terminalSvg(lines, lightPalette, named).match(/<text .*<\/text>/g) ?? [];

test('each word stands at its cell, as wide as its cells', () => {
  expect(texts('ab  日本 c', '', ' d')).toEqual([
    '<text x="14" y="28.25" textLength="16.8" lengthAdjust="spacingAndGlyphs">ab</text>',
    '<text x="47.6" y="28.25" textLength="33.6" lengthAdjust="spacingAndGlyphs">日本</text>',
    '<text x="89.6" y="28.25" textLength="8.4" lengthAdjust="spacingAndGlyphs">c</text>',
    '<text x="22.4" y="66.25" textLength="8.4" lengthAdjust="spacingAndGlyphs">d</text>',
  ]);
});

test('styles nest and end as in a terminal', () => {
  const { bold, dim, red } = styleOf(true);
  const classes = texts(`${bold(`a${red('b')}c`)}d${dim('e')}f`).map((text) => `${/class="([^"]*)"/.exec(text)?.[1] ?? ''}:${/>(.)</.exec(text)?.[1]}`);
  expect(classes).toEqual(['b:a', 'r b:b', 'b:c', ':d', 'd:e', ':f']);
});

test('hostile text is text', () => {
  const hostile = '</text><script>alert("1")&\u001b]0;title\u0007\u001b[2J\u0000\u202e</script>';
  const svg = terminalSvg([hostile], lightPalette, { title: hostile, description: hostile });
  expect(svg).not.toContain('<script');
  // Neither control characters nor marks that turn the direction.
  expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(svg.replace(/<[^<>]*>/g, '')).toContain('&lt;script&gt;alert(&quot;1&quot;)&amp;&lt;/script&gt;');
});

test('it says what it shows', () => {
  const svg = terminalSvg(['a'], lightPalette, { title: 'A & B', description: 'What it shows' });
  expect(svg).toContain('<title id="title">A &amp; B</title>');
  expect(svg).toContain('<desc id="description">What it shows</desc>');
});

/** The dashboard's bundle measures common text without `string-width`: it has to come to the same. */
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import bundledWidth from '../../build/string-width.ts';

test('each sign of the first planes is as wide as string-width has it', () => {
  for (let code = 0; code < 0x3000; code++) {
    const sign = String.fromCharCode(code);
    if (bundledWidth(sign) !== stringWidth(sign)) throw new Error(`U+${code.toString(16)}: ${bundledWidth(sign)}, not ${stringWidth(sign)}`);
  }
});

test.each(['', '●\u001b[32m ready\u001b[39m ✖', 'e\u0301', '⌛ 字', '👩\u200d👩\u200d👧 x', '\u001b]8;;https://x\u0007link\u001b]8;;\u0007'])('%j', (text) => {
  expect(bundledWidth(text)).toBe(stringWidth(text));
  expect(bundledWidth(text, { countAnsiEscapeCodes: true })).toBe(stringWidth(text, { countAnsiEscapeCodes: true }));
});

/** docs/keys.md is written from the keys that the dashboard lists itself. `npm run golden` writes it anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyPlaces } from '../../src/tui/key-list.ts';

test('docs/keys.md lists the keys of the dashboard', async () => {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const places = keyPlaces.map(({ place, keys }) =>
    [`## ${place}`, '', '| keys | do |', '|---|---|', ...keys.map(([key, does]) => `| \`${cell(key)}\` | ${cell(does)} |`)].join('\n'),
  );
  const intro = 'The dashboard shows this list when `?` is pressed, with what its marks mean. The wheel moves where the terminal sends it as arrows.';
  await expect(`# Keys of the dashboard\n\n${intro}\n\n${places.join('\n\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/keys.md'));
});

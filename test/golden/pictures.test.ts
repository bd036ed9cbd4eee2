/** The pictures of the documents: a moment of the recorded shop, drawn by the dashboard. `npm run pictures` draws them anew. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { readRecording } from '../../src/record/recordings.ts';
import { darkPalette, lightPalette, terminalSvg } from '../../src/report/svg.ts';
import { frame } from '../../src/tui/frame.ts';
import { initialModel } from '../../src/tui/model.ts';
import { after, pods, upserts } from '../unit/tui-story.ts';

/** Milliseconds into the recording. */
const moment = 52_000;

async function dashboard(): Promise<readonly string[]> {
  const recording = await readRecording(join(import.meta.dirname, '../recorded/shop.ndjson.gz'));
  const { context, scope } = recording.header;
  const now = recording.start + moment;
  const state = recording.stateAt(recording.indexAt(now));
  const facts = [...state.pods.values()].map(({ json }) => podFacts(JSON.parse(json.toString())));
  const model = initialModel({ terminal: { columns: 116, rows: 15, colour: true, unicode: true }, now, clusters: [context], scope });
  return frame(after(model, pods(model, upserts(facts), now)));
}

test.each([
  ['light', lightPalette],
  ['dark', darkPalette],
])('the dashboard, %s', async (name, palette) => {
  const svg = terminalSvg(await dashboard(), palette, {
    title: 'The dashboard of Podwright',
    description: 'A table of the Pods of a shop. Those in trouble come first, each with its status and its init steps; below it stands why the chosen Pod fails.',
  });
  await expect(svg).toMatchFileSnapshot(join(import.meta.dirname, `../../docs/pictures/dashboard-${name}.svg`));
});

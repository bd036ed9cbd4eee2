/** Pods larger than anybody's: sixty containers, three hundred conditions, labels of full length. The table and the pane draw them at any size, to their end. */
import { expect, test } from 'vitest';
import { apiServer, createIn, inNamespace } from '../namespace.ts';
import { inScreen, restored } from '../screen-session.ts';
import { idlePod } from './idle-pods.ts';

function numbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1).padStart(3, '0'));
}

async function bigPods(namespace: string): Promise<void> {
  const label = 'l'.repeat(63);
  const labels = Object.fromEntries(numbers(20).map((at) => [`${'d'.repeat(63)}.example/${at}${'k'.repeat(60)}`, `${label.slice(3)}${at}`]));
  const many = idlePod('idle-containers');
  const full = idlePod('idle-conditions');
  await createIn(namespace, [
    { ...many, spec: { ...many.spec, containers: numbers(60).map((at) => ({ name: `c-${at}`, image: `nothing.invalid/${at}:1` })) } },
    { ...full, metadata: { ...full.metadata, labels } },
  ] as Parameters<typeof createIn>[1]);
  const patch = async (name: string, status: unknown): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    await (await apiServer()).request(path, { method: 'PATCH', contentType: 'application/merge-patch+json', body: { status } });
  };
  await patch('idle-containers', {
    containerStatuses: numbers(60).map((at) => ({
      name: `c-${at}`,
      image: `nothing.invalid/${at}:1`,
      imageID: '',
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: 'ImagePullBackOff', message: `no image ${at}` } },
    })),
  });
  await patch('idle-conditions', {
    conditions: numbers(300).map((at) => ({ type: `example.com/gate-${at}`, status: 'False', reason: 'Wanted', message: `${'message '.repeat(20)}${at}` })),
  });
}

test.concurrent('sixty containers, three hundred conditions and labels of full length are drawn, to the end', async () => {
  await inNamespace(async (namespace) => {
    await bigPods(namespace);
    const atSize = (columns: number, rows: number): Promise<void> =>
      inScreen(['-n', namespace], { columns, rows }, async (screen) => {
        await screen.shows('● live');
        await screen.shows(/idle-containers +0\/60/);
        for (const [name, first, last] of [
          ['idle-containers', 'c-001', 'c-060'],
          ['idle-conditions', 'CONTAINERS', 'gate-300'],
        ] as const) {
          screen.press(`/${name}\r`);
          await screen.shows('1 of 2');
          screen.press('\r');
          await screen.shows(first);
          // From page to page until there it is: nothing between is asserted. The last line is drawn last, and says which lines are above it.
          const position = (): string | undefined => /\d+-\d+ of \d+/.exec(screen.lines.at(-1) ?? '')?.[0];
          await screen.until(() => position() !== undefined);
          for (let pages = 0; !screen.text.includes(last); pages++) {
            expect(pages).toBeLessThan(400);
            const before = position();
            screen.press('\u001b[6~');
            await screen.until(() => position() !== undefined && position() !== before);
          }
          screen.press('\u001b[1~');
          await screen.shows(first);
          screen.press('\u001b');
          await screen.shows('1 of 2');
          screen.press('\u001b');
          await screen.until(() => !screen.text.includes(`/${name}`));
        }
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    await Promise.all([atSize(80, 24), atSize(200, 50)]);
  });
});

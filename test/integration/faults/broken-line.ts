/** The dashboard and `get -w` as a person sees them while the network between them and the real API server breaks, stalls and comes back. */
import { describe, expect, test } from 'vitest';
import { FakeApi } from '../../fake-api/fake-api.ts';
import { createIn, inNamespace } from '../namespace.ts';
import { RunningProgram } from '../running-program.ts';
import { inScreen, restored, type ScreenSession } from '../screen-session.ts';
import { idlePod, named, remove, showsWhatThereIs } from './idle-pods.ts';
import { overLine, withKubeconfig } from './kubeconfig-file.ts';

function count(text: string, part: RegExp): number {
  return text.match(part)?.length ?? 0;
}

describe.concurrent('a broken line', () => {
  test('severed again and again: said each time, nothing lost, live again each time', async () => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await createIn(namespace, [idlePod('idle-kept'), idlePod('idle-0')]);
        const watching = new RunningProgram(['get', '-n', namespace, '-w'], { kubeconfig });
        try {
          await watching.until(() => named(watching.stdout) === 'idle-0,idle-kept');
          await inScreen(['-n', namespace], { kubeconfig }, async (screen) => {
            await showsWhatThereIs(screen, namespace);
            for (const round of [1, 2, 3]) {
              await line.shut();
              await screen.shows(/◌ stale \d+ s · reconnecting/);
              await screen.shows('the connection was refused');
              await watching.until(() => count(watching.stderr, /; reconnecting\n/g) === round);
              await remove(namespace, `idle-${round - 1}`);
              await createIn(namespace, [idlePod(`idle-${round}`)]);
              expect(named(screen.text)).toBe([`idle-${round - 1}`, 'idle-kept'].join());
              await line.open();
              await showsWhatThereIs(screen, namespace);
              await watching.until(() => count(watching.stderr, /connected again\n/g) === round);
            }
            // Shorter than the eye can follow: nothing is asserted of what passes, only of what remains.
            for (const round of [4, 5, 6, 7, 8, 9]) {
              line.cut();
              await createIn(namespace, [idlePod(`idle-${round}`)]);
              await screen.shows(`idle-${round}`);
            }
            await showsWhatThereIs(screen, namespace);
            screen.press('q');
            expect(await screen.left()).toEqual(restored(0));
          });
          await watching.until(() => named(watching.stdout).split(',').length === 11);
        } finally {
          expect(await watching.end()).toBe(143);
        }
        expect(watching.stderr).toMatch(/^(podwright: .+; reconnecting\npodwright: connected again\n)+$/);
        // Told once when it was there, and never again: a resume repeats nothing.
        expect(count(watching.stdout, /^idle-kept /gm)).toBe(1);
        expect(count(watching.stdout, /^idle-2 /gm)).toBeGreaterThan(1);
      }),
    );
  });

  test('stalled without a word: noticed, said, and mended by a new connection', async () => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await createIn(namespace, [idlePod('idle-a'), idlePod('idle-b')]);
        await inScreen(['-n', namespace], { kubeconfig }, async (screen) => {
          await showsWhatThereIs(screen, namespace);
          line.hold();
          await remove(namespace, 'idle-a');
          await createIn(namespace, [idlePod('idle-c')]);
          // The design's 45 s, and the time that a loaded machine takes.
          await screen.shows(/◌ stale \d+ s · reconnecting/);
          await screen.shows(/did not answer|has not been heard|the connection is dead/);
          expect(named(screen.text)).toBe('idle-a,idle-b');
          line.release();
          await showsWhatThereIs(screen, namespace);
          screen.press('q');
          expect(await screen.left()).toEqual(restored(0));
        });
      }),
    );
  });
});

const leaving: readonly (readonly [string, (screen: ScreenSession) => void, number])[] = [
  ['q', (screen) => screen.press('q'), 0],
  ['Ctrl-C', (screen) => screen.press('\u0003'), 130],
  ['SIGTERM', (screen) => screen.signal('SIGTERM'), 143],
  ['SIGHUP', (screen) => screen.signal('SIGHUP'), 129],
];

describe.concurrent('leaving', () => {
  test.each(leaving)('with %s while the link is stale', async (_, leave, exitCode) => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await inScreen(['-n', namespace], { kubeconfig }, async (screen) => {
          await screen.shows('● live');
          await line.shut();
          await screen.shows('◌ stale');
          leave(screen);
          expect(await screen.left()).toEqual(restored(exitCode));
        });
        await line.open();
      }),
    );
  });

  test.each(leaving)('with %s while the server does not answer', async (_, leave, exitCode) => {
    const silent = new FakeApi();
    silent.intercept(() => true);
    await silent.start();
    try {
      await withKubeconfig({ server: silent.url.href, user: {} }, (kubeconfig) =>
        inScreen([], { kubeconfig }, async (screen) => {
          await screen.shows('◌ connecting');
          await silent.until(() => silent.requests.length > 0);
          leave(screen);
          expect(await screen.left()).toEqual(restored(exitCode));
        }),
      );
    } finally {
      await silent.stop();
    }
  });

  test.each(leaving.slice(1))('get -w with %s while the link is lost', async (_, leave, exitCode) => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await createIn(namespace, [idlePod('idle-a')]);
        await inScreen(['-n', namespace], { kubeconfig, command: ['get', '-w'] }, async (screen) => {
          await screen.shows('idle-a');
          await line.shut();
          await screen.shows('reconnecting');
          leave(screen);
          expect(await screen.left()).toEqual(restored(exitCode));
        });
        await line.open();
      }),
    );
  });
});

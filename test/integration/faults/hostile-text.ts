/** Text that is meant to take over a terminal, in every place where a cluster lets people write: it is drawn, it does nothing, and the columns stay in line. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { workloadImage } from '../cluster/workload-image.ts';
import { apiServer, createIn, inNamespace, testKubeconfig, waitForPod } from '../namespace.ts';
import { inScreen, program, restored } from '../screen-session.ts';
import { idlePod } from './idle-pods.ts';

const esc = '\u001b';
/** A title, a link, a device control string, the end of a paste, cursor moves, a question to the terminal, their one-character forms, and characters that turn, join or hide. */
const hostile = [
  'shown',
  `${esc}]0;TITLE\u0007`,
  `${esc}]8;;http://link.invalid${esc}\\`,
  `${esc}P1;DEVICE${esc}\\`,
  `${esc}[201~`,
  `${esc}[13;37H`,
  `${esc}[2J`,
  `${esc}[6n`,
  `${esc}c`,
  '\u009b31m',
  '\u009d0;TITLE\u009c',
  '\u0007\b\b',
  '\u202eturned\u2066\u200f',
  '日本語',
  '🚀',
  '👩\u200d👩\u200d👧',
  'e\u0301\u0302\u0303',
  'end',
].join('');

/** Nothing of it may reach the terminal. The program's own sequences have other parameters. */
function harmless(raw: string): void {
  for (const part of [`${esc}]`, `${esc}P`, `${esc}[201~`, `${esc}[13;37H`, `${esc}[6n`, `${esc}c`, '\u0007', '\b']) {
    expect(raw).not.toContain(part);
  }
  expect(raw).not.toMatch(/[\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
}

const writer = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'writer', annotations: { note: hostile } },
  spec: {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'app',
        image: workloadImage,
        env: [{ name: 'TEXT', value: hostile }],
        command: ['sh', '-c', 'echo "$TEXT"; echo "$TEXT" > /dev/termination-log; exit 1'],
      },
    ],
  },
};

/** What a kubelet, a scheduler or a controller could write, with text that it has from somebody else. */
async function writeStatus(namespace: string): Promise<void> {
  const server = await apiServer();
  await server.request(`/api/v1/namespaces/${namespace}/pods/idle-status/status`, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: {
      status: {
        conditions: [{ type: 'Ready', status: 'False', reason: 'Hostile', message: hostile }],
        containerStatuses: [
          { name: 'app', image: 'nothing', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: `Odd${hostile}`, message: hostile } } },
        ],
      },
    },
  });
  const { metadata } = await server.request<{ metadata: { uid: string } }>(`/api/v1/namespaces/${namespace}/pods/writer`);
  await server.request(`/api/v1/namespaces/${namespace}/events`, {
    method: 'POST',
    body: {
      metadata: { name: 'hostile' },
      involvedObject: { kind: 'Pod', namespace, name: 'writer', uid: metadata.uid },
      type: 'Warning',
      reason: 'Hostile',
      message: `event ${hostile}`,
      source: { component: 'test' },
      firstTimestamp: new Date().toISOString(),
      lastTimestamp: new Date().toISOString(),
      count: 1,
    },
  });
}

test.concurrent('hostile text is drawn harmlessly, in the dashboard and in what get prints', async () => {
  await inNamespace(async (namespace) => {
    await createIn(namespace, [writer, idlePod('idle-status'), idlePod('idle-plain')] as Parameters<typeof createIn>[1]);
    await waitForPod(namespace, 'writer', (pod) => pod.status?.phase === 'Failed');
    await writeStatus(namespace);

    await inScreen(['-n', namespace], { columns: 120, rows: 40 }, async (screen) => {
      await screen.shows('● live');
      await screen.shows(/idle-status +0\/1 +Odd/);
      // What follows the hostile cell begins where it begins in every row, once the frame that they are all in has been drawn to its end.
      await screen.until(() => {
        const rows = ['writer', 'idle-status', 'idle-plain'].map((name) => screen.lines.find((line) => line.slice(2).trimStart().startsWith(`${name} `)));
        const titles = screen.lines.find((line) => line.includes('RESTARTS')) ?? '';
        // The chain of conditions is five marks.
        return rows.every((row) => /^[SBICR·!.]{5} /.test(cellsFrom(row ?? '', titles.indexOf('CHAIN'))));
      });
      for (const name of ['writer', 'idle-status']) {
        screen.press(`/${name}\r`);
        await screen.shows('1 of 3');
        screen.press('\r');
        await screen.shows('CONTAINERS');
        await screen.shows('shown');
        if (name === 'writer') await screen.shows(/event shown/);
        screen.press('y');
        await screen.shows(/name: (writer|idle-status)/);
        screen.press('/shown\r');
        await screen.shows(/\/shown 1 of/);
        if (name === 'writer') {
          screen.press('l');
          await screen.shows('log of app');
          await screen.shows(/^ shown.*end *$/m);
        }
        screen.press('\u001b');
        await screen.shows('CONTAINERS');
        screen.press('\u001b');
        await screen.shows('1 of 3');
        screen.press('\u001b');
        await screen.until(() => !screen.text.includes(`/${name}`));
      }
      harmless(screen.raw);
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });

    const env = { ...process.env, KUBECONFIG: testKubeconfig(), LC_ALL: 'C.UTF-8' };
    for (const args of [
      [],
      ['-o', 'wide'],
      ['--columns', 'name,status,why'],
      ['-o', 'custom-columns=NAME:.metadata.name,NOTE:.metadata.annotations.note,WAITING:.status.containerStatuses[*].state.waiting.message'],
      ['writer', `no-such-${hostile}`],
      ['-l', `a=${hostile}`],
    ]) {
      const { stdout, stderr } = spawnSync(process.execPath, [program, 'get', '-n', namespace, ...args], { encoding: 'utf8', env });
      expect(stdout + stderr).not.toBe('');
      harmless(stdout + stderr);
    }
  });
});

/** The line from one cell of the screen on: a wide character takes two of them. */
function cellsFrom(line: string, cell: number): string {
  let at = 0;
  let cells = 0;
  for (const character of line) {
    if (cells >= cell) break;
    cells += /[\u3040-\u30ff\u4e00-\u9fff]|\p{Emoji_Presentation}/u.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
    at += character.length;
  }
  return line.slice(at);
}

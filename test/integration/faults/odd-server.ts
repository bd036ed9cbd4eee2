/** What the dashboard shows of an API server that gives odd answers, to its list and watch and to what the pane asks. The server is one that does so on demand. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FakeApi, type Received, refuse, reply } from '../../fake-api/fake-api.ts';
import { run } from '../cluster/process.ts';
import { inScreen, restored, type ScreenSession } from '../screen-session.ts';
import { named } from './idle-pods.ts';
import { withKubeconfig } from './kubeconfig-file.ts';

function isCollection({ path }: Received): boolean {
  return path.endsWith('/pods');
}

/** A server with two Pods that run. It serves single Pods and their logs as well; Events may not be seen. */
class PodServer extends FakeApi {
  constructor() {
    super();
    this.run('idle-a');
    this.run('idle-b');
  }

  run(name: string): void {
    this.apply(name, {
      spec: { containers: [{ name: 'app', image: 'nothing' }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name: 'app',
            image: 'nothing',
            imageID: '',
            ready: true,
            restartCount: 0,
            started: true,
            state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          },
        ],
      },
    });
  }

  /** To be called after the faults have been put in front. */
  serveSinglePods(): void {
    this.intercept(({ path }, response) => {
      const [, name, log] = /\/pods\/([^/]+)(\/log)?$/.exec(path) ?? [];
      if (name !== undefined && log === undefined)
        reply(
          response,
          200,
          this.objects.find(({ metadata }) => metadata.name === name),
        );
      else if (log !== undefined) response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`a line of ${name}\n`);
      else if (!path.endsWith('/pods')) refuse(response, 403, 'Forbidden', `${path} is forbidden`);
      else return false;
      return true;
    });
  }
}

async function withPodServer(body: (server: PodServer, screen: ScreenSession) => Promise<void>): Promise<void> {
  const server = new PodServer();
  await server.start();
  try {
    await withKubeconfig({ server: server.url.href, user: {} }, (kubeconfig) =>
      inScreen([], { kubeconfig, columns: 200 }, async (screen) => {
        await showsThose(screen, server);
        await body(server, screen);
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      }),
    );
  } finally {
    await server.stop();
  }
}

/** Waits until the screen is live and shows the Pods that the server has, no other. */
async function showsThose(screen: ScreenSession, server: PodServer): Promise<void> {
  const there = server.objects.map(({ metadata }) => metadata.name).toSorted();
  await screen.until(() => screen.text.includes('● live') && named(screen.text) === there.join());
}

/** What happens while the client does not hear of it. */
function changeUnheard(server: PodServer): void {
  for (const watch of server.watches) watch.hung = true;
  server.remove('uid-idle-a');
  server.run('idle-c');
}

interface Fault {
  readonly name: string;
  readonly answer: (response: ServerResponse) => void;
  readonly told: RegExp;
  /** Where the log's bytes are whatever they are, this is not a fault. */
  readonly logTold?: RegExp | null;
}

const half = '{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"idle-half"';
const faults: readonly Fault[] = [
  {
    name: '429 with Retry-After',
    answer: (response) => refuse(response, 429, 'TooManyRequests', 'slow down', { 'Retry-After': '1' }),
    told: /is too busy: slow down/,
  },
  { name: '500', answer: (response) => refuse(response, 500, 'InternalError', 'leader changed'), told: /answered 500 to \w+ .*: leader changed/ },
  {
    name: '503 of a proxy, in its words',
    answer: (response) => response.writeHead(503, { 'Content-Type': 'text/plain' }).end('no healthy upstream'),
    told: /answered 503 to \w+ .*: no healthy upstream/,
  },
  {
    name: 'JSON that is none',
    answer: (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"kind": <<<}\n'),
    told: /not JSON/,
    logTold: null,
  },
  {
    name: 'a line cut in half',
    answer: (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).write(half, () => response.socket?.destroy()),
    told: /in the middle of|connection to \S+ (broke|was closed|failed)/,
  },
  {
    name: 'a web page',
    answer: (response) => response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<html><body>Log in</body></html>'),
    told: /answered \S+ with a web page/,
  },
  { name: 'no answer at all', answer: () => undefined, told: /did not answer/, logTold: /did not (answer|come)/ },
];

describe.concurrent('a server that answers oddly', () => {
  test.each(faults)('$name, to list and watch: said, nothing lost, live again', async ({ answer, told }) => {
    await withPodServer(async (server, screen) => {
      const mend = server.intercept((received, response) => {
        if (isCollection(received)) answer(response);
        return isCollection(received);
      });
      const open = [...server.watches];
      changeUnheard(server);
      for (const watch of open) watch.drop();
      await screen.shows(/◌ stale \d+ s · reconnecting/);
      await screen.shows(told);
      expect(named(screen.text)).toBe('idle-a,idle-b');
      mend();
      await showsThose(screen, server);
    });
  });

  test.each(faults)('$name, to what the pane asks: said in its place, and there when asked again', async ({ answer, told, logTold = told }) => {
    await withPodServer(async (server, screen) => {
      const mend = server.intercept((received, response) => {
        if (isCollection(received)) return false;
        answer(response);
        return true;
      });
      screen.press('\r');
      await screen.shows('CONTAINERS');
      screen.press('y');
      await screen.shows(new RegExp(`The Pod cannot be read: .*(${told.source})`));
      if (logTold !== null) {
        screen.press('l');
        await screen.shows(new RegExp(`-- .*(${logTold.source}).*(trying again|reconnecting)`));
      }
      mend();
      server.serveSinglePods();
      screen.press('l');
      await screen.shows('log of app');
      await screen.shows(/a line of idle-[ab]/);
      screen.press('y');
      await screen.shows(/name: idle-[ab]/);
      screen.press('\u001b');
      await screen.shows('CONTAINERS');
      screen.press('\u001b');
      await showsThose(screen, server);
    });
  });

  test('410 in the middle of a watch, and at its resume: listed again, nothing lost and no ghost', async () => {
    await withPodServer(async (server, screen) => {
      const [open] = server.watches;
      changeUnheard(server);
      server.compact();
      if (open !== undefined) open.hung = false;
      open?.error(410, 'Expired', 'too old resource version');
      open?.end();
      await showsThose(screen, server);
      expect(named(screen.text)).toBe('idle-b,idle-c');

      await server.until(() => server.watches.size > 0);
      const watches = [...server.watches];
      for (const watch of watches) watch.hung = true;
      server.remove('uid-idle-b');
      server.run('idle-d');
      server.compact();
      for (const watch of watches) watch.drop();
      await showsThose(screen, server);
      expect(named(screen.text)).toBe('idle-c,idle-d');
    });
  });

  test.each([
    ['a line that is not JSON', '{"type": <<<}\n'],
    ['half a line', half],
    ['an event of no Pod', '{"type":"ADDED","object":{"kind":"Status"}}\n'],
    ['an event of an unknown type', '{"type":"RENAMED","object":{"metadata":{"name":"idle-half","resourceVersion":"1"}}}\n'],
  ])('%s in the middle of a watch: nothing lost and no ghost', async (_, line) => {
    await withPodServer(async (server, screen) => {
      for (const watch of server.watches) {
        watch.raw(line);
        watch.end();
      }
      changeUnheard(server);
      await showsThose(screen, server);
      expect(named(screen.text)).toBe('idle-b,idle-c');
    });
  });

  test.each([
    ['a web page', (response: ServerResponse) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html></html>'), /with a web page/],
    ['something that is no list', (response: ServerResponse) => reply(response, 200, { hello: 'world' }), /Not connected to test: the watch /],
    ['500', (response: ServerResponse) => refuse(response, 500, 'InternalError', 'leader changed'), /answered 500/],
  ] as const)('%s at the start: said, and there when it is well', async (_, answer, told) => {
    const server = new PodServer();
    const mend = server.intercept((__, response) => {
      answer(response);
      return true;
    });
    await server.start();
    try {
      await withKubeconfig({ server: server.url.href, user: {} }, (kubeconfig) =>
        inScreen([], { kubeconfig, columns: 200 }, async (screen) => {
          await screen.shows(told);
          expect(named(screen.text)).toBe('');
          mend();
          await showsThose(screen, server);
          screen.press('q');
          expect(await screen.left()).toEqual(restored(0));
        }),
      );
    } finally {
      await server.stop();
    }
  });

  test('a certificate of an unknown authority: said, exit code 3, and nothing was sent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'podwright-certificate-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=fake', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, ...subject]);
    const server = new FakeApi({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
    await server.start();
    try {
      await withKubeconfig({ server: server.url.href, user: { token: 'not for strangers' } }, (kubeconfig) =>
        inScreen([], { kubeconfig, columns: 200 }, async (screen) => {
          expect(await screen.left()).toEqual(restored(3));
          expect(screen.text).toMatch(/certificate/);
        }),
      );
      expect(server.requests).toEqual([]);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });

  test('q while a log is on its way: it ends at once', async () => {
    await withPodServer(async (server, screen) => {
      server.intercept(({ path }) => path.endsWith('/log'));
      server.serveSinglePods();
      screen.press('\r');
      await screen.shows('CONTAINERS');
      screen.press('l');
      await screen.shows('The log is being read.');
      await server.until(() => server.requests.some(({ path }) => path.endsWith('/log')));
    });
  });
});

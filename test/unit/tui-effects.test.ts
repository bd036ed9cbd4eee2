/** The dashboard's I/O with a scripted source and a terminal of streams: what it draws, what it subscribes to, how it ends. */
import nodeConsole from 'node:console';
import { PassThrough, Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { runDashboard } from '../../src/tui/effects.ts';
import { preparedDetails, scriptedSource } from './tui-source.ts';
import { checkout, event, ledger, now, shop, upserts } from './tui-story.ts';

// Ink makes a console of its own, which the test runner's stand-in has no constructor for.
vi.stubGlobal('console', nodeConsole);

class FakeTerminal {
  written = '';
  raw = false;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly #keys = new PassThrough();
  readonly #screen: Writable & { columns: number; rows: number };

  constructor() {
    const write = (chunk: Buffer, _: string, done: () => void): void => {
      this.written += chunk.toString();
      done();
    };
    this.#screen = Object.assign(new Writable({ write }), { isTTY: true, columns: 120, rows: 30 });
    this.stdout = this.#screen as unknown as NodeJS.WriteStream;
    const setRawMode = (raw: boolean): void => {
      this.raw = raw;
    };
    this.stdin = Object.assign(this.#keys, { isTTY: true, setRawMode, ref: () => undefined, unref: () => undefined }) as unknown as NodeJS.ReadStream;
  }

  press(keys: string): void {
    this.#keys.write(keys);
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.#screen, { columns, rows });
    this.#screen.emit('resize');
  }

  /** What was written since the last call. */
  drain(): string {
    const { written } = this;
    this.written = '';
    return written;
  }

  async shows(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.written).toContain(text), 5000);
  }
}

const leaveAlternateScreen = '\u001b[?1049l';
const showCursor = '\u001b[?25h';

function start(details = preparedDetails()): {
  terminal: FakeTerminal;
  source: ReturnType<typeof scriptedSource>;
  stop: AbortController;
  ended: Promise<number>;
} {
  const terminal = new FakeTerminal();
  const source = scriptedSource();
  const stop = new AbortController();
  const { stdin, stdout } = terminal;
  const scope = { namespaces: ['shop'] };
  const ended = runDashboard({
    source,
    details,
    scope,
    stdin,
    stdout,
    colour: false,
    unicode: true,
    advise: async () => [],
    signal: stop.signal,
    now: () => now,
  });
  return { terminal, source, stop, ended };
}

function expectRestored(terminal: FakeTerminal): void {
  expect(terminal.written).toContain(leaveAlternateScreen);
  expect(terminal.written.lastIndexOf(showCursor)).toBeGreaterThan(terminal.written.lastIndexOf('\u001b[?25l'));
  expect(terminal.raw).toBe(false);
}

test('Pods are drawn as they come, and q ends every subscription', async () => {
  const { terminal, source, ended } = start();
  await terminal.shows('Connecting to kind-podwright');
  source.send(upserts(shop));
  await terminal.shows(checkout.name);
  expect(terminal.raw).toBe(true);
  terminal.press('q');
  expect(await ended).toBe(0);
  expectRestored(terminal);
  await vi.waitFor(() => expect(source.open()).toBe(0));
});

test('a Pod is looked into when the selection rests on it', async () => {
  const asked: string[] = [];
  const { terminal, source, ended } = start({
    ...preparedDetails(),
    diagnosisContext: async ({ name }) => {
      asked.push(name);
      return {};
    },
  });
  source.send(upserts(shop));
  await terminal.shows(checkout.name);
  // In one write: on those between the selection cannot rest.
  terminal.press('jj');
  await vi.waitFor(() => expect(asked.filter((name) => name !== checkout.name)).toHaveLength(1), 60_000);
  expect(asked).not.toContain(ledger.name);
  terminal.press('k');
  await vi.waitFor(() => expect(asked).toContain(ledger.name), 60_000);
  terminal.press('q');
  expect(await ended).toBe(0);
});

test('the Events of the open Pod alone are watched', async () => {
  const { terminal, source, ended } = start();
  source.send(upserts(shop));
  await terminal.shows(checkout.name);
  terminal.press('j\r');
  await vi.waitFor(() => expect(source.eventsOf).toEqual([ledger.name]));
  source.sendEvents({ events: [event('BackOff', 'Back-off restarting failed container', 3)], synced: true, problem: undefined });
  await terminal.shows('Back-off restarting');
  expect(source.open()).toBe(2);
  terminal.press('\u001b');
  await vi.waitFor(() => expect(source.open()).toBe(1));
  terminal.press('\u0003');
  expect(await ended).toBe(130);
});

test('another scope is another subscription', async () => {
  const { terminal, source, ended } = start();
  source.send(upserts(shop));
  await terminal.shows(checkout.name);
  terminal.press('a');
  await vi.waitFor(() => expect(source.scopes).toEqual([{ namespaces: ['shop'] }, { namespaces: 'all' }]));
  await vi.waitFor(() => expect(source.open()).toBe(1));
  terminal.press('q');
  expect(await ended).toBe(0);
});

test('a resize is drawn at once', async () => {
  const { terminal, source, ended } = start();
  source.send(upserts(shop));
  await terminal.shows(checkout.name);
  terminal.drain();
  terminal.resize(60, 10);
  await terminal.shows('checkout-7c9');
  expect(terminal.drain().split('\n').length).toBeLessThan(30);
  terminal.press('q');
  await ended;
});

test('a scope that is refused ends it with that error, the terminal restored', async () => {
  const { terminal, source, ended } = start();
  const refused = new PodwrightError('forbidden', 'pods is forbidden', { hint: 'Ask for the verb list.' });
  source.fail(refused);
  await expect(ended).rejects.toBe(refused);
  expectRestored(terminal);
});

test('a fault of our own ends it too', async () => {
  const { terminal, source, ended } = start();
  source.fail(new TypeError('not a function'));
  await expect(ended).rejects.toThrow('not a function');
  expectRestored(terminal);
});

test('a signal to the process ends it', async () => {
  const { terminal, stop, ended } = start();
  await terminal.shows('Connecting');
  stop.abort();
  expect(await ended).toBe(130);
  expectRestored(terminal);
});

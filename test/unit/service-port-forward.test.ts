/** Which Pod a forward leads to as Pods come and go, over how many lines, and what becomes of connections: on local sockets, with tunnels that a test plays. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type PodFacts, podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { systemClock } from '../../src/service/clock.ts';
import { type ForwardEvent, type ForwardPlan, forwardPorts } from '../../src/service/port-forward.ts';

function pod(name: string, { ready = true, leaving = false, phase = 'Running' } = {}): PodFacts {
  return podFacts({
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...(leaving && { deletionTimestamp: '2026-03-01T12:00:00Z' }) },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-03-01T11:00:00Z' }] },
  });
}

/** A forward that is under way, and what it has been told and done. */
class Story {
  readonly events: ForwardEvent[] = [];
  /** The Pods that lines were opened to, and what was joined on each. */
  readonly lines: { readonly pod: string; readonly joined: Socket[]; closed: boolean }[] = [];
  /** Refuses the next so many lines. */
  refusals: PodwrightError[] = [];
  readonly stop = new AbortController();
  readonly done: Promise<void>;
  readonly #seen: (readonly PodFacts[])[];
  #news = Promise.withResolvers<void>();
  #changed = Promise.withResolvers<void>();

  constructor(first: readonly PodFacts[], more: Partial<ForwardPlan> = {}) {
    this.#seen = [first];
    this.done = forwardPorts({
      pods: this.#pods(),
      portsIn: () => Promise.resolve([8080]),
      ports: [0],
      addresses: ['127.0.0.1'],
      clock: systemClock,
      signal: this.stop.signal,
      report: (event) => {
        // The sums are one object that goes on counting.
        this.events.push(structuredClone(event));
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
      },
      tunnels: {
        open: ({ name }) => {
          const refusal = this.refusals.shift();
          if (refusal !== undefined) return Promise.reject(refusal);
          const line = { pod: name, joined: [] as Socket[], closed: false };
          this.lines.push(line);
          return Promise.resolve({
            get load() {
              return line.joined.length;
            },
            over: false,
            join: async (local) => {
              line.joined.push(local);
              local.on('data', (chunk: Buffer) => local.write(`${name} ${chunk.toString()}`));
              local.on('end', () => local.end());
              local.resume();
              await once(local, 'close');
              return { kind: 'done' };
            },
            close: () => {
              line.closed = true;
            },
          });
        },
      },
      ...more,
    });
    this.done.catch(() => undefined);
  }

  async *#pods(): AsyncGenerator<readonly PodFacts[]> {
    const stopped = once(this.stop.signal, 'abort');
    while (!this.stop.signal.aborted) {
      const seen = this.#seen.shift();
      if (seen !== undefined) yield seen;
      else await Promise.race([this.#news.promise, stopped]);
    }
  }

  now(...pods: readonly PodFacts[]): void {
    this.#seen.push(pods);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  async event<Kind extends ForwardEvent['kind']>(kind: Kind, count = 1): Promise<Extract<ForwardEvent, { kind: Kind }>> {
    for (;;) {
      const found = this.events.filter((event): event is Extract<ForwardEvent, { kind: Kind }> => event.kind === kind);
      const wanted = found[count - 1];
      if (wanted !== undefined) return wanted;
      await this.#changed.promise;
    }
  }

  /** Sends a word through it, and gives what comes back and the connection. */
  async say(word: string): Promise<readonly [string, Socket]> {
    const { local } = await this.event('listening');
    const socket = connect(local, '127.0.0.1');
    socket.write(word);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return [chunk.toString(), socket];
  }
}

test('stays with a Pod while it is Ready, and leads new connections to the next when it is not', async () => {
  const story = new Story([pod('a'), pod('b', { ready: false })]);
  const [first, kept] = await story.say('one');
  expect(first).toBe('a one');
  story.now(pod('a'), pod('b'));
  story.now(pod('a', { leaving: true }), pod('b'));
  expect(await story.event('attached', 2)).toMatchObject({ pod: { name: 'b' }, again: true });
  const [second, other] = await story.say('two');
  expect(second).toBe('b two');
  // What the first Pod has goes on until it ends; then its line is closed.
  kept.write('still');
  expect(String((await once(kept, 'data'))[0])).toBe('a still');
  expect(story.lines.map(({ pod, closed }) => [pod, closed])).toEqual([
    ['a', false],
    ['b', false],
  ]);
  kept.end();
  await once(kept, 'close');
  await expect.poll(() => story.lines[0]?.closed).toBe(true);
  story.stop.abort();
  await story.done;
  await once(other, 'close');
});

test('a connection that comes while there is no Pod waits for the next', async () => {
  const story = new Story([pod('a')]);
  await story.event('listening');
  story.now();
  await story.event('waiting');
  const waiting = story.say('patient');
  await story.event('traffic');
  story.now(pod('c'));
  expect((await waiting)[0]).toBe('c patient');
  story.stop.abort();
  await story.done;
});

test('a line that cannot be opened is tried again while the connection waits', async () => {
  const story = new Story([pod('a')]);
  const [, first] = await story.say('warm');
  const away = new PodwrightError('unreachable', 'nothing listens');
  story.refusals = [away, away];
  expect((await story.say('again'))[0]).toBe('a again');
  first.destroy();
  story.stop.abort();
  await story.done;
});

test('opens another line for each connection that is open, and eight at most', async () => {
  const story = new Story([pod('a')]);
  const sockets: Socket[] = [];
  for (let count = 0; count < 20; count++) sockets.push((await story.say(`${count}`))[1]);
  expect(story.lines.map(({ joined }) => joined.length).toSorted((a, b) => a - b)).toEqual([2, 2, 2, 2, 3, 3, 3, 3]);
  for (const socket of sockets) socket.destroy();
  story.stop.abort();
  await story.done;
});

test('a right that is missing, and a port that is not there, are known before anything listens', async () => {
  const forbidden = new PodwrightError('forbidden', 'cannot create pods/portforward');
  const refused = new Story([]);
  refused.refusals = [forbidden];
  refused.now(pod('a'));
  await expect(refused.done).rejects.toBe(forbidden);
  expect(refused.events.some(({ kind }) => kind === 'listening')).toBe(false);
  const unknown = new Story([pod('a')], { portsIn: () => Promise.reject(new PodwrightError('not-found', 'no port')) });
  await expect(unknown.done).rejects.toMatchObject({ code: 'not-found' });
});

test('a local port that is taken says so', async () => {
  const holder = new Story([pod('a')]);
  const { local } = await holder.event('listening');
  await expect(new Story([pod('a')], { ports: [local] }).done).rejects.toMatchObject({
    code: 'input',
    message: `port ${local} of 127.0.0.1 is in use`,
    busy: true,
  });
  await expect(new Story([pod('a')], { addresses: ['203.0.113.1'] }).done).rejects.toMatchObject({
    message: '203.0.113.1 is no address of this machine',
    hint: expect.stringContaining('0.0.0.0'),
  });
  holder.stop.abort();
  await holder.done;
});

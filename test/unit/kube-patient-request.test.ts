/** Requests that are made again while the API server is away, and those that are not. */
import { describe, expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { ApiError } from '../../src/kube/api-failure.ts';
import { patientRequests } from '../../src/kube/patient-request.ts';
import type { Transport } from '../../src/kube/transport.ts';

const away = new PodwrightError('unreachable', 'nothing listens');
const status = (code: number): ApiError['status'] => ({
  code,
  reason: undefined,
  message: undefined,
  retryAfterSeconds: undefined,
  continueToken: undefined,
  causes: [],
});
const refused = (code: number, as: 'forbidden' | 'server' | 'rejected'): ApiError => new ApiError(as, `answered ${code}`, status(code));

/** Answers in turn; the clock goes on by what is waited. */
function server(...answers: readonly (string | Error)[]) {
  const left = [...answers];
  const told: (string | undefined)[] = [];
  let now = 0;
  const transport: Transport = {
    context: 'test',
    async request() {
      const next = left.shift() ?? 'end';
      if (typeof next === 'string') return next;
      throw next;
    },
    stream: () => Promise.reject(new Error('none')),
    upgrade: () => Promise.reject(new Error('none')),
    close: () => undefined,
  };
  const clock = {
    now: () => now,
    wait: (ms: number): Promise<void> => {
      now += ms;
      return Promise.resolve();
    },
  };
  const controller = new AbortController();
  const request = patientRequests(transport, { clock, trouble: (problem) => void told.push(problem?.message) });
  return { ask: () => request({ path: '/', signal: controller.signal }), told, left, waited: () => now, abort: () => controller.abort() };
}

describe('a server that is away', () => {
  test('is told of at once, where it has never answered', async () => {
    const { ask, told } = server(away, 'late');
    await expect(ask()).rejects.toBe(away);
    expect(told).toEqual([]);
  });

  test('is waited for, where it has; told once, and once when it is back', async () => {
    const { ask, told } = server('first', away, refused(503, 'server'), away, 'second');
    expect(await ask()).toBe('first');
    expect(await ask()).toBe('second');
    expect(told).toEqual(['nothing listens', undefined]);
  });

  test('a refusal is an answer too', async () => {
    const { ask, told } = server(refused(404, 'rejected'), away, 'second');
    await expect(ask()).rejects.toMatchObject({ code: 'rejected' });
    expect(await ask()).toBe('second');
    expect(told).toHaveLength(2);
  });

  test('a refusal soon after it was away is not believed yet, one without is', async () => {
    const { ask, left } = server('first', away, refused(403, 'forbidden'), 'second', refused(403, 'forbidden'), 'never');
    await ask();
    expect(await ask()).toBe('second');
    await expect(ask()).rejects.toMatchObject({ code: 'forbidden' });
    expect(left).toEqual(['never']);
  });

  test('a refusal that lasts is believed', async () => {
    const { ask, waited } = server('first', away, ...Array.from({ length: 50 }, () => refused(403, 'forbidden')));
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'forbidden' });
    expect(waited()).toBeGreaterThan(15_000);
    expect(waited()).toBeLessThan(30_000);
  });

  test('is given up in the end', async () => {
    const { ask, waited } = server('first', ...Array.from({ length: 500 }, () => away));
    await ask();
    await expect(ask()).rejects.toBe(away);
    expect(waited()).toBeGreaterThan(80_000);
    expect(waited()).toBeLessThan(120_000);
  });

  test('an interruption and a fault of our own end it', async () => {
    const { ask, abort } = server('first', away, new TypeError('a bug'), 'never');
    await ask();
    await expect(ask()).rejects.toThrow('a bug');
    abort();
    await expect(ask()).resolves.toBe('never');
    const stopped = server('first', away);
    await stopped.ask();
    stopped.abort();
    await expect(stopped.ask()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

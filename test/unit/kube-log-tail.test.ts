/** What a kubelet says in the place of a log that is gone is no line of it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logTail } from '../../src/kube/log-tail.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import { FakeApi } from '../fake-api/fake-api.ts';

let api: FakeApi;
let transport: Transport;

beforeEach(async () => {
  api = new FakeApi();
  await api.start();
  transport = createTransport(api.access());
});

afterEach(async () => {
  transport.close();
  await api.stop();
});

function read(said: string): Promise<string> {
  api.interceptNext(
    1,
    () => true,
    (response) => response.writeHead(200).end(said),
  );
  return logTail(transport, { namespace: 'shop', name: 'web' }, { container: 'app', previous: true, lines: 20 }, new AbortController().signal);
}

const path = '/var/log/pods/shop_web_1/app/1.log';
const answers = [
  'unable to retrieve container logs for containerd://abc',
  `failed to try resolving symlinks in path "${path}": lstat ${path}: no such file or directory`,
];

test.each(answers)('%s', async (said) => {
  await expect(read(said)).rejects.toMatchObject({ code: 'not-found', message: 'the log of app is no longer there' });
});

test.each(answers)('a log that has other lines too is one: %s', async (said) => {
  expect(await read(`${said}\nschema 7 is missing\n`)).toBe(`${said}\nschema 7 is missing\n`);
});

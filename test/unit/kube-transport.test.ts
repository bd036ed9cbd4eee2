/** The transport: pooling, cancelling, credentials that rotate, and errors that say what to try. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import type { Credentials } from '../../src/kube/kube-config.ts';
import { createTransport, queryString, type Transport } from '../../src/kube/transport.ts';
import { FakeApi, refuse, reply } from '../fake-api/fake-api.ts';

const pods = '/api/v1/namespaces/default/pods';

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

async function failureOf(promise: Promise<unknown>): Promise<PodwrightError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PodwrightError)) {
    throw new Error(`no PodwrightError but ${String(error)}`);
  }
  return error;
}

describe('connections', () => {
  test('are used again: fifty requests, one connection', async () => {
    for (let i = 0; i < 50; i++) {
      await transport.request({ path: pods });
    }
    expect(api.requests).toHaveLength(50);
    expect(api.sockets.size).toBe(1);
  });

  test('that the server closed while idle are replaced without a word', async () => {
    await transport.request({ path: pods });
    let first = true;
    api.intercept((_received, response) => {
      if (first) {
        first = false;
        response.socket?.destroy();
        return true;
      }
      return false;
    });
    await expect(transport.request({ path: pods })).resolves.toMatchObject({ kind: 'PodList' });
  });

  test('of aborted requests are closed, and the signal has its own reason', async () => {
    api.intercept(() => true);
    const abort = new AbortController();
    const asked = transport.request({ path: pods, signal: abort.signal });
    await api.until(() => api.requests.length === 1);
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await api.until(() => api.sockets.size === 0);
  });

  test('of a stream that is left are closed', async () => {
    api.apply('a');
    for await (const _chunk of await transport.stream({ path: pods, query: { watch: true, sendInitialEvents: true } })) {
      break;
    }
    await api.until(() => api.sockets.size === 0);
    expect(api.watches.size).toBe(0);
  });

  test('an aborted signal asks nothing', async () => {
    await expect(transport.request({ path: pods, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    expect(api.requests).toHaveLength(0);
  });
});

describe('credentials', () => {
  test('are asked for with each request', async () => {
    let token = 'first';
    transport = createTransport(api.access({ credentials: () => ({ headers: { Authorization: `Bearer ${token}` } }) }));
    await transport.request({ path: pods });
    token = 'second';
    await transport.request({ path: pods });
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  test('are renewed once after a 401', async () => {
    const renewals: boolean[] = [];
    transport = createTransport(
      api.access({
        credentials: (renew) => {
          renewals.push(renew);
          return { headers: { Authorization: renew ? 'Bearer new' : 'Bearer old' } };
        },
      }),
    );
    api.intercept(({ headers }, response) => {
      if (headers.authorization === 'Bearer new') {
        return false;
      }
      refuse(response, 401, 'Unauthorized', 'Unauthorized');
      return true;
    });
    await expect(transport.request({ path: pods })).resolves.toMatchObject({ kind: 'PodList' });
    expect(renewals).toEqual([false, true]);
  });

  test('are in no error', async () => {
    transport = createTransport(api.access({ credentials: () => ({ headers: { Authorization: 'Bearer s3cret' } }) }));
    api.intercept((_received, response) => {
      refuse(response, 401, 'Unauthorized', 'Unauthorized');
      return true;
    });
    const error = await failureOf(transport.request({ path: pods }));
    expect(error.code).toBe('unauthorized');
    expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain('s3cret');
  });

  test('a group a header', async () => {
    transport = createTransport(api.access({ credentials: () => ({ headers: { 'Impersonate-Group': ['a', 'b'] } }) }));
    await transport.request({ path: pods });
    expect(api.requests[0]?.headers['impersonate-group']).toBe('a, b');
  });
});

describe('what the server refuses', () => {
  const forbidden = 'pods is forbidden: User "tester" cannot list resource "pods" in API group "" in the namespace "shop"';
  test.each([
    [401, 'Unauthorized', 'Unauthorized', 'unauthorized', /log in again/],
    [403, 'Forbidden', forbidden, 'forbidden', /can-i list pods -n shop/],
    [404, 'NotFound', 'pods "web" not found', 'not-found', undefined],
    [409, 'Conflict', 'the object has been modified', 'rejected', undefined],
    [410, 'Expired', 'too old resource version', 'gone', undefined],
    [422, 'Invalid', 'spec.x: Invalid value', 'rejected', undefined],
    [429, 'TooManyRequests', 'too many requests', 'throttled', /7 s/],
    [500, 'InternalError', 'etcdserver: leader changed', 'server', /readyz/],
    [500, 'InternalError', 'error dialing backend: dial tcp 10.0.0.7:10250: connect: no route to host', 'server', /does not reach the kubelet/],
  ] as const)('%i is told in its own words', async (code, reason, message, ours, hint) => {
    api.intercept((_received, response) => {
      refuse(response, code, reason, message, { 'Retry-After': '7' });
      return true;
    });
    const error = await failureOf(transport.request({ path: '/api/v1/namespaces/shop/pods' }));
    expect(error.code).toBe(ours);
    expect(error.message).toContain(message);
    if (hint !== undefined) {
      expect(error.hint).toMatch(hint);
    }
  });

  test('403 without a message names verb, resource and namespace', async () => {
    api.intercept((_received, response) => {
      response.writeHead(403);
      response.end();
      return true;
    });
    const one = await failureOf(transport.request({ path: '/apis/apps/v1/namespaces/shop/deployments/web' }));
    expect(one.message).toBe('not allowed to get deployments.apps "web" in namespace "shop"');
    const watch = await failureOf(transport.request({ path: '/api/v1/pods', query: { watch: true } }));
    expect(watch.hint).toContain('`kubectl auth can-i watch pods -A`');
    const log = await failureOf(transport.request({ path: '/api/v1/namespaces/shop/pods/web/log' }));
    expect(log.message).toBe('not allowed to get pods/log "web" in namespace "shop"');
  });

  test('403 for nobody is a matter of logging in', async () => {
    api.intercept((_received, response) => {
      refuse(response, 403, 'Forbidden', 'pods is forbidden: User "system:anonymous" cannot list resource "pods"');
      return true;
    });
    expect((await failureOf(transport.request({ path: pods }))).hint).toContain('context "fake" has no credentials');
  });

  test('403 of admission is about the object, and nobody is sent to ask for rights', async () => {
    const answers = [
      'pods "web" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1',
      'pods "web" is forbidden: User "tester" cannot create resource "pods" in API group "" in the namespace "shop"',
      'pods "web" is forbidden: not yet ready to handle request',
    ];
    api.intercept((_received, response) => {
      refuse(response, 403, 'Forbidden', answers.shift() ?? '');
      return true;
    });
    const create = () => failureOf(transport.request({ path: '/api/v1/namespaces/shop/pods', method: 'POST', body: {} }));
    expect(await create()).toMatchObject({ code: 'rejected', message: expect.stringContaining('exceeded quota'), hint: undefined, exitCode: 1 });
    expect(await create()).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('can-i create pods -n shop') });
    // A server that has just started: it passes, and is asked again.
    expect(await create()).toMatchObject({ code: 'forbidden' });
  });

  test('a selector that cannot be read is a matter of usage', async () => {
    api.intercept((_received, response) => {
      refuse(response, 400, 'BadRequest', 'unable to parse requirement: found "b"');
      return true;
    });
    const error = await failureOf(transport.request({ path: pods, query: { labelSelector: 'a b' } }));
    expect(error).toMatchObject({ code: 'usage', exitCode: 2 });
    expect(error.message).toContain('"a b"');
  });

  test('a login page is no API server', async () => {
    api.intercept((_received, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<html>log in</html>');
      return true;
    });
    const said = { code: 'protocol', message: expect.stringContaining('a web page'), hint: expect.stringContaining('log in first') };
    expect(await failureOf(transport.request({ path: pods }))).toMatchObject(said);
    expect(await failureOf(transport.stream({ path: pods, query: { watch: true } }))).toMatchObject(said);
  });

  test('a redirect is not followed', async () => {
    api.intercept((_received, response) => {
      response.writeHead(302, { Location: 'https://login.example' });
      response.end();
      return true;
    });
    expect(await failureOf(transport.request({ path: pods }))).toMatchObject({ code: 'protocol' });
  });
});

describe('a server that cannot be reached', () => {
  const to = (server: string): Transport => createTransport(api.access({ server: new URL(server) }));

  test('refuses the connection', async () => {
    const { url } = api;
    await api.stop();
    const error = await failureOf(transport.request({ path: pods }));
    expect(error).toMatchObject({ code: 'unreachable', exitCode: 3 });
    expect(error.message).toContain(url.host);
    expect(error.hint).toContain('context "fake"');
    await api.start();
  });

  test('has no such name', async () => {
    const error = await failureOf(to('http://nobody.invalid:6443').request({ path: pods }));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('nobody.invalid');
  });

  test('does not answer in time', async () => {
    api.intercept(() => true);
    const error = await failureOf(transport.request({ path: pods, timeoutMs: 20 }));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('within 0.02 s');
  });

  test('takes longer than the user allows for the whole answer', async () => {
    api.intercept((_received, response) => {
      response.writeHead(200);
      response.write('{');
      return true;
    });
    const hurried = createTransport(api.access(), { requestTimeoutMs: 30 });
    expect(await failureOf(hurried.request({ path: pods }))).toMatchObject({ code: 'timeout', exitCode: 4 });
  });

  test('breaks off in the middle of its answer', async () => {
    api.intercept((_received, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"kind":', () => response.socket?.destroy());
      return true;
    });
    expect(await failureOf(transport.request({ path: pods }))).toMatchObject({ code: 'unreachable' });
  });

  test.each(['socks5', 'http'])('is behind a %s proxy that is not there: the proxy is named, its password is not', async (scheme) => {
    const proxied = createTransport(api.access({ proxyUrl: `${scheme}://jane:s3cret@127.0.0.1:9`, server: new URL('https://one.example') }));
    const error = await failureOf(proxied.request({ path: pods }));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('https://one.example (through the proxy 127.0.0.1:9)');
    expect(error.message).not.toContain('s3cret');
  });

  test('speaks no TLS', async () => {
    const error = await failureOf(to(`https://127.0.0.1:${api.url.port}`).request({ path: pods }));
    expect(error.code).toBe('tls');
    expect(error.hint).toContain('http or https');
  });
});

describe('TLS', () => {
  let folder: string;
  let secure: FakeApi;
  let cert: Buffer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'podwright-tls-'));
    const key = join(folder, 'key.pem');
    const file = join(folder, 'cert.pem');
    const subject = ['-subj', '/CN=fake', '-addext', 'subjectAltName=DNS:kubernetes', '-days', '1'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', file, ...subject], {
      stdio: 'ignore',
    });
    cert = readFileSync(file);
    secure = new FakeApi({ key: readFileSync(key, 'utf8'), cert: cert.toString() });
    await secure.start();
  });

  afterEach(async () => {
    await secure.stop();
    rmSync(folder, { recursive: true });
  });

  const withTls = (tls: Partial<Credentials['tls']>): Transport =>
    createTransport(
      secure.access({
        credentials: () => ({ tls: { ca: undefined, cert: undefined, key: undefined, servername: undefined, rejectUnauthorized: undefined, ...tls } }),
      }),
    );

  test('connects with the authority and the server name of the kubeconfig', async () => {
    const trusted = withTls({ ca: cert, servername: 'kubernetes' });
    await expect(trusted.request({ path: pods })).resolves.toMatchObject({ kind: 'PodList' });
    trusted.close();
  });

  test('an unknown authority, another name', async () => {
    const unknown = await failureOf(withTls({ servername: 'kubernetes' }).request({ path: pods }));
    expect(unknown).toMatchObject({ code: 'tls' });
    expect(unknown.message).toContain('authority');
    const other = await failureOf(withTls({ ca: cert }).request({ path: pods }));
    expect(other).toMatchObject({ code: 'tls' });
    expect(other.hint).toContain('tls-server-name');
  });

  test('a certificate that changes makes a new connection; one that does not, none', async () => {
    let ca = cert;
    const rotating = createTransport(
      secure.access({ credentials: () => ({ tls: { ca, cert: undefined, key: undefined, servername: 'kubernetes', rejectUnauthorized: undefined } }) }),
    );
    await rotating.request({ path: pods });
    ca = Buffer.from(cert);
    await rotating.request({ path: pods });
    expect(secure.sockets.size).toBe(1);
    ca = Buffer.concat([cert, Buffer.from('\n')]);
    await rotating.request({ path: pods });
    await secure.until(() => secure.sockets.size === 1);
    rotating.close();
  });
});

test('gzip is unpacked, and not asked for over loopback', async () => {
  api.intercept((_received, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify({ kind: 'PodList' })));
    return true;
  });
  await expect(transport.request({ path: pods })).resolves.toEqual({ kind: 'PodList' });
  expect(api.requests[0]?.headers['accept-encoding']).toBe('identity');
});

test('a server address with a path keeps it', async () => {
  api.intercept((_received, response) => {
    reply(response, 200, {});
    return true;
  });
  await createTransport(api.access({ server: new URL('/k8s/clusters/c1/', api.url) })).request({ path: pods });
  expect(api.requests[0]?.path).toBe(`/k8s/clusters/c1${pods}`);
});

test('a query leaves out what is not given', () => {
  expect(queryString({ labelSelector: 'a in (b,c)', limit: 5, continue: undefined, watch: true })).toBe('?labelSelector=a%20in%20(b%2Cc)&limit=5&watch=true');
  expect(queryString({ limit: undefined })).toBe('');
});

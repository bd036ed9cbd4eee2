/** What `port-forward` understands, and which port of a Pod is meant. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags } from '../../cmd/cluster-flags.ts';
import { type PortForwardRequest, portForwardCommand } from '../../cmd/port-forward.ts';
import { portInPod } from '../../src/core/forwarded-port.ts';

function request(line: string): PortForwardRequest {
  return portForwardCommand.request(readArguments(line.split(' ').filter(Boolean), { ...portForwardCommand.flags, ...clusterFlags }, 'see the help'));
}

describe('port-forward', () => {
  test.each<[string, Partial<PortForwardRequest>]>([
    ['web 8080', { target: { kind: 'pod', name: 'web' }, ports: [{ text: '8080', local: undefined, remote: '8080' }] }],
    ['deploy/web 8080:80', { target: { kind: 'deployment', name: 'web' }, ports: [{ text: '8080:80', local: 8080, remote: '80' }] }],
    [
      'svc/web :http 0:81',
      {
        target: { kind: 'service', name: 'web' },
        ports: [
          { text: ':http', local: 0, remote: 'http' },
          { text: '0:81', local: 0, remote: '81' },
        ],
      },
    ],
    ['services/web http', { target: { kind: 'service', name: 'web' }, ports: [{ text: 'http', local: undefined, remote: 'http' }] }],
    ['web 1 --address 0.0.0.0,::1 --address localhost', { addresses: ['0.0.0.0', '::1', 'localhost'] }],
    ['web 1 --pod-running-timeout 5s', { waitMs: 5000 }],
  ])('%s', (line, expected) => {
    expect(request(line)).toMatchObject({ cluster: { allNamespaces: false }, addresses: ['localhost'], waitMs: 60_000, ...expected });
  });

  test.each([
    ['', /which Pod/],
    ['web', /which port/],
    ['web 0', /"0" is no port/],
    ['web 65536', /"65536" is no port/],
    ['web 70000:80', /"70000:80" is no port/],
    ['web 80:', /"80:" is no port/],
    ['web 1:2:3', /"1:2:3" is no port/],
    ['web a:80', /"a:80" is no port/],
    ['web -x 80', /no flag -x/],
    ['web Http', /"Http" is no port/],
    ['svc/Web 80', /names no object/],
    ['ingress/web 80', /no kind "ingress"/],
    ['web 80:1 80:2', /local port 80 cannot lead to two/],
    ['web 80 -A', /one namespace/],
    ['web 80 --address a,,b', /needs an address/],
  ])('refuses "%s"', (line, message) => {
    expect(() => request(line)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }));
  });
});

describe('the port', () => {
  const container = (ports: readonly object[]): object => ({ ports });
  const pod = {
    metadata: { namespace: 'shop', name: 'web-1' },
    spec: {
      initContainers: [container([{ name: 'admin', containerPort: 9901 }])],
      containers: [
        container([
          { name: 'http', containerPort: 8080 },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
        ]),
        container([{ containerPort: 53 }, { name: 'quic', containerPort: 443, protocol: 'UDP' }]),
      ],
    },
  };
  const service = (more: object = {}): object => ({
    metadata: { namespace: 'shop', name: 'web' },
    spec: {
      clusterIP: '10.96.0.9',
      ports: [
        { name: 'web', port: 80, targetPort: 'http' },
        { name: 'number', port: 81, targetPort: 9000 },
        { name: 'same', port: 82 },
        { name: 'lost', port: 83, targetPort: 'gone' },
        { name: 'udp', port: 84, protocol: 'UDP' },
      ],
      ...more,
    },
  });

  test('of a Pod is a number as it is, or the number behind a name', () => {
    expect(['8080', '12345', 'http', 'admin'].map((remote) => portInPod(remote, pod, undefined))).toEqual([8080, 12_345, 8080, 9901]);
    // Over TCP by one container, whatever another one does over UDP.
    expect(portInPod('53', pod, undefined)).toBe(53);
    expect(portInPod('1', {}, undefined)).toBe(1);
  });

  test('of a Service is what it leads to in the Pod; a headless one leads nowhere else', () => {
    expect(['80', 'web', '81', 'same', '82'].map((remote) => portInPod(remote, pod, service()))).toEqual([8080, 8080, 9000, 82, 82]);
    expect(portInPod('81', pod, service({ clusterIP: 'None' }))).toBe(81);
  });

  test.each([
    ['htpp', undefined, 'not-found', /Pod shop\/web-1 has no port htpp/],
    ['443', undefined, 'rejected', /port 443 of the Pod shop\/web-1 is UDP/],
    ['quic', undefined, 'rejected', /is UDP/],
    ['9', service(), 'not-found', /Service shop\/web has no port 9/],
    ['udp', service(), 'rejected', /Service shop\/web is UDP/],
    ['lost', service(), 'not-found', /Pod shop\/web-1 has no port gone/],
  ])('%s is refused', (remote, of, code, message) => {
    expect(() => portInPod(remote, pod, of)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  test('that there is not comes with those there are', () => {
    expect(() => portInPod('x', pod, undefined)).toThrow(expect.objectContaining({ hint: 'Ports: admin (9901), http (8080), dns (53), 53, quic (443).' }));
    expect(() => portInPod('x', {}, undefined)).toThrow(expect.objectContaining({ hint: 'It names no ports.' }));
  });
});

/** Which port of a Pod is meant: by number, by the name that a container gives it, or by way of a Service, as kubectl reads them. */
import { count, type Json, list, object, text } from './json.ts';
import { PodwrightError } from './podwright-error.ts';

/** One of the words LOCAL:REMOTE. */
export interface ForwardedPort {
  /** As it was written. */
  readonly text: string;
  /** 0 for any that is free; undefined for the same as the remote one. */
  readonly local: number | undefined;
  /** A number, or a name. */
  readonly remote: string;
}

/** Reads `8080`, `8080:80`, `:80`, `http`, `8080:http`. Throws `usage`. Source: splitPort in k8s.io/kubectl/pkg/cmd/portforward. */
export function parseForwardedPort(word: string): ForwardedPort {
  const [first = '', second, ...more] = word.split(':');
  const remote = second ?? first;
  if (more.length > 0 || !isPort(remote)) throw unreadable(word);
  if (second === undefined) return { text: word, local: undefined, remote };
  const local = first === '' ? 0 : Number(first);
  if (!/^\d*$/.test(first) || local > 65_535) throw unreadable(word);
  return { text: word, local, remote };
}

function unreadable(word: string): PodwrightError {
  return new PodwrightError('usage', `"${word}" is no port to forward`, {
    hint: 'Write LOCAL:REMOTE, PORT for the same on both sides, or :REMOTE for any that is free here; a name stands for a number.',
  });
}

/** A number from 1 to 65535, or an IANA service name (validation.IsValidPortName). */
function isPort(word: string): boolean {
  if (/^\d+$/.test(word)) return Number(word) > 0 && Number(word) <= 65_535;
  return word.length <= 15 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(word);
}

/**
 * The number of the port in this Pod; `service` is the Service object where it was named. Throws `not-found` with the ports there are, and `rejected` for one
 * that is not TCP, which cannot be forwarded.
 */
export function portInPod(remote: string, pod: unknown, service: unknown): number {
  return service === undefined ? podPort(remote, pod) : servicePort(remote, object(service), pod);
}

function podPort(remote: string, pod: unknown): number {
  const declared = declaredPorts(pod);
  const found = declared.filter(({ name, number }) => (/^\d+$/.test(remote) ? number === Number(remote) : name === remote));
  const what = `the Pod ${nameOf(pod)}`;
  if (found.length > 0 && found.every(({ protocol }) => protocol !== 'TCP')) throw notTcp(remote, what, found[0]?.protocol ?? '');
  if (/^\d+$/.test(remote)) return Number(remote);
  const tcp = found.find(({ protocol }) => protocol === 'TCP');
  if (tcp === undefined) throw unknownPort(remote, what, declared);
  return tcp.number;
}

// Source: LookupContainerPortNumberByServicePort and LookupServicePortNumberByName in k8s.io/kubectl/pkg/util.
function servicePort(remote: string, service: Json, pod: unknown): number {
  const spec = object(service['spec']);
  const ports = list(spec['ports']).map((each) => {
    const port = object(each);
    return { name: text(port['name']), number: count(port['port']) ?? 0, protocol: text(port['protocol']) ?? 'TCP', target: port['targetPort'] };
  });
  const what = `the Service ${nameOf(service)}`;
  const found = ports.filter(({ name, number }) => (/^\d+$/.test(remote) ? number === Number(remote) : name === remote));
  const port = found.find(({ protocol }) => protocol === 'TCP');
  if (port === undefined) throw found[0] === undefined ? unknownPort(remote, what, ports) : notTcp(remote, what, found[0].protocol);
  if (spec['clusterIP'] === 'None') return port.number;
  const named = text(port.target);
  if (named !== undefined) return podPort(named, pod);
  const number = count(port.target) ?? 0;
  return number === 0 ? port.number : number;
}

interface DeclaredPort {
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

/** What the containers say they listen on, sidecars among them. */
function declaredPorts(pod: unknown): readonly DeclaredPort[] {
  const spec = object(object(pod)['spec']);
  return [...list(spec['initContainers']), ...list(spec['containers'])].flatMap((container) =>
    list(object(container)['ports']).map((each) => {
      const port = object(each);
      return { name: text(port['name']), number: count(port['containerPort']) ?? 0, protocol: text(port['protocol']) ?? 'TCP' };
    }),
  );
}

function portText({ name, number }: Pick<DeclaredPort, 'name' | 'number'>): string {
  return name === undefined ? String(number) : `${name} (${number})`;
}

function unknownPort(remote: string, what: string, ports: readonly Pick<DeclaredPort, 'name' | 'number'>[]): PodwrightError {
  return new PodwrightError('not-found', `${what} has no port ${remote}`, {
    hint: ports.length === 0 ? 'It names no ports.' : `Ports: ${ports.map(portText).join(', ')}.`,
  });
}

function notTcp(remote: string, what: string, protocol: string): PodwrightError {
  return new PodwrightError('rejected', `port ${remote} of ${what} is ${protocol}, and only TCP can be forwarded`);
}

function nameOf(whole: unknown): string {
  const { namespace, name } = object(object(whole)['metadata']);
  return `${text(namespace) ?? ''}/${text(name) ?? ''}`;
}

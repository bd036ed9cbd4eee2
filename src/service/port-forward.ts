/**
 * Forwards local ports to a target for as long as it is wanted: to one of its Pods that is Ready, and to the next when that one goes. A connection that comes while
 * there is none waits. Connections that a lost Pod had are broken, and seen to be: none ends as if all had been said.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { bestPod, isReachable, isServing } from '../core/best-pod.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import type { Clock } from './clock.ts';
import type { PodTunnel, PodTunnels } from './port-tunnel.ts';

export interface ForwardPlan {
  /** The target's Pods, anew at each change. Ends or throws when there will be no more. */
  readonly pods: AsyncIterable<readonly PodFacts[]>;
  readonly tunnels: PodTunnels;
  /** The numbers of the ports in a Pod, in the order of `ports`. Throws PodwrightError. */
  readonly portsIn: (pod: PodFacts) => Promise<readonly number[]>;
  /** Local ports to listen on; 0 for any that is free, undefined for the number that it has in the first Pod. */
  readonly ports: readonly (number | undefined)[];
  /** Local addresses; `localhost` is both of its addresses, of which one is enough. */
  readonly addresses: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (event: ForwardEvent) => void;
}

export type ForwardEvent =
  | { readonly kind: 'listening'; readonly address: string; readonly local: number; readonly remote: number }
  /** Connections go to this Pod from now on. */
  | { readonly kind: 'attached'; readonly pod: PodFacts; readonly again: boolean }
  /** There is no Pod to go to; the one that was lost, where there was one. */
  | { readonly kind: 'waiting'; readonly lost: PodFacts | undefined }
  /** A connection came to nothing, in the words of whoever knows. */
  | { readonly kind: 'refused' | 'failed'; readonly pod: PodFacts | undefined; readonly port: number | undefined; readonly message: string }
  | { readonly kind: 'traffic'; readonly traffic: ForwardTraffic };

/** So far. */
export interface ForwardTraffic {
  readonly open: number;
  readonly connections: number;
  /** Of them, those that were broken off. */
  readonly broken: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** As many lines to one Pod at most; each more is a connection to the API server and the kubelet. */
const mostLines = 8;
/** How long a local connection waits for a Pod that can be reached. */
const patienceMs = 60_000;
const retryMs = { first: 250, most: 4000 } as const;

/** Runs until the signal aborts. Throws PodwrightError where it cannot begin (no right, no such port, a busy local port), and where `pods` throws. */
export async function forwardPorts(plan: ForwardPlan): Promise<void> {
  const forward = new PortForward(plan);
  try {
    await forward.run();
  } finally {
    forward.close();
  }
}

/** A line to a Pod, perhaps not open yet. */
interface Line {
  readonly opened: Promise<PodTunnel>;
  load: number;
}

interface Attached {
  readonly pod: PodFacts;
  readonly ports: readonly number[];
  readonly lines: Set<Line>;
}

class PortForward {
  readonly #plan: ForwardPlan;
  readonly #servers: Server[] = [];
  readonly #locals = new Set<Socket>();
  #attached: Attached | undefined;
  #changed = Promise.withResolvers<void>();
  #traffic = { open: 0, connections: 0, broken: 0, sentBytes: 0, receivedBytes: 0 };

  constructor(plan: ForwardPlan) {
    this.#plan = plan;
  }

  async run(): Promise<void> {
    const { pods, signal } = this.#plan;
    let first = true;
    for await (const seen of pods) {
      if (signal.aborted) return;
      await this.#follow(seen, first);
      if (first && this.#attached !== undefined) {
        await this.#begin(this.#attached);
        first = false;
      }
    }
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const local of this.#locals) local.destroy();
    if (this.#attached !== undefined) this.#leave(this.#attached, true);
  }

  /** Stays with the Pod it has while that is Ready, or while there is none that is better. */
  async #follow(pods: readonly PodFacts[], first: boolean): Promise<void> {
    const before = this.#attached;
    const own = pods.find(({ uid }) => uid === before?.pod.uid);
    if (own !== undefined && isServing(own)) return;
    const next = bestPod(pods.filter(isReachable));
    if (next === undefined) {
      if (before === undefined && !first) return;
      if (before !== undefined) this.#leave(before, false);
      this.#attached = undefined;
      this.#plan.report({ kind: 'waiting', lost: before?.pod });
      return;
    }
    if (next.uid === before?.pod.uid) return;
    const ports = await this.#plan.portsIn(next);
    if (before !== undefined) this.#leave(before, false);
    this.#attached = { pod: next, ports, lines: new Set() };
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    this.#plan.report({ kind: 'attached', pod: next, again: !first });
  }

  /** Connections under way go on; what carries none is closed. */
  #leave({ lines }: Attached, all: boolean): void {
    for (const line of lines) {
      if (all || line.load === 0) closeLine(line);
    }
  }

  /** The first line shows whether all this is allowed, before anything listens. */
  async #begin(attached: Attached): Promise<void> {
    await this.#line(attached).opened;
    for (const [index, asked] of this.#plan.ports.entries()) {
      const remote = attached.ports[index] ?? 0;
      await this.#listen(asked ?? remote, index, remote);
    }
  }

  async #listen(asked: number, index: number, remote: number): Promise<void> {
    let port = asked;
    let failure: unknown;
    let listening = 0;
    for (const address of this.#plan.addresses.flatMap((each) => (each === 'localhost' ? ['127.0.0.1', '::1'] : [each]))) {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (local) => void this.#serve(local, index));
      try {
        await listen(server, port, address);
      } catch (error) {
        // A machine without IPv6 has no ::1; a port that somebody else has on one of two addresses is no port of ours.
        const code = (error as NodeJS.ErrnoException).code ?? '';
        if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(code)) throw new ListenError(address, port, code, error);
        failure ??= new ListenError(address, port, code, error);
        continue;
      }
      this.#servers.push(server);
      listening++;
      const at = server.address();
      if (typeof at === 'object' && at !== null) port = at.port;
      this.#plan.report({ kind: 'listening', address, local: port, remote });
    }
    if (listening === 0) throw failure;
  }

  async #serve(local: Socket, index: number): Promise<void> {
    this.#locals.add(local);
    local.on('error', () => undefined);
    local.once('close', () => this.#locals.delete(local));
    this.#count({ open: 1, connections: 1 });
    let attached: Attached | undefined;
    let end: { readonly kind: 'done' | 'refused' | 'failed'; readonly message?: string };
    try {
      const begun = this.#plan.clock.now();
      for (let wait: number = retryMs.first; ; wait = Math.min(2 * wait, retryMs.most)) {
        attached = await this.#attachedFor(local, begun);
        const line = this.#line(attached);
        line.load++;
        try {
          const tunnel = await line.opened;
          if (local.destroyed) {
            end = { kind: 'done' };
            break;
          }
          const port = attached.ports[index] ?? 0;
          end = await tunnel.join(local, port, {
            sent: (bytes) => this.#count({ sentBytes: bytes }),
            received: (bytes) => this.#count({ receivedBytes: bytes }),
          });
          break;
        } catch (error) {
          if (!isPodwrightError(error) || local.destroyed || this.#plan.clock.now() - begun > patienceMs) throw error;
          await this.#plan.clock.wait(wait, this.#plan.signal);
        } finally {
          line.load--;
          if (line.load === 0 && attached !== this.#attached) closeLine(line);
        }
      }
    } catch (error) {
      end = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      local.resetAndDestroy();
    }
    if (end.kind !== 'done' && !this.#plan.signal.aborted) {
      this.#plan.report({ kind: end.kind, pod: attached?.pod, port: attached?.ports[index], message: end.message ?? '' });
    }
    this.#count({ open: -1, broken: end.kind === 'done' ? 0 : 1 });
  }

  /** The Pod to go to, once there is one. */
  async #attachedFor(local: Socket, since: number): Promise<Attached> {
    const { clock, signal } = this.#plan;
    for (;;) {
      if (this.#attached !== undefined) return this.#attached;
      const left = since + patienceMs - clock.now();
      if (left <= 0 || signal.aborted || local.destroyed) throw new PodwrightError('timeout', `no Pod could be reached within ${patienceMs / 1000} s`);
      const waited = new AbortController();
      await Promise.race([this.#changed.promise, clock.wait(left, AbortSignal.any([signal, waited.signal]))]);
      waited.abort();
    }
  }

  /** The line with the least on it; another where all of them are used and there are not too many. */
  #line({ pod, lines }: Attached): Line {
    const [least] = [...lines].toSorted((a, b) => a.load - b.load);
    if (least !== undefined && (least.load === 0 || lines.size >= mostLines)) return least;
    const gone = (): void => {
      lines.delete(line);
    };
    const opened = this.#plan.tunnels.open(pod, this.#plan.signal, gone);
    const line: Line = { opened, load: 0 };
    lines.add(line);
    opened.catch(gone);
    return line;
  }

  #count(more: Partial<ForwardTraffic>): void {
    for (const [name, by] of Object.entries(more) as [keyof ForwardTraffic, number][]) this.#traffic[name] += by;
    this.#plan.report({ kind: 'traffic', traffic: this.#traffic });
  }
}

function closeLine({ opened }: Line): void {
  void opened.then(
    (tunnel) => tunnel.close(),
    () => undefined,
  );
}

/** A local port that cannot be listened on. */
export class ListenError extends PodwrightError {
  readonly address: string;
  readonly port: number;
  /** Whether somebody else listens there. */
  readonly busy: boolean;

  constructor(address: string, port: number, code: string, cause: unknown) {
    const what = `port ${port} of ${address}`;
    const message: Readonly<Record<string, string>> = {
      EADDRINUSE: `${what} is in use`,
      EACCES: `this user may not listen on ${what}`,
      EADDRNOTAVAIL: `${address} is no address of this machine`,
      ENOTFOUND: `${address} is no address of this machine`,
    };
    super('input', message[code] ?? `cannot listen on ${what}: ${code}`, {
      cause,
      hint:
        code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? '--address takes localhost, 0.0.0.0 for every address of this machine, or one of them.'
          : 'Choose another, as in 18080:REMOTE; :REMOTE takes one that is free.',
    });
    this.address = address;
    this.port = port;
    this.busy = code === 'EADDRINUSE';
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

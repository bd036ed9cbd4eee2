/** The port through which connections reach a port inside a Pod. */
import type { Socket } from 'node:net';
import type { PodwrightError } from '../core/podwright-error.ts';

/** What has passed on one connection, in bytes. */
export interface Traffic {
  sent(bytes: number): void;
  received(bytes: number): void;
}

/** A line to one Pod that carries many connections. What one of them does not take holds up the others. */
export interface PodTunnel {
  /** How many connections it carries. */
  readonly load: number;
  /** Nothing passes any more. */
  readonly over: boolean;
  /**
   * Joins a local connection with a port of the Pod, until both have ended. Gives why it was broken off, for which the local one is reset and not ended:
   * `refused` where nothing listens there.
   */
  join(local: Socket, port: number, traffic: Traffic): Promise<JoinEnd>;
  close(): void;
}

export type JoinEnd =
  | { readonly kind: 'done' }
  /** In the runtime's words. */
  | { readonly kind: 'refused' | 'failed'; readonly message: string };

export interface PodTunnels {
  /** Throws PodwrightError. `lost` is called when the line has ended by itself. */
  open(pod: { readonly namespace: string; readonly name: string }, signal: AbortSignal, lost: (error: PodwrightError | undefined) => void): Promise<PodTunnel>;
}

/**
 * Tells how a forward goes. Where it listens is its result, in kubectl's words on stdout, which scripts read; what happens comes on stderr, on a terminal with a line
 * that shows what passes, and at the end what has passed.
 */
import { counted } from '../src/core/diagnosis/wording.ts';
import { byteText } from '../src/report/byte-text.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { ForwardEvent, ForwardTraffic } from '../src/service/port-forward.ts';
import type { CommandIo } from './command.ts';

/** How often the line is drawn anew at most. */
const drawEveryMs = 250;

export interface ForwardProgress {
  report(event: ForwardEvent): void;
  /** Says something in a line of its own. */
  say(line: string): void;
  /** The sum of it; leaves the terminal as it was. */
  end(): void;
}

export function forwardProgress(target: string, { stdout, stderr, env }: CommandIo): ForwardProgress {
  const drawn = stderr.isTTY === true && env['TERM'] !== 'dumb';
  let traffic: ForwardTraffic | undefined;
  let pod = '';
  let timer: NodeJS.Timeout | undefined;
  const told = new Set<string>();
  const erase = drawn ? '\r\x1b[2K' : '';
  const draw = (): void => {
    timer = undefined;
    if (traffic === undefined) return;
    const line = `${pod}: ${trafficText(traffic)}`;
    stderr.write(`${erase}${line.slice(0, (stderr.columns ?? 80) - 1)}`);
  };
  const drawSoon = (): void => {
    if (drawn) timer ??= setTimeout(draw, drawEveryMs);
  };
  const say = (line: string): void => {
    stderr.write(`${erase}podwright: ${plainText(line)}\n`);
    drawSoon();
  };
  /** A page that loads asks many times for what is not there. */
  const sayOnce = (line: string): void => {
    if (told.has(line)) return;
    told.add(line);
    say(line);
  };
  return {
    say,
    report(event) {
      switch (event.kind) {
        case 'listening': {
          const address = event.address.includes(':') ? `[${event.address}]` : event.address;
          stdout.write(`${drawn && stdout.isTTY ? erase : ''}Forwarding from ${address}:${event.local} -> ${event.remote}\n`);
          break;
        }
        case 'attached':
          pod = event.pod.name;
          told.clear();
          if (event.again) say(`${target}: now Pod ${pod}`);
          else if (target !== `pod/${pod}`) say(`${target}: Pod ${pod}`);
          break;
        case 'waiting':
          if (event.lost !== undefined) say(`${target}: Pod ${event.lost.name} is gone; connections wait for the next`);
          break;
        case 'refused':
          sayOnce(`nothing listens on port ${event.port} in Pod ${event.pod?.name ?? ''}`);
          break;
        case 'failed':
          sayOnce(`a connection${event.port === undefined ? '' : ` to port ${event.port}`} failed: ${event.message}`);
          break;
        case 'traffic':
          traffic = event.traffic;
          drawSoon();
          break;
      }
    },
    end() {
      clearTimeout(timer);
      if (traffic === undefined) stderr.write(erase);
      else stderr.write(`${erase}${trafficText({ ...traffic, open: 0 })}\n`);
    },
  };
}

function trafficText({ open, connections, broken, sentBytes, receivedBytes }: ForwardTraffic): string {
  return [
    ...(open > 0 ? [`${open} open`] : []),
    counted(connections, 'connection'),
    ...(broken > 0 ? [`${broken} broken off`] : []),
    `${byteText(sentBytes)} sent`,
    `${byteText(receivedBytes)} received`,
  ].join(', ');
}

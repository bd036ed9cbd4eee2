/** Reads lengths of time as Go writes them: 10s, 1m30s, 500ms. */
import { PodwrightError } from '../src/core/podwright-error.ts';

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds. Go's time.ParseDuration, or a bare number of seconds: what kubectl takes for --request-timeout (client-go's clientcmd.ParseTimeout).
 * Throws `usage` in the name of the flag; `more` ends the hint.
 */
export function durationMs(value: string, flag: string, more = ''): number {
  const hint = `Write it like 10s, 1m30s or 500ms${more}.`;
  if (value === '') throw new PodwrightError('usage', `${flag} needs a value`, { hint });
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/y;
  let total = 0;
  while (part.lastIndex < value.length) {
    const found = part.exec(value);
    if (found === null) throw new PodwrightError('usage', `${flag} ${value} is not a time`, { hint });
    total += Number(found[1]) * (unitMs[found[2] ?? ''] ?? 0);
  }
  return total;
}

/**
 * What the core makes of real Pods: each test/golden/pods/NAME.yaml, recorded from a cluster by the status test, beside NAME.txt, what is
 * computed from it. `npm run golden` writes the texts anew; what then changes in them is for a reader to judge.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { humanDuration } from '../../src/core/age.ts';
import { conditionChain, otherConditions } from '../../src/core/conditions.ts';
import { containerSummaries } from '../../src/core/container-summaries.ts';
import { initProgress } from '../../src/core/init-progress.ts';
import { ownerTarget } from '../../src/core/owner.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podHealth } from '../../src/core/pod-health.ts';
import { podStatus } from '../../src/core/pod-status.ts';

const directory = join(import.meta.dirname, 'pods');

for (const file of readdirSync(directory).filter((name) => name.endsWith('.yaml'))) {
  test(file, async () => {
    const text = readFileSync(join(directory, file), 'utf8');
    const now = Date.parse(/^# now: (.*)$/m.exec(text)?.[1] ?? '');
    await expect(picture(parse(text), now)).toMatchFileSnapshot(join(directory, file.replace('.yaml', '.txt')));
  });
}

/** Everything the core says of a Pod, now and in an hour, when every grace has passed. */
function picture(pod: unknown, now: number): string {
  const facts = podFacts(pod);
  const { ready, status, restartsText, age } = podStatus(facts, now);
  const progress = initProgress(facts);
  const lines = [
    `${facts.name}  ${ready}  ${status}  ${restartsText}  ${age}  ${ownerTarget(facts) ?? 'no owner'}`,
    ...[now, now + 3_600_000].map((at) => {
      const { health, cause, since } = podHealth(facts, at);
      return `${at === now ? 'now' : 'in an hour'}: ${health}${since === undefined ? '' : ` for ${humanDuration(at - since)}`}${cause ? `: ${cause}` : ''}`;
    }),
    `chain: ${conditionChain(facts)
      .map((link) => `${link.letter} ${link.mark}${link.reason ? ` ${link.reason}` : ''}${link.outdated ? ' (outdated)' : ''}`)
      .join(', ')}`,
    ...otherConditions(facts).map(({ type, status: value, reason }) => `condition ${type}: ${value} ${reason ?? ''}`),
    `init: ${progress.done} of ${progress.total} done${progress.current ? `, at ${progress.current.index} ${progress.current.step.name}` : ''}`,
    ...progress.steps.map((step) => `  step ${words([step.name, step.state, step.reason, step.exitCode])}`),
    ...containerSummaries(facts).map((container) => {
      const { kind, name, state, reason, exitCode, exitMeaning, ready: isReady, restarts, lastTermination: last } = container;
      const before = last && `before: ${words([last.reason, last.exitCode, last.meaning])}`;
      return `  ${kind} ${words([name, state, reason, exitCode, exitMeaning, isReady ? 'ready' : 'not ready', `${restarts} restarts`, before])}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function words(parts: readonly (string | number | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

/** What to shorten first: the longest stage on the critical path, and what such a stage depends on. */
import { humanDuration } from '../age.ts';
import type { PodFacts } from '../pod-facts.ts';
import type { Stage, Timeline } from './timeline.ts';

/** Below this, times of whole seconds do not tell what was long. */
const worthMs = 3000;

export function shortenFirst({ stages, total, outcome }: Pick<Timeline, 'stages' | 'total' | 'outcome'>, facts: PodFacts): Timeline['shortenFirst'] {
  if (total === undefined || total < worthMs || outcome === 'failed') return undefined;
  const failing = stages.findIndex(({ critical, state }) => critical && state === 'failed');
  const failed = stages[failing];
  if (failed !== undefined) return { stage: failing, text: `${stageText(failed)} fails, which is all that counts for now: \`podwright why\` says more.` };
  const lengths = stages.map(({ critical, duration }) => (critical ? (duration ?? 0) : 0));
  const longest = Math.max(0, ...lengths);
  const at = lengths.indexOf(longest);
  const stage = stages[at];
  if (stage === undefined || longest < worthMs - 1000) return undefined;
  const goesOn = stage.to === undefined;
  const share = Math.min(100, Math.round((100 * longest) / total));
  const until = outcome === 'ready' ? 'until Ready' : goesOn || outcome === 'starting' ? 'so far' : 'in all';
  const text = `${stageText(stage)} ${goesOn ? 'has taken' : 'took'} ${durationText(stage)} of the ${humanDuration(total)} ${until} (${share}%).`;
  const advice = adviceOf(stage, facts);
  return { stage: at, text: advice === undefined ? text : `${text} ${advice}` };
}

/** `2.3s`, `<1s`, `1m58s`: as fine as it is known. */
export function durationText({ duration, precision }: Pick<Stage, 'duration' | 'precision'>): string {
  if (duration === undefined) return '?';
  if (precision === 'millisecond' && duration < 120_000) return duration < 1000 ? `${duration}ms` : `${(duration / 1000).toFixed(1)}s`;
  return duration < 1000 ? '<1s' : humanDuration(duration);
}

/** The stage as the subject of a sentence. */
export function stageText({ kind, subject }: Pick<Stage, 'kind' | 'subject'>): string {
  switch (kind) {
    case 'created':
      return 'Being created';
    case 'scheduled':
      return 'Scheduling';
    case 'volumes':
      return 'Mounting the volumes';
    case 'sandbox':
      return 'The sandbox';
    case 'gap':
      return `What came before ${subject}`;
    case 'pull':
      return `The pull for ${subject}`;
    case 'init':
      return `Init step ${subject}`;
    case 'sidecar':
      return `The start of sidecar ${subject}`;
    case 'container':
      return `The start of container ${subject}`;
    case 'run':
      return `The work of ${subject}`;
    case 'probes':
      return `Waiting for the probes of ${subject}`;
    case 'gate':
      return `The readiness gate ${subject}`;
    case 'ready':
      return 'Ready';
  }
}

export function adviceOf({ kind, subject, note }: Pick<Stage, 'kind' | 'subject'> & Partial<Pick<Stage, 'note'>>, facts: PodFacts): string | undefined {
  switch (kind) {
    case 'scheduled':
      return facts.schedulingGates.length > 0 ? 'It waits until somebody takes its scheduling gates away.' : undefined;
    case 'pull':
      return note?.includes('behind other pulls') === true
        ? 'A kubelet pulls one image after the other unless serializeImagePulls is false.'
        : 'A smaller image, or one that is on the node already, is there sooner.';
    case 'init':
      return 'Init steps run one after the other: what need not come before the app can run beside it.';
    case 'probes':
      return probeAdvice(subject, facts);
    case 'sidecar':
      return 'What comes after a sidecar waits until its startup probe has passed.';
    case 'sandbox':
      return 'It holds the volumes of ConfigMaps and Secrets, the network and the start of the runtime.';
    default:
      return undefined;
  }
}

function probeAdvice(name: string, facts: PodFacts): string | undefined {
  const { probes } = facts.containers.find((container) => container.name === name) ?? {};
  const all = [probes?.startup, probes?.readiness].filter((probe) => probe !== undefined);
  const delay = Math.max(0, ...all.map((probe) => probe.initialDelaySeconds));
  const period = Math.max(0, ...all.map((probe) => probe.periodSeconds));
  if (delay >= 2) return `They begin only after ${delay}s (initialDelaySeconds), whether the app is up or not.`;
  return period >= 5 ? `They look only every ${period}s (periodSeconds): up to that much is lost after the app is up.` : undefined;
}

/** What a Pod uses, as metrics.k8s.io tells it: a mean over the last half minute or so for the CPU, the working set for memory. */
import { list, millis, object, text } from './json.ts';
import { quantityNumber } from './quantity.ts';

export interface Usage {
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

export interface PodUsage {
  /** When it was measured, milliseconds since the epoch. */
  readonly at: number | undefined;
  /** By container, in the order of the answer. */
  readonly containers: ReadonlyMap<string, Usage>;
}

/** The usage in a PodMetrics object. Total, like podFacts. */
export function podUsage(metrics: unknown): PodUsage {
  const { timestamp, containers } = object(metrics);
  return {
    at: millis(timestamp),
    containers: new Map(
      list(containers).map((container): [string, Usage] => {
        const { name, usage } = object(container);
        const { cpu, memory } = object(usage);
        return [text(name) ?? '', { cpu: quantityNumber(text(cpu) ?? '') ?? 0, memory: quantityNumber(text(memory) ?? '') ?? 0 }];
      }),
    ),
  };
}

/** All containers together. */
export function totalUsage({ containers }: PodUsage): Usage {
  return [...containers.values()].reduce((sum, { cpu, memory }) => ({ cpu: sum.cpu + cpu, memory: sum.memory + memory }), { cpu: 0, memory: 0 });
}

/** As `kubectl top` writes them: cores as `12m`, bytes as `34Mi`. Source: printSingleResourceUsage in kubectl/pkg/metricsutil/metrics_printer.go. */
export function usageText(resource: 'cpu' | 'memory', { cpu, memory }: Usage): string {
  return resource === 'cpu' ? `${Math.ceil(cpu * 1000)}m` : `${Math.floor(memory / 2 ** 20)}Mi`;
}

/** How much of a quantity that is, in whole percent; undefined where there is none to compare with. */
export function usedPercent(amount: number, of: string | undefined): number | undefined {
  const whole = of === undefined ? undefined : quantityNumber(of);
  return whole === undefined || whole <= 0 ? undefined : Math.round((amount / whole) * 100);
}

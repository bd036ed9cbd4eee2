/**
 * Changes Pods at a steady rate, as a process of its own, so that measuring takes nothing from it: `change-pods.ts KUBECONFIG RATE SECONDS SHOWN OTHERS`,
 * the last two paths of Pods, one a line. Each change is a restart count that no other change has; every tenth goes to a Pod that is shown. At the
 * end it tells its parent when the API server answered each of those.
 */
import { ApiServer } from '../test/integration/api-server.ts';

export interface ChangesMade {
  /** Of all Pods. */
  readonly perSecond: number;
  readonly shown: readonly { readonly pod: string; readonly restarts: number /** On the machine's monotonic clock, in ms. */; readonly answeredAt: number }[];
}

/** The clock that all processes of the machine share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** As many requests as may be under way: more would queue here, and an answer would be noted long after it came. */
const mostUnderWay = 32;

/** The first restart count: of six digits, which nothing else on the screen has. */
const firstCount = 100_000;

async function changePods(server: ApiServer, rate: number, seconds: number, shown: readonly string[], others: readonly string[]): Promise<ChangesMade> {
  const made: ChangesMade['shown'][number][] = [];
  const started = machineMs();
  const last = await new Promise<number>((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    const change = async (index: number): Promise<void> => {
      const isShown = index % 10 === 0;
      const pods = isShown ? shown : others;
      const pod = pods[(isShown ? index / 10 : index) % pods.length] ?? '';
      const restarts = firstCount + index;
      const body = [{ op: 'replace', path: '/status/containerStatuses/0/restartCount', value: restarts }];
      await server.request(`${pod}/status`, { method: 'PATCH', contentType: 'application/json-patch+json', body });
      const answeredAt = machineMs();
      if (isShown) made.push({ pod, restarts, answeredAt });
      answered += 1;
      if (answered === rate * seconds) resolve(answeredAt);
    };
    const timer = setInterval(() => {
      const due = Math.min(rate * seconds, Math.floor(((machineMs() - started) * rate) / 1000));
      for (; sent < due && sent - answered < mostUnderWay; sent++) void change(sent).catch(reject);
      if (sent === rate * seconds) clearInterval(timer);
    }, 5);
  });
  return { perSecond: (rate * seconds * 1000) / (last - started), shown: made };
}

if (import.meta.main) {
  const [kubeconfig = '', rate, seconds, shown = '', others = ''] = process.argv.slice(2);
  const made = await changePods(await ApiServer.connect(kubeconfig), Number(rate), Number(seconds), shown.split('\n'), others.split('\n'));
  process.send?.(made, undefined, undefined, () => process.exit(0));
}

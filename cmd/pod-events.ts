/** The Events that a command tells along with Pods, and goes without where they may not be read. */
import type { EventFacts } from '../src/core/event-facts.ts';
import { isPodwrightError } from '../src/core/podwright-error.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { EventScope } from '../src/service/diagnosis-source.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';

/** Undefined where they may not be read, which is said. */
export async function readEvents(scope: EventScope, { transport }: OpenCluster, io: CommandIo): Promise<readonly EventFacts[] | undefined> {
  try {
    return await clusterDiagnosis(transport).events(scope, io.signal);
  } catch (error) {
    if (!isPodwrightError(error) || error.code !== 'forbidden') throw error;
    io.stderr.write(`podwright: without Events: ${plainText(error.message)}\n`);
    return undefined;
  }
}

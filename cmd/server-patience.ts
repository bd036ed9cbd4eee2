/** How long commands that change something wait for an API server that is away, and what they say meanwhile. */

import { clusterCheck } from '../src/kube/cluster-check.ts';
import type { Patience } from '../src/kube/patient-request.ts';
import type { Transport } from '../src/kube/transport.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { CheckSource } from '../src/service/check-source.ts';
import { systemClock } from '../src/service/clock.ts';
import type { CommandIo } from './command.ts';

export function serverPatience(io: CommandIo): Patience {
  return {
    clock: systemClock,
    trouble: (problem) => void io.stderr.write(problem === undefined ? 'The server is back.\n' : `${plainText(problem.message)}; trying again\n`),
  };
}

/** The Pods of a cluster as they change; that the connection is lost is said, and that it is back. */
export function patientPods(transport: Transport, io: CommandIo): Pick<CheckSource, 'watchPods'> {
  const { trouble } = serverPatience(io);
  const source = clusterCheck(transport);
  return {
    watchPods(scope, sink, signal) {
      let lost = false;
      return source.watchPods(
        scope,
        {
          ...sink,
          link(link) {
            const problem = link.state === 'live' ? undefined : link.error;
            if (problem !== undefined && !lost) trouble(problem);
            if (link.state === 'live' && lost) trouble(undefined);
            lost = problem !== undefined;
            sink.link(link);
          },
        },
        signal,
      );
    },
  };
}

/** The rest of the Pod pane: where the Pod is reached, what it is marked with, what it asks for, mounts and lives by. */
import type { PodDemands, ResourceDemand } from '../core/pod-demands.ts';
import { plainText } from '../report/terminal-text.ts';
import { flow, labelled, type Pane, readingText } from './pane-block.ts';

export function specLines(pane: Pane): readonly string[] {
  const { facts, view, room } = pane;
  const { demands } = view;
  const labels = Object.entries(facts.labels).map(([key, value]) => `${key}=${value}`);
  const volumes = facts.volumes.map(({ name, source, target }) => `${name} (${source}${target === undefined ? '' : ` ${target}`})`);
  const addresses = [...facts.podIPs.map((ip) => `Pod ${ip}`), ...(facts.hostIP === undefined ? [] : [`node ${facts.hostIP}`])];
  const policy = [
    ...(facts.restartPolicy === undefined ? [] : [`restart ${facts.restartPolicy}`]),
    ...(facts.serviceAccountName === undefined ? [] : [`account ${facts.serviceAccountName}`]),
    ...(facts.priorityClassName === undefined ? [] : [`priority ${facts.priorityClassName}`]),
    ...(facts.terminationGracePeriodSeconds === undefined ? [] : [`grace ${facts.terminationGracePeriodSeconds}s`]),
    ...(facts.schedulerName === undefined || facts.schedulerName === 'default-scheduler' ? [] : [`scheduler ${facts.schedulerName}`]),
  ];
  const block = (label: string, parts: readonly string[]): readonly string[] =>
    parts.length === 0 ? [] : labelled(pane, label, flow(parts.map(plainText), '  ', room));
  return [
    ...block('ADDRESSES', addresses),
    ...block('LABELS', labels),
    ...block('GATES', facts.readinessGates),
    ...block('VOLUMES', volumes),
    ...(demands.state === 'read' ? [] : labelled(pane, 'RESOURCES', flow([readingText(demands)], '', room), pane.style.dim)),
    ...(demands.state === 'read' ? labelled(pane, 'RESOURCES', resourceLines(pane, demands.value)) : []),
    ...(demands.state === 'read' ? block('SELECTOR', demands.value.nodeSelector) : []),
    ...(demands.state === 'read' ? block('TOLERATES', demands.value.tolerations) : []),
    ...block('POLICY', policy),
  ];
}

/** A line for the Pod as a whole, where it asks for something, and one for each container that does. */
function resourceLines({ room, style }: Pane, { pod, containers }: PodDemands): readonly string[] {
  const all = [...(pod.length === 0 ? [] : [{ name: 'whole Pod', resources: pod }]), ...containers];
  if (all.length === 0) return [style.dim('none asked for')];
  return all.flatMap(({ name, resources }) => flow([plainText(name), ...resources.map(demandText).map(plainText)], '  ', room));
}

/** `cpu 100m, limit 500m`; where a resize is under way, what is in effect until then. */
function demandText({ name, request, limit, actual }: ResourceDemand): string {
  const amounts = (amount: { readonly request: string | undefined; readonly limit: string | undefined }): string =>
    [...(amount.request === undefined ? [] : [amount.request]), ...(amount.limit === undefined ? [] : [`limit ${amount.limit}`])].join(', ');
  return `${name} ${amounts({ request, limit })}${actual === undefined ? '' : ` (now ${amounts(actual)})`}`;
}

/** The rest of the Pod pane: where the Pod is reached, what it is marked with, what it asks for, mounts and lives by. */
import type { PodDemands, ResourceDemand } from '../core/pod-demands.ts';
import { type PodUsage, totalUsage, type Usage, usageText, usedPercent } from '../core/pod-usage.ts';
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
    ...(demands.state === 'read' ? labelled(pane, 'RESOURCES', resourceLines(pane, demands.value, view.usage)) : []),
    ...(demands.state === 'read' ? block('SELECTOR', demands.value.nodeSelector) : []),
    ...(demands.state === 'read' ? block('TOLERATES', demands.value.tolerations) : []),
    ...block('POLICY', policy),
  ];
}

/** A line for the Pod as a whole, where it asks for something, and one for each container that does, or of which is known what it uses. */
function resourceLines({ room, style }: Pane, { pod, containers }: PodDemands, usage: PodUsage | undefined): readonly string[] {
  const asking = new Map(containers.map(({ name, resources }) => [name, resources]));
  const measured = [...(usage?.containers.keys() ?? [])].filter((name) => !asking.has(name));
  const all = [
    ...(pod.length === 0 ? [] : [{ name: 'whole Pod', resources: pod, used: usage && totalUsage(usage) }]),
    ...[...asking, ...measured.map((name): [string, readonly ResourceDemand[]] => [name, []])].map(([name, resources]) => ({
      name,
      resources,
      used: usage?.containers.get(name),
    })),
  ];
  if (all.length === 0) return [style.dim('none asked for')];
  return all.flatMap(({ name, resources, used }) => flow([plainText(name), ...resourceTexts(resources, used).map(plainText)], '  ', room));
}

function resourceTexts(resources: readonly ResourceDemand[], used: Usage | undefined): readonly string[] {
  const asked = resources.map((demand) => demandText(demand, used));
  const rest = (['cpu', 'memory'] as const).filter((name) => used !== undefined && !resources.some((demand) => demand.name === name));
  return [...asked, ...rest.map((name) => `${name} uses ${used === undefined ? '' : usageText(name, used)}`)];
}

/** `cpu 100m, limit 500m, uses 12m (2 % of the limit)`; where a resize is under way, what is in effect until then. */
function demandText({ name, request, limit, actual }: ResourceDemand, used: Usage | undefined): string {
  const amounts = (amount: { readonly request: string | undefined; readonly limit: string | undefined }): string =>
    [...(amount.request === undefined ? [] : [amount.request]), ...(amount.limit === undefined ? [] : [`limit ${amount.limit}`])].join(', ');
  return `${name} ${amounts({ request, limit })}${actual === undefined ? '' : ` (now ${amounts(actual)})`}${usesText(name, { request, limit }, used)}`;
}

function usesText(name: string, { request, limit }: Pick<ResourceDemand, 'request' | 'limit'>, used: Usage | undefined): string {
  if (used === undefined || (name !== 'cpu' && name !== 'memory')) return '';
  const percent = usedPercent(used[name], limit ?? request);
  return `, uses ${usageText(name, used)}${percent === undefined ? '' : ` (${percent} % of the ${limit === undefined ? 'request' : 'limit'})`}`;
}

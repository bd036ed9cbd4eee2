/** What decides where a Pod runs: node selectors, affinity, tolerations, topology spread, gates; and how it lives there. */
import { count, type Json, list, object, text, texts } from '../core/json.ts';
import { requirementText, scalar, secondsText, selectorText, settings, sortedPairs } from './describe-words.ts';
import { field, fieldOf, type Part, section } from './description.ts';

export function placementParts(spec: Json): readonly Part[] {
  const gates = texts(list(spec['schedulingGates']).map((gate) => object(gate)['name']));
  const spread = list(spec['topologySpreadConstraints']).map(object);
  const group = object(spec['schedulingGroup']);
  return [
    ...(gates.length === 0 ? [] : [fieldOf('Scheduling Gates', gates)]),
    ...(spec['schedulerName'] === 'default-scheduler' ? [] : field('Scheduler', text(spec['schedulerName']))),
    fieldOf('Node-Selectors', sortedPairs(spec['nodeSelector'])),
    ...section('Affinity', affinityParts(object(spec['affinity']))),
    fieldOf(
      'Tolerations',
      list(spec['tolerations'])
        .map(object)
        .sort((a, b) => ((text(a['key']) ?? '') < (text(b['key']) ?? '') ? -1 : 1))
        .map(tolerationText),
    ),
    ...(spread.length === 0 ? [] : [fieldOf('Topology Spread Constraints', spread.map(spreadText))]),
    ...(spec['schedulingGroup'] === undefined ? [] : section('SchedulingGroup', field('PodGroupName', text(group['podGroupName']) ?? ''))),
    ...claimParts(spec),
  ];
}

function tolerationText({ key, operator, value, effect, tolerationSeconds }: Json): string {
  const seconds = count(tolerationSeconds);
  const which = `${text(key) ?? ''}${text(value) === undefined ? '' : `=${text(value)}`}${text(effect) === undefined ? '' : `:${text(effect)}`}`;
  const exists = operator === 'Exists' && text(value) === undefined ? 'op=Exists' : ['Lt', 'Gt'].includes(text(operator) ?? '') ? `op=${text(operator)}` : '';
  return `${[which, exists].filter((part) => part !== '').join(' ')}${seconds === undefined ? '' : ` for ${seconds}s`}`;
}

function spreadText({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector, ...others }: Json): string {
  const selector = labelSelector === undefined ? '' : ` for selector ${selectorText(labelSelector)}`;
  const more = settings(others);
  return `${text(topologyKey) ?? ''}:${text(whenUnsatisfiable) ?? ''} when max skew ${scalar(maxSkew) ?? ''} is exceeded${selector}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function affinityParts({ nodeAffinity, podAffinity, podAntiAffinity }: Json): readonly Part[] {
  const node = object(nodeAffinity);
  const terms = [
    ...list(object(node[required])['nodeSelectorTerms']).map((term) => `required: ${nodeTermText(object(term))}`),
    ...list(node[preferred])
      .map(object)
      .map(({ weight, preference }) => `preferred (${scalar(weight) ?? '?'}): ${nodeTermText(object(preference))}`),
  ];
  return [
    ...(terms.length === 0 ? [] : [fieldOf('Node', terms)]),
    ...podAffinityParts('Near Pods', object(podAffinity)),
    ...podAffinityParts('Away from Pods', object(podAntiAffinity)),
  ];
}

function nodeTermText({ matchExpressions, matchFields }: Json): string {
  return [...list(matchExpressions), ...list(matchFields)].map((each) => requirementText(object(each), ',')).join(' and ');
}

function podAffinityParts(label: string, affinity: Json): readonly Part[] {
  const terms = [
    ...list(affinity[required]).map((term) => `required: ${podTermText(object(term))}`),
    ...list(affinity[preferred])
      .map(object)
      .map(({ weight, podAffinityTerm }) => `preferred (${scalar(weight) ?? '?'}): ${podTermText(object(podAffinityTerm))}`),
  ];
  return terms.length === 0 ? [] : [fieldOf(label, terms)];
}

function podTermText({ topologyKey, labelSelector, ...others }: Json): string {
  const more = settings(others);
  return `${selectorText(labelSelector)} by ${text(topologyKey) ?? ''}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

function claimParts(spec: Json): readonly Part[] {
  const claims = list(spec['resourceClaims']).map((claim) => settings(claim).join(' '));
  return claims.length === 0 ? [] : [fieldOf('Resource Claims', claims)];
}

/** How the Pod as a whole lives: what kubectl leaves out, where it is not as it is for most Pods. */
export function policyParts(spec: Json): readonly Part[] {
  const { hostNetwork, hostPID, hostIPC, hostUsers, shareProcessNamespace } = spec;
  const shared = Object.entries({ hostNetwork, hostPID, hostIPC, shareProcessNamespace })
    .filter(([, value]) => value === true)
    .map(([name]) => name);
  const sharing = [...shared, ...(hostUsers === false ? ['users of its own'] : [])];
  const deadline = count(spec['activeDeadlineSeconds']);
  const grace = count(spec['terminationGracePeriodSeconds']);
  const dns = settings(spec['dnsConfig']);
  const aliases = list(spec['hostAliases'])
    .map(object)
    .map(({ ip, hostnames }) => `${text(ip) ?? ''} ${texts(list(hostnames)).join(' ')}`);
  const overhead = sortedPairs(spec['overhead']);
  return [
    ...field('Restart Policy', text(spec['restartPolicy'])),
    ...field('Grace Period', grace === undefined ? undefined : secondsText(grace)),
    ...field('Deadline', deadline === undefined ? undefined : secondsText(deadline)),
    ...(sharing.length === 0 ? [] : field('Namespaces', sharing.join(', '))),
    ...field('Hostname', text(spec['hostname'])),
    ...field('Subdomain', text(spec['subdomain'])),
    ...(spec['dnsPolicy'] === 'ClusterFirst' ? [] : field('DNS Policy', text(spec['dnsPolicy']))),
    ...(dns.length === 0 ? [] : [fieldOf('DNS Config', dns)]),
    ...(aliases.length === 0 ? [] : [fieldOf('Host Aliases', aliases)]),
    ...(overhead.length === 0 ? [] : field('Overhead', overhead.join(', '))),
    ...(spec['preemptionPolicy'] === 'PreemptLowerPriority' ? [] : field('Preemption', text(spec['preemptionPolicy']))),
    ...(spec['automountServiceAccountToken'] === false ? field('Account Token', 'not mounted') : []),
    ...field('OS', text(object(spec['os'])['name'])),
  ];
}

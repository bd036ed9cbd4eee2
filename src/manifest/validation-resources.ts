/** What the API server refuses in resources: names, amounts, requests above limits. Source: validateResourceRequirements of core/validation. */
import type { V1Container, V1PodSpec, V1ResourceRequirements } from '@kubernetes/client-node';
import { quantityNanos } from '../core/quantity.ts';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, qualifiedNameFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { checkFormat } from './value-checks.ts';

type Amounts = Readonly<Record<string, string>>;

const whole = 1_000_000_000n;

/** `claims` are the names of the Pod's resource claims. */
export function validateResources(
  resources: Loose<V1ResourceRequirements> | undefined,
  path: FieldPath,
  problems: Problems,
  claims: ReadonlySet<string>,
  ofPod = false,
): void {
  const limits = resources?.limits ?? {};
  const requests = resources?.requests ?? {};
  for (const [kind, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [name, text] of Object.entries(amounts)) validateAmount(name, text, [...path, kind, name], problems, ofPod);
  }
  for (const [name, text] of Object.entries(requests)) compareWithLimit(name, text, limits, path, problems);
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    problems.add('conflict', path, 'Huge pages need cpu or memory beside them');
  }
  validateClaims(resources, [...path, 'claims'], problems, claims);
}

function validateAmount(name: string, text: string, path: FieldPath, problems: Problems, ofPod: boolean): void {
  const wrong = wrongName(name, ofPod);
  if (wrong !== undefined) problems.addOnKey('invalid-value', path, `${name} is no resource of a ${ofPod ? 'Pod' : 'container'}: ${wrong}`);
  const amount = quantityNanos(text) ?? 0n;
  if (amount < 0n) problems.add('invalid-value', path, `${name} has to be 0 or more, and is ${text}`);
  if (isExtended(name) && amount % whole !== 0n) problems.add('invalid-value', path, `${name} is counted in whole numbers, and this is ${text}`);
  if (!isHugePages(name)) return;
  const page = quantityNanos(name.slice('hugepages-'.length));
  if (page === undefined || page <= 0n || page % whole !== 0n || amount % page !== 0n)
    problems.add('invalid-value', path, `${text} is no multiple of the page in ${name}`);
}

function wrongName(name: string, ofPod: boolean): string | undefined {
  const wrong = qualifiedNameFormat(name);
  if (wrong !== undefined) return `its name ${wrong}`;
  const standard = name === 'cpu' || name === 'memory' || isHugePages(name) || (!ofPod && name === 'ephemeral-storage');
  if (ofPod) return standard ? undefined : 'a Pod as a whole has cpu, memory and huge pages';
  if (!name.includes('/')) return standard ? undefined : 'those without a domain are cpu, memory, ephemeral-storage and hugepages-SIZE';
  if (isNative(name) || isExtended(name)) return undefined;
  return 'the name does not follow that of extended resources';
}

/** Resources that nodes or devices add have to be asked for exactly as much as they are limited to. */
function compareWithLimit(name: string, text: string, limits: Amounts, path: FieldPath, problems: Problems): void {
  const at = [...path, 'requests', name];
  const limit = limits[name];
  const exact = isHugePages(name) || !isNative(name);
  if (limit === undefined) {
    if (exact) problems.add('missing-field', at, `A limit for ${name} is missing: of this resource it has to be equal to the request`);
    return;
  }
  const more = (quantityNanos(text) ?? 0n) - (quantityNanos(limit) ?? 0n);
  if (exact && more !== 0n) problems.add('request-above-limit', at, `The request for ${name}, ${text}, has to be equal to its limit of ${limit}`);
  else if (more > 0n)
    problems.add('request-above-limit', at, `The request for ${name}, ${text}, is above its limit of ${limit}`, 'Raise the limit or lower the request.');
}

function validateClaims(resources: Loose<V1ResourceRequirements> | undefined, path: FieldPath, problems: Problems, known: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [index, { name, request }] of (resources?.claims ?? []).entries()) {
    if (!name) continue;
    const at = [...path, index];
    if (!known.has(name))
      problems.add('unknown-reference', [...at, 'name'], `The Pod has no resource claim ${name}`, 'Those of the Pod are under spec.resourceClaims.');
    if (request) checkFormat(problems, [...at, 'request'], request, dnsLabelFormat);
    const key = request ? `${name}/${request}` : name;
    const overlaps = request ? seen.has(name) || seen.has(key) : [...seen].some((each) => each === name || each.startsWith(`${name}/`));
    if (overlaps) problems.add('duplicate-name', at, `The claim ${key} is referred to twice`);
    seen.add(key);
  }
}

/** The Pod as a whole may not ask for less than its containers, nor limit them to less than they limit themselves. */
export function validatePodResources(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems, claims: ReadonlySet<string>, isPod: boolean): void {
  const { resources } = spec;
  if (resources === undefined) return;
  const at = [...path, 'resources'];
  if (spec.os?.name === 'windows') {
    problems.add('conflict', at, 'A Pod for Windows cannot have resources as a whole');
    return;
  }
  if (resources.claims !== undefined) problems.add('conflict', [...at, 'claims'], 'A Pod as a whole makes no claims');
  validateResources(resources, at, problems, claims, true);
  const asked = containersRequest(spec, isPod);
  for (const [name, text] of Object.entries(resources.requests ?? {})) {
    const sum = asked.get(name);
    if (sum !== undefined && sum > (quantityNanos(text) ?? 0n))
      problems.add('conflict', [...at, 'requests', name], `The containers together request more ${name} than the Pod's ${text}`);
  }
  for (const [index, container] of (spec.containers ?? []).entries()) {
    for (const [name, text] of Object.entries(container.resources?.limits ?? {})) {
      const most = resources.limits?.[name];
      if (most === undefined || (quantityNanos(text) ?? 0n) <= (quantityNanos(most) ?? 0n)) continue;
      problems.add(
        'conflict',
        [...path, 'containers', index, 'resources', 'limits', name],
        `The limit of ${text} is above the Pod's own limit of ${most} for ${name}`,
      );
    }
  }
}

/** What a container of a Pod does not request is its limit; in templates that comes later. Containers and sidecars add up; an init container needs what it asks for beside the sidecars before it. */
function containersRequest(spec: Loose<V1PodSpec>, isPod: boolean): ReadonlyMap<string, bigint> {
  const sum = new Map<string, bigint>();
  const add = (container: Loose<V1Container>, to: Map<string, bigint>): void => {
    for (const [name, text] of Object.entries({ ...(isPod ? container.resources?.limits : {}), ...container.resources?.requests }))
      to.set(name, (to.get(name) ?? 0n) + (quantityNanos(text) ?? 0n));
  };
  for (const container of spec.containers ?? []) add(container, sum);
  const most = new Map<string, bigint>();
  const sidecars = new Map<string, bigint>();
  for (const container of spec.initContainers ?? []) {
    const now = new Map(sidecars);
    add(container, now);
    if (container.restartPolicy === 'Always') {
      add(container, sidecars);
      add(container, sum);
    }
    for (const [name, amount] of now) if (amount > (most.get(name) ?? 0n)) most.set(name, amount);
  }
  for (const [name, amount] of most) if (amount > (sum.get(name) ?? 0n)) sum.set(name, amount);
  return sum;
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedNameFormat(`requests.${name}`) === undefined;
}

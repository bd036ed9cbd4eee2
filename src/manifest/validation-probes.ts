/** What the API server refuses in probes and lifecycle hooks. Source: validateProbe, validateHandler and validateLifecycle of core/validation. */
import type { V1Lifecycle, V1LifecycleHandler, V1Probe } from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { headerNameFormat, portNameFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { checkFormat, checkOneOf, checkRange } from './value-checks.ts';

const greatestPort = 65_535;

export const probeNames = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** The three probes of a container or sidecar. */
export function validateProbes(
  container: { readonly [Name in (typeof probeNames)[number]]?: Loose<V1Probe> | undefined },
  path: FieldPath,
  problems: Problems,
): void {
  for (const name of probeNames) {
    const probe = container[name];
    if (probe !== undefined) validateProbe(probe, name, [...path, name], problems);
  }
}

function validateProbe(probe: Loose<V1Probe>, name: (typeof probeNames)[number], path: FieldPath, problems: Problems): void {
  validateHandler(probe, ['exec', 'httpGet', 'tcpSocket', 'grpc'], path, problems);
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const) {
    checkRange(problems, [...path, field], probe[field], 0);
  }
  const { successThreshold, terminationGracePeriodSeconds: grace } = probe;
  if (name !== 'readinessProbe' && successThreshold !== undefined && successThreshold > 1) {
    problems.add('invalid-value', [...path, 'successThreshold'], `successThreshold of a ${name} has to be 1`);
  }
  if (grace === undefined) return;
  checkRange(problems, [...path, 'terminationGracePeriodSeconds'], grace, 1);
  if (name === 'readinessProbe') {
    problems.addOnKey('conflict', [...path, 'terminationGracePeriodSeconds'], 'A readinessProbe has no terminationGracePeriodSeconds: it ends nothing');
  }
}

/** `graceSeconds` is the Pod's, which a sleep has to fit in. */
export function validateLifecycle(lifecycle: Loose<V1Lifecycle> | undefined, path: FieldPath, problems: Problems, graceSeconds: number): void {
  for (const name of ['postStart', 'preStop'] as const) {
    const hook = lifecycle?.[name];
    if (hook === undefined) continue;
    validateHandler(hook, ['exec', 'httpGet', 'tcpSocket', 'sleep'], [...path, name], problems);
    const seconds = hook.sleep === undefined ? undefined : (hook.sleep.seconds ?? 0);
    if (seconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) continue;
    const hint = seconds > graceSeconds ? 'Raise terminationGracePeriodSeconds of the Pod, or sleep less.' : undefined;
    problems.add(
      'invalid-value',
      [...path, name, 'sleep', 'seconds'],
      `sleep has to be from 0 to the Pod's ${graceSeconds} seconds of grace, and is ${seconds}`,
      hint,
    );
  }
}

type Handler = Pick<Loose<V1Probe>, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<Loose<V1LifecycleHandler>, 'sleep'>;
type Action = keyof Handler;

function validateHandler(handler: Handler, actions: readonly Action[], path: FieldPath, problems: Problems): void {
  const [action, ...others] = actions.filter((each) => handler[each] !== undefined);
  if (action === undefined) problems.add('missing-field', path, `One of ${actions.join(', ')} is missing`);
  for (const other of others) problems.addOnKey('conflict', [...path, other], `${other} cannot stand beside ${action}: there is one way to probe or act`);
  const { exec, httpGet, tcpSocket, grpc } = handler;
  if (action === 'exec' && (exec?.command ?? []).length === 0) problems.add('missing-field', [...path, 'exec'], 'command is missing');
  if (action === 'httpGet') {
    validatePort(httpGet?.port, [...path, 'httpGet', 'port'], problems);
    checkOneOf(problems, [...path, 'httpGet', 'scheme'], httpGet?.scheme, ['HTTP', 'HTTPS']);
    for (const [index, { name }] of (httpGet?.httpHeaders ?? []).entries())
      checkFormat(problems, [...path, 'httpGet', 'httpHeaders', index, 'name'], name, headerNameFormat);
  }
  if (action === 'tcpSocket') validatePort(tcpSocket?.port, [...path, 'tcpSocket', 'port'], problems);
  if (action === 'grpc') validatePort(grpc?.port, [...path, 'grpc', 'port'], problems);
}

/** A number, or the name of a container's port. */
function validatePort(port: number | string | undefined, path: FieldPath, problems: Problems): void {
  if (typeof port === 'number') checkRange(problems, path, port, 1, greatestPort);
  if (typeof port !== 'string' || port === '') return;
  if (/^\d+$/.test(port)) {
    const repair = /^[1-9]/.test(port) ? ({ kind: 'unquote' } as const) : undefined;
    problems.add('invalid-value', path, `"${port}" in quotes is the name of a port, and names have a letter`, 'Take the quotes away.', repair);
  } else checkFormat(problems, path, port, portNameFormat);
}

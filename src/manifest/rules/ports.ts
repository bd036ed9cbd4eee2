/** Ports that two containers of a Pod want, and ports that are asked for but exist nowhere. */
import type { FieldPath } from '../manifest-tree.ts';
import { probeNames } from '../validation-probes.ts';
import type { ContainerCase, Rule } from './pod-case.ts';

export const sharedPort: Rule = ({ containers }, problems) => {
  const taken = new Map<string, ContainerCase>();
  for (const each of containers) {
    // Init containers run one after the other.
    if (each.role === 'init') continue;
    for (const [index, { containerPort, protocol }] of (each.container.ports ?? []).entries()) {
      const key = `${containerPort} ${protocol || 'TCP'}`;
      const other = taken.get(key);
      if (other !== undefined && other !== each) {
        const names = `${other.name} and ${each.name}`;
        problems.add(
          'shared-port',
          [...each.path, 'ports', index, 'containerPort'],
          `${names} both listen on ${containerPort}, and a Pod has one network`,
          'Let one of them listen elsewhere.',
        );
      }
      taken.set(key, each);
    }
  }
};

export const probePort: Rule = ({ containers }, problems) => {
  for (const { container, name, path } of containers) {
    for (const [at, port] of askedPorts(container)) {
      const declared = container.ports ?? [];
      const place = [...path, ...at];
      if (typeof port === 'string') {
        if (declared.some(({ name }) => name === port)) continue;
        const elsewhere = containers.find(({ container: other }) => other.ports?.some(({ name }) => name === port));
        const names = declared.flatMap(({ name }) => name ?? []);
        const hint =
          elsewhere === undefined
            ? names.length > 0
              ? `Its ports are ${names.join(', ')}.`
              : `Give the port its name: ports: [{name: ${port}, containerPort: N}].`
            : `${elsewhere.name} has it, and names are those of the container itself.`;
        problems.add('probe-port', place, `The container ${name} has no port ${port}`, hint);
      } else if (declared.length > 0 && !containers.some(({ container: other }) => other.ports?.some(({ containerPort }) => containerPort === port))) {
        problems.add(
          'probe-port',
          place,
          `No container of the Pod has the port ${port}`,
          `${name} has ${declared.map(({ containerPort }) => containerPort).join(', ')}.`,
        );
      }
    }
  }
};

/** The ports that the kubelet asks. */
function askedPorts(container: ContainerCase['container']): readonly (readonly [FieldPath, number | string])[] {
  const handlers = [
    ...probeNames.map((name) => [[name], container[name]] as const),
    ...(['postStart', 'preStop'] as const).map((name) => [['lifecycle', name], container.lifecycle?.[name]] as const),
  ];
  return handlers.flatMap(([at, handler]) =>
    (['httpGet', 'tcpSocket'] as const).flatMap((action): readonly (readonly [FieldPath, number | string])[] => {
      // Another host is none of ours.
      const asked = handler?.[action];
      return asked?.port === undefined || asked.host ? [] : [[[...at, action, 'port'], asked.port]];
    }),
  );
}

/** The Pods of the scale tests: several applications, with the labels, annotations, environment and probes that give a Pod its real size. */
import { createHash } from 'node:crypto';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { fakeNode } from './kwok.ts';

/** Set on every object of the scale tests. */
export const scaleLabel = 'podwright.test/scale';

/** A Pod's index decides its application, in turn. */
export const applications = ['cart', 'catalog', 'checkout', 'gateway', 'inventory', 'mailer', 'orders', 'payments', 'search', 'sessions'];

/**
 * The Pod of this index, the same in every run: every fifth has init containers, every tenth of all a sidecar too. It is born on its node, as a
 * scheduler would take 20 ms for each.
 */
export function scalePod(index: number, namespace: string, nodeName: string): V1Pod {
  const application = applications[index % applications.length] ?? 'cart';
  const hash = createHash('sha256').update(`${index}`).digest('hex');
  const template = createHash('sha256').update(application).digest('hex').slice(0, 10);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${application}-${template}-${hash.slice(0, 8)}`,
      namespace,
      labels: {
        [scaleLabel]: 'true',
        'app.kubernetes.io/name': application,
        'app.kubernetes.io/instance': `${application}-${namespace}`,
        'app.kubernetes.io/part-of': 'shop',
        'pod-template-hash': template,
      },
      annotations: {
        'kubectl.kubernetes.io/default-container': 'app',
        'prometheus.io/scrape': 'true',
        'checksum/config': hash,
      },
    },
    spec: {
      nodeName,
      tolerations: [{ key: fakeNode.key, operator: 'Equal', value: fakeNode.value, effect: 'NoSchedule' }],
      ...(index % 5 === 0 && { initContainers: initContainers(application, index % 10 === 0) }),
      containers: [appContainer(application)],
      volumes: [
        { name: 'config', configMap: { name: `${application}-config` } },
        { name: 'scratch', emptyDir: {} },
      ],
    },
  };
}

function appContainer(application: string): V1Container {
  return {
    name: 'app',
    image: `shop.test/${application}:2.14.3`,
    args: ['serve', '--listen=:8080', '--metrics=:9090', `--config=/etc/${application}/config.yaml`],
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 9090 },
    ],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: `${application}-db`, key: 'password' } } },
      { name: 'CACHE_URL', value: 'redis://cache.shop.svc.cluster.local:6379/0' },
    ],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10 },
    readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
    volumeMounts: [
      { name: 'config', mountPath: `/etc/${application}`, readOnly: true },
      { name: 'scratch', mountPath: '/tmp' },
    ],
  };
}

function initContainers(application: string, withSidecar: boolean): V1Container[] {
  const containers: V1Container[] = [
    { name: 'wait-for-database', image: 'shop.test/wait:1.2', args: [`${application}-db:5432`] },
    { name: 'migrate', image: `shop.test/${application}:2.14.3`, args: ['migrate', '--up'] },
  ];
  return withSidecar ? [...containers, { name: 'proxy', image: 'shop.test/proxy:1.30.1', restartPolicy: 'Always', args: ['--admin=:9901'] }] : containers;
}

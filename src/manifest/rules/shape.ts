/** How the Pod as a whole is cut: on its own, with too much in it, and ending under its callers. */
import { object, text } from '../../core/json.ts';
import type { Rule } from './pod-case.ts';

export const nakedPod: Rule = ({ kind, json, spec }, problems) => {
  if (kind !== 'Pod' || object(json['metadata'])['ownerReferences'] !== undefined) return;
  if (spec.restartPolicy === 'Never' || spec.restartPolicy === 'OnFailure') return;
  problems.add(
    'naked-pod',
    [],
    'Nothing replaces this Pod when its node is gone',
    'Make it the template of a Deployment, StatefulSet or Job where it has to be there.',
  );
};

const webServers = /^(?:nginx|httpd|apache|caddy|wordpress|drupal|nextcloud|node|php|tomcat|jetty|rails|django|flask)(?:[-:@]|$)/i;
const databases = /^(?:postgres|postgresql|mysql|mariadb|mongo|mongodb|cassandra|cockroach|couchdb|elasticsearch|opensearch|influxdb|neo4j)(?:[-:@]|$)/i;

export const mixedRoles: Rule = ({ containers }, problems) => {
  const apps = containers.filter(({ role }) => role === 'app');
  const image = ({ container }: (typeof apps)[number]): string => (container.image ?? '').split('/').at(-1) ?? '';
  const web = apps.find((each) => webServers.test(image(each)));
  const database = apps.find((each) => databases.test(image(each)));
  if (web === undefined || database === undefined) return;
  problems.add(
    'mixed-roles',
    [...database.path, 'name'],
    `The database ${database.name} shares a Pod with ${web.name}: each copy of that gets a database of its own, and they stop together`,
    'Give the database a StatefulSet, and a Service to be found by.',
  );
};

/** Of Kubernetes, the minor version from which on a hook can sleep without a program. */
const firstWithSleep = 30;

/** A Pod is told to end at the moment in which its callers are told to stop calling, which takes them a while. */
export const noPreStop: Rule = (pod, problems) => {
  const service = pod.set.serviceOf(pod.namespace, pod.labels);
  if (service === undefined) return;
  for (const { container, name, role, path } of pod.containers) {
    if (role !== 'app' || (container.ports ?? []).length === 0 || container.lifecycle?.preStop !== undefined) continue;
    problems.add(
      'no-pre-stop',
      [...path, 'name'],
      `${name} is told to end while the Service ${text(object(service['metadata'])['name'])} still sends it requests`,
      `Let it sleep a few seconds first: ${pod.set.minor < firstWithSleep ? 'lifecycle.preStop.exec, where its image has sleep' : 'lifecycle.preStop.sleep.seconds'}.`,
    );
  }
};

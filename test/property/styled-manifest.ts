/** Manifests of all kinds, written in all the ways that people write YAML: indentation, lists, comments, flow style, line ends, several documents. */
import fc from 'fast-check';
import { kindName } from '../../src/core/workload-facts.ts';

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
type Fields = Readonly<Record<string, Value>>;

export interface StyledManifest {
  readonly text: string;
  /** As `--to` takes them. */
  readonly targets: readonly { readonly kind: 'pod' | 'deployment' | 'statefulset' | 'daemonset' | 'replicaset' | 'job' | 'cronjob'; readonly name: string }[];
}

const style = fc.record({
  indent: fc.constantFrom(2, 3, 4),
  indentedLists: fc.boolean(),
  wideDash: fc.boolean(),
  crlf: fc.boolean(),
  finalNewline: fc.constantFrom('', '\n', '\n\n', '\n# the end\n'),
  start: fc.constantFrom('', '---\n', '# a manifest\n', '%YAML 1.1\n---\n', '\n\n'),
  flow: fc.constantFrom(0, 0, 1, 3),
  comments: fc.constantFrom(0, 1, 4),
  quotes: fc.constantFrom('', "'", '"'),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

const volumes = fc.uniqueArray(
  fc.constantFrom<Fields>(
    { name: 'data', emptyDir: {} },
    { name: 'logs', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'config', configMap: { name: 'settings' } },
    { name: 'files', persistentVolumeClaim: { claimName: 'files' } },
    { name: 'tmp', secret: { secretName: 'keys' } },
  ),
  { selector: ({ name }) => name, maxLength: 4 },
);

const extras = fc.record(
  {
    command: fc.constant<Value>(['sh', '-c', 'echo "a: b" # c']),
    ports: fc.constantFrom<Value>([{ containerPort: 8080 }], [{ name: 'http', containerPort: 9102, protocol: 'TCP' }]),
    env: fc.constantFrom<Value>([{ name: 'LEVEL', value: 'yes' }], [{ name: 'SCRIPT', value: 'one\ntwo\n' }], []),
    args: fc.constantFrom<Value>(['--words\n\n# no comment\n'], []),
    resources: fc.constant<Value>({ requests: { cpu: '100m' } }),
    securityContext: fc.constant<Value>({ allowPrivilegeEscalation: false }),
    volumeMounts: fc.constantFrom<Value>(null, [{ name: 'data', mountPath: '/data' }], [{ name: 'logs', mountPath: '/var/log' }]),
  },
  { requiredKeys: [] },
);

/** Without mounts of volumes that there are not. */
function mounting(extra: { readonly volumeMounts?: Value }, there: readonly Fields[]): Fields {
  const { volumeMounts, ...rest } = extra;
  if (!Array.isArray(volumeMounts)) return extra;
  const mounts = (volumeMounts as readonly Fields[]).filter(({ name }) => there.some((volume) => volume.name === name));
  return mounts.length === 0 ? rest : { ...rest, volumeMounts: mounts };
}

const podSpec = fc.record({ volumes, first: extras, second: fc.option(extras), init: fc.boolean(), more: fc.boolean() }).map(
  (made): Fields => ({
    ...(made.more ? { restartPolicy: 'Always', nodeSelector: { disk: 'ssd' } } : {}),
    ...(made.init ? { initContainers: [{ name: 'check', image: 'registry.example/check:1', command: ['true'] }] } : {}),
    containers: [
      { name: 'app', image: 'registry.example/app:1', ...mounting(made.first, made.volumes) },
      ...(made.second === null ? [] : [{ name: 'other', image: 'registry.example/other:1', ...mounting(made.second, made.volumes) }]),
    ],
    ...(made.volumes.length > 0 ? { volumes: made.volumes } : {}),
    ...(made.more ? { serviceAccountName: 'app' } : {}),
  }),
);

const kinds = ['pod', 'deployment', 'statefulset', 'daemonset', 'replicaset', 'job', 'cronjob'] as const;
type Kind = (typeof kinds)[number];

function workload(kind: Kind, name: string, spec: Fields): Fields {
  const head = { apiVersion: kind === 'pod' ? 'v1' : kind.endsWith('job') ? 'batch/v1' : 'apps/v1', kind: kindName(kind), metadata: { name } };
  if (kind === 'pod') return { ...head, spec };
  const template = { metadata: { labels: { app: name } }, spec };
  if (kind === 'cronjob') return { ...head, spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template } } } };
  return { ...head, spec: kind === 'job' ? { template } : { replicas: 2, selector: { matchLabels: { app: name } }, template } };
}

const other: Fields = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { 'a.conf': 'one: 1\n\n--- not a document\n', empty: '' } };

export const styledManifest: fc.Arbitrary<StyledManifest> = fc
  .record({
    style,
    workloads: fc.array(fc.record({ kind: fc.constantFrom(...kinds), spec: podSpec, withOther: fc.boolean() }), { minLength: 1, maxLength: 2 }),
    asList: fc.boolean(),
    dice: fc.array(fc.nat(99), { minLength: 64, maxLength: 64 }),
  })
  .map(({ style: chosen, workloads, asList, dice }) => {
    let thrown = 0;
    const roll = (): number => dice[thrown++ % dice.length] ?? 0;
    const objects = workloads.flatMap(({ kind, spec, withOther }, index) => [...(withOther ? [other] : []), workload(kind, `web-${index}`, spec)]);
    const documents = asList && !chosen.start.startsWith('%') ? [{ apiVersion: 'v1', kind: 'List', items: objects }] : objects;
    const body = documents.map((document) => print(document, 0, chosen, roll).join('\n')).join('\n---\n');
    const text = `${chosen.start}${body}${chosen.finalNewline}`;
    return {
      text: chosen.crlf ? text.replaceAll('\n', '\r\n') : text,
      targets: workloads.map(({ kind }, index) => ({ kind, name: `web-${index}` })),
    };
  });

/** The lines of a map or a list in block style, at the column. */
function print(value: Value, column: number, chosen: Style, roll: () => number): readonly string[] {
  const pad = ' '.repeat(column);
  const lines: string[] = [];
  const remark = (): void => {
    // A comment deeper or less deep than what follows is allowed anywhere between entries, and so are empty lines.
    if (roll() % 10 >= chosen.comments) return;
    const depth = Math.max(0, column + [0, 0, 2, -1][roll() % 4]!);
    lines.push(...(roll() % 3 === 0 ? [''] : []), `${' '.repeat(depth)}# ${['why: because', '- name: out', 'kind: {{ nothing }'][roll() % 3]}`);
  };
  if (Array.isArray(value)) {
    for (const item of value as readonly Value[]) {
      remark();
      const dash = chosen.wideDash ? '-   ' : '- ';
      const inner = entry(item, column + dash.length, chosen, roll);
      lines.push(`${pad}${dash}${(inner[0] ?? '').trimStart()}`, ...inner.slice(1));
    }
    return lines;
  }
  for (const [key, inner] of Object.entries(value as Fields)) {
    remark();
    lines.push(...field(`${pad}${key}:`, inner, column, chosen, roll));
  }
  return lines;
}

/** An item's lines, of which the first goes behind the dash. No comment stands before its first field. */
function entry(item: Value, column: number, chosen: Style, roll: () => number): readonly string[] {
  if (typeof item !== 'object' || item === null || roll() % 10 < chosen.flow) return [scalarOrFlow(item, column, chosen)].flat();
  const lines = print(item, column, { ...chosen, comments: 0 }, roll);
  return lines.length === 0 ? ['{}'] : lines;
}

function field(head: string, value: Value, column: number, chosen: Style, roll: () => number): readonly string[] {
  const tail = roll() % 10 < chosen.comments ? ' # so' : '';
  if (value === null) return [`${head}${tail}`];
  const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
  if (typeof value !== 'object' || isEmpty || roll() % 10 < chosen.flow) {
    const lines = scalarOrFlow(value, column + chosen.indent, chosen);
    return typeof value === 'string' && value.includes('\n') && lines.length > 1
      ? [`${head} ${lines[0]}`, ...lines.slice(1)]
      : [`${head} ${lines[0]}${tail}`, ...lines.slice(1)];
  }
  const inner = column + (Array.isArray(value) && !chosen.indentedLists ? 0 : chosen.indent);
  return [`${head}${tail}`, ...print(value, inner, chosen, roll)];
}

function scalarOrFlow(value: Value, column: number, { quotes }: Style): readonly string[] {
  if (typeof value === 'string' && value.includes('\n') && quotes !== '"') {
    const lines = value.replace(/\n$/, '').split('\n');
    return [`|${quotes === "'" ? '+' : ''}`, ...lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line))];
  }
  return [flow(value, quotes)];
}

function flow(value: Value, quotes: string): string {
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map((item) => flow(item, quotes)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner, quotes)}`)
      .join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  if (quotes === "'" && !value.includes('\n')) return `'${value}'`;
  return quotes === '"' || !/^[a-zA-Z/][\w./:-]*$/.test(value) || /^(yes|no|on|off)$/.test(value) || value.endsWith(':') ? JSON.stringify(value) : value;
}

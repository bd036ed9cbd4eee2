/**
 * Whole screens, without colour, kept beside this file as SCENE-COLUMNSxROWS.txt, so that a change of the dashboard is read as a change of its screens.
 * `npm run golden` writes them anew.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeFacts } from '../../../src/core/node-facts.ts';
import { PodwrightError } from '../../../src/core/podwright-error.ts';
import { frame } from '../../../src/tui/frame.ts';
import type { Model, Terminal } from '../../../src/tui/model.ts';
import { textWidth } from '../../../src/report/text-width.ts';
import { after, ago, checkout, cluster, deletes, event, ledger, now, pods, search, shop, started, tableRow, typed, upserts } from '../../unit/tui-story.ts';

const folder = dirname(fileURLToPath(import.meta.url));

type Scene = (terminal: Partial<Terminal>) => Model;

const shopOpen: Scene = (terminal) => {
  const model = started(terminal);
  return after(model, pods(model, upserts(shop)));
};

/** The pane of one Pod with its Events. */
function opened(terminal: Partial<Terminal>, name: string): Model {
  const table = shopOpen(terminal);
  const at = table.shown.findIndex((row) => row.name === name);
  const model = after(table, ...typed(...Array.from({ length: at }, () => 'down'), 'enter'));
  const image = 'Container image "registry.example/tool:1" already present on machine';
  const key = model.pod?.key ?? '';
  return after(
    model,
    {
      type: 'events',
      key,
      batch: {
        synced: true,
        problem: undefined,
        events: [
          event('Scheduled', `Successfully assigned shop/${name} to worker`, 134, { source: 'default-scheduler' }),
          event('Pulled', image, 133, { container: 'check' }),
          event('Started', 'Container started', 133, { container: 'check' }),
          event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 40, { type: 'Warning', container: 'app', count: 4 }),
          event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 9, { type: 'Warning', container: 'app', count: 5 }),
        ],
      },
    },
    { type: 'node', key, node: { state: 'read', value: worker } },
    { type: 'object', key, object: { state: 'read', value: demanding } },
  );
}

const worker = nodeFacts({
  metadata: { name: 'worker' },
  status: {
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(86_400 * 3) }],
    nodeInfo: { kubeletVersion: 'v1.36.0', containerRuntimeVersion: 'containerd://2.1.4' },
  },
});

/** What a Pod asks for. */
const demanding = {
  spec: {
    containers: [{ name: 'app', resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } } }],
    tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
  },
  status: { containerStatuses: [{ name: 'app', resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } } }] },
};

/** The pane where the person may see nothing but Pods, and the node has fallen silent. */
function forbiddenPieces(terminal: Partial<Terminal>): Model {
  const model = opened(terminal, ledger.name);
  const key = model.pod?.key ?? '';
  const missing = (verb: string, what: string): PodwrightError =>
    new PodwrightError('forbidden', `${what} is forbidden: User "dev" cannot ${verb} resource "${what}" in API group ""${what === 'nodes' ? ' at the cluster scope' : ' in the namespace "shop"'}`);
  const fresh = after(model, ...typed('escape', 'enter'));
  return after(
    fresh,
    { type: 'events', key, batch: { events: [], synced: false, problem: missing('list', 'events') } },
    { type: 'node', key, node: { state: 'failed', error: missing('get', 'nodes') } },
    { type: 'object', key, object: { state: 'failed', error: missing('get', 'pods') } },
  );
}

/** A text over the pane, with what was asked for. */
function texted(pane: Model, key: string, text: string, hidden: readonly string[] = []): Model {
  const model = after(pane, ...typed(key));
  const of = model.pod?.text?.of ?? { kind: 'yaml' as const };
  return after(model, { type: 'text', key: model.pod?.key ?? '', of, text: { state: 'read', value: { text, hidden } } });
}

function yamlOf(labels: number): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n${Array.from({ length: labels }, (_, at) => `    label-${at}: ${'value-'.repeat(at % 40)}`).join('\n')}\n`;
}

function logOf(lines: number): string {
  const said = (at: number): string => (at === lines - 4 ? 'FATAL schema 7 is missing' : `connecting to \u001b[31mpostgres\u001b[0m, attempt ${at} ${'.'.repeat((at * 7) % 130)}`);
  return Array.from({ length: lines }, (_, at) => `12:00:${String(at % 60).padStart(2, '0')} ${said(at)}\n`).join('');
}

const silent = nodeFacts({
  metadata: { name: 'worker' },
  spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }] },
  status: {
    conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: ago(95) }],
    nodeInfo: { kubeletVersion: 'v1.36.0', containerRuntimeVersion: 'containerd://2.1.4' },
  },
});

const lost = new PodwrightError('unreachable', 'cannot reach https://127.0.0.1:41233: connection refused', { hint: 'Is the cluster running?' });

const listRefused = new PodwrightError('forbidden', 'namespaces is forbidden: User "dev" cannot list resource "namespaces" at the cluster scope');

const scenes: Readonly<Record<string, Scene>> = {
  table: shopOpen,
  filtered: (terminal) => after(shopOpen(terminal), ...typed('/', 'w', 'e', 'b')),
  faults: (terminal) => after(shopOpen(terminal), ...typed('f', 'down', 'down')),
  sorted: (terminal) => after(shopOpen(terminal), ...typed('s', 's', 's', 's')),
  grouped: (terminal) => after(shopOpen(terminal), ...typed('g')),
  folded: (terminal) => after(shopOpen(terminal), ...typed('g', 'g', 'g', 'z', 'down')),
  namespaces: (terminal) => {
    const model = after(shopOpen(terminal), ...typed('n'));
    const names = { state: 'read', value: ['batch', 'default', 'kube-system', 'shop', 'shop-canary'] } as const;
    return after(model, { type: 'choices', kind: 'namespace', clusters: model.clusters, names }, ...typed('down'));
  },
  'namespaces-refused': (terminal) => {
    const model = after(shopOpen(terminal), ...typed('n', 's', 'h'));
    return after(model, { type: 'choices', kind: 'namespace', clusters: model.clusters, names: { state: 'failed', error: listRefused } });
  },
  contexts: (terminal) => {
    const model = after({ ...shopOpen(terminal), contexts: true }, ...typed('c'));
    return after(model, { type: 'choices', kind: 'context', clusters: model.clusters, names: { state: 'read', value: [cluster, 'production', 'staging'] } });
  },
  stale: (terminal) => {
    const model = shopOpen(terminal);
    const links = new Map([[cluster, { state: 'stale', since: now, attempt: 3, error: lost } as const]]);
    return after(model, pods(model, upserts([], { links })), { type: 'clock', now: now + 12_000 });
  },
  connecting: (terminal) => started(terminal),
  unreachable: (terminal) => {
    const model = started(terminal);
    return after(model, pods(model, upserts([], { synced: false, links: new Map([[cluster, { state: 'connecting', since: now, attempt: 4, error: lost }]]) })));
  },
  preview: (terminal) => {
    const model = started(terminal);
    const rows = [
      tableRow('web-6b9f8d7c55-abcde'),
      tableRow('ledger-0', { status: 'CrashLoopBackOff', ready: '0/1', restarts: '7 (12s ago)', age: '18m' }),
      tableRow('import-28811-xk2lp', { namespace: 'batch', status: 'Pending', ready: '0/1', node: '<none>' }),
    ];
    return after(model, pods(model, upserts([], { preview: rows, synced: false })));
  },
  empty: (terminal) => {
    const model = started(terminal, { namespaces: ['shop'] });
    return after(model, pods(model, upserts([])));
  },
  'pod-starting': (terminal) => opened(terminal, search.name),
  'pod-crashing': (terminal) => opened(terminal, ledger.name),
  'pod-timeline': (terminal) => after(opened(terminal, search.name), ...typed('t')),
  'pod-timeline-crashing': (terminal) => after(opened(terminal, ledger.name), ...typed('t')),
  'pod-forbidden': forbiddenPieces,
  'pod-yaml': (terminal) => texted(opened(terminal, ledger.name), 'y', yamlOf(60), ['managedFields', 'last-applied']),
  'pod-log': (terminal) => {
    const log = texted(opened(terminal, ledger.name), 'l', logOf(200));
    return after(log, ...typed('/', 's', 'c', 'h', 'e', 'm', 'a', 'enter'));
  },
  'pod-log-waiting': (terminal) => after(opened(terminal, checkout.name), ...typed('l')),
  'pod-deleted': (terminal) => {
    const model = opened(terminal, ledger.name);
    const gone = after(model, pods(model, deletes([ledger])));
    return after(gone, pods(gone, upserts([{ ...ledger, uid: 'anew', createdAt: now - 5000 }])));
  },
  'pod-node-silent': (terminal) => {
    const model = opened(terminal, ledger.name);
    return after(model, { type: 'node', key: model.pod?.key ?? '', node: { state: 'read', value: silent } });
  },
  keys: (terminal) => after(shopOpen(terminal), ...typed('?')),
};

const sizes = [
  [80, 24],
  [120, 40],
  [200, 50],
] as const;

const cases = [
  ...Object.entries(scenes).flatMap(([name, scene]) => sizes.map(([columns, rows]) => ({ file: `${name}-${columns}x${rows}`, scene, terminal: { columns, rows } }))),
  ...['table', 'grouped', 'pod-starting', 'pod-timeline', 'stale'].map((name) => ({
    file: `${name}-ascii-80x24`,
    scene: scenes[name] as Scene,
    terminal: { columns: 80, rows: 24, unicode: false },
  })),
  ...['table', 'grouped', 'keys', 'pod-starting', 'pod-timeline'].map((name) => ({ file: `${name}-40x10`, scene: scenes[name] as Scene, terminal: { columns: 40, rows: 10 } })),
];

describe('frames', () => {
  test.each(cases)('$file', async ({ file, scene, terminal }) => {
    const lines = frame(scene(terminal));
    const text = `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
    expect(lines).toHaveLength(terminal.rows);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(terminal.columns);
    await expect(text).toMatchFileSnapshot(join(folder, `${file}.txt`));
  });

  test('every kept frame belongs to a scene', () => {
    const known = new Set(cases.map(({ file }) => `${file}.txt`));
    expect(readdirSync(folder).filter((file) => file.endsWith('.txt') && !known.has(file))).toEqual([]);
  });
});

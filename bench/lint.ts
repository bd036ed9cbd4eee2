/**
 * How long `podwright lint` takes, and how much memory: one file, and a thousand and ten thousand Deployments in files of ten. `node bench/lint.ts`, or at
 * the end of `npm run bench`. It needs no cluster, but the program as it is built.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareRuns, type RunFigures } from './processes.ts';

const program = join(import.meta.dirname, '../dist/cli/podwright.cjs');
const rounds = 5;
const deploymentsOfFile = 10;

interface LintBench {
  readonly work: string;
  readonly deployments: number;
  /** ms. */
  readonly wall: number;
  /** MB. */
  readonly memory?: number;
}

const benches: readonly LintBench[] = [
  { work: 'one file, one Deployment', deployments: 1, wall: 150 },
  { work: '1,000 Deployments in 100 files', deployments: 1_000, wall: 3_000, memory: 250 },
  { work: '10,000 Deployments in 1,000 files', deployments: 10_000, wall: 30_000 },
];

function deployment(number: number): string {
  const name = `web-${number}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  replicas: 3
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: registry.example/web:1.2.3
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE
              valueFrom:
                secretKeyRef:
                  name: db
                  key: url
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
            limits:
              memory: 128Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          livenessProbe:
            httpGet:
              path: /live
              port: http
          volumeMounts:
            - name: tmp
              mountPath: /tmp
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
      volumes:
        - name: tmp
          emptyDir: {}
`;
}

/** Measures, prints, and says what limits were missed. */
export async function benchLint(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-bench-'));
  const missed: string[] = [];
  try {
    for (const { work, deployments, wall, memory } of benches) {
      const files = join(folder, String(deployments));
      mkdirSync(files);
      for (let first = 0; first < deployments; first += deploymentsOfFile) {
        const numbers = Array.from({ length: Math.min(deploymentsOfFile, deployments - first) }, (_, index) => first + index);
        writeFileSync(join(files, `${first}.yaml`), numbers.map(deployment).join('---\n'));
      }
      // Beside Node itself, which is in each of them.
      const { ours, peer } = await compareRuns([process.execPath, program, 'lint', files], [process.execPath, '-e', '0'], rounds, process.env);
      process.stdout.write(`lint, ${work}: ${told(ours)}; node itself ${told(peer)}\n`);
      if (ours.wall.median > wall) missed.push(`lint of ${work}: ${ours.wall.median.toFixed(0)} ms of ${wall}`);
      if (memory !== undefined && ours.memory.median > memory) missed.push(`lint of ${work}: ${ours.memory.median.toFixed(0)} MB of ${memory}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return missed;
}

function told({ wall, memory }: RunFigures): string {
  return `${wall.median.toFixed(0)} ms (${wall.min.toFixed(0)}–${wall.max.toFixed(0)}), ${memory.median.toFixed(0)} MB`;
}

if (import.meta.main) {
  const missed = await benchLint();
  for (const each of missed) process.stdout.write(`not met: ${each}\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

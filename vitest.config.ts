/**
 * The test suites: `unit`, `golden` and `property` need nothing but Node; `integration`, `scale` and, last,
 * `trouble` run against a real kind cluster that their global setup brings up.
 */
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The groups' order is explicit, because vitest puts a project without file parallelism and without an order last. */
const integration = {
  globalSetup: 'test/integration/global-setup.ts',
  maxConcurrency: 40,
  // Longer than what the tests wait for in it, so that those say what they saw instead.
  testTimeout: 400_000,
  hookTimeout: 400_000,
};

/** Tests after which, for a while, nothing works as it should. */
const trouble = ['test/integration/api-server-restart.test.ts', 'test/integration/usage.test.ts'];

/**
 * Those that wait the longest, before the others: nothing is waited for alone in the end. Between them those that start many Pods at once, as a node starts a few in
 * a second: side by side they would wait for each other. Without an order vitest takes the largest file first.
 */
const early = [
  'node-trouble',
  'status',
  'faults',
  'dash',
  'logs',
  'lint-live',
  'exec',
  'pattern-grid',
  'delete',
  'get',
  'apply',
  'workloads',
  'cluster',
  'debug',
];

class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = early.indexOf(basename(moduleId, '.test.ts'));
      return at < 0 ? early.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: Sequencer },
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/results.json' },
    coverage: {
      // A folder of its own, as it is emptied while the results of other runs lie beside it.
      reportsDirectory: 'coverage/report',
      provider: 'v8',
      include: ['src/core/**/*.ts', 'src/manifest/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { branches: 95 },
    },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 60_000 } },
      { test: { name: 'golden', include: ['test/golden/**/*.test.{ts,tsx}'], testTimeout: 60_000 } },
      { test: { name: 'property', include: ['test/property/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          ...integration,
          include: ['test/integration/**/*.test.ts'],
          exclude: trouble,
          // They wait much and compute little.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: 'scale', ...integration, fileParallelism: false, include: ['test/scale/**/*.test.ts'], sequence: { groupOrder: 2 } } },
      {
        test: {
          name: 'trouble',
          ...integration,
          fileParallelism: false,
          include: trouble,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});

/** Brings the test cluster up before the first integration test, and tells every test file where it is. */
import type { TestProject } from 'vitest/node';
import { clusterUp, type TestCluster } from './cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: TestCluster;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('cluster', await clusterUp());
}

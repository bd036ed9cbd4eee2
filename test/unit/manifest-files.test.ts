/** Which of the objects in manifests a selector chooses: by their own labels. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { CommandIo } from '../../cmd/command.ts';
import { readManifests } from '../../cmd/manifest-files.ts';

const content = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front, port: 80}}
spec: {template: {metadata: {labels: {tier: back}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: ledger, labels: {tier: back}}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
`;

async function chosen(selector: string | undefined): Promise<readonly string[]> {
  const io = { stdin: Readable.from([content]), signal: new AbortController().signal } as unknown as CommandIo;
  return (await readManifests(['-'], selector, io)).map(({ name }) => name);
}

test('a selector chooses by the labels of the objects themselves', async () => {
  expect(await chosen(undefined)).toEqual(['web', 'ledger', 'bare']);
  expect(await chosen('tier=front')).toEqual(['web']);
  expect(await chosen('tier in (front,back),tier!=front')).toEqual(['ledger']);
  expect(await chosen('!tier')).toEqual(['bare']);
});

test('one that chooses none of them is told apart from manifests without any', async () => {
  await expect(chosen('tier=middle')).rejects.toMatchObject({
    code: 'input',
    message: 'none of the 3 Pods and workloads in stdin is selected by -l tier=middle',
    hint: expect.stringContaining('metadata.labels'),
  });
});

/** A log that is followed over connections cut anywhere, and over restarts, has each line once, in order; many logs are one in the order of time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader, lineCount, lineTime } from '../../src/service/log-block.ts';
import { LogMerge } from '../../src/service/log-merge.ts';
import { LogModel, line, loggedPod, reads } from '../unit/log-model.ts';

/** Lines in the order of their times, of which many share one, and many share their text too. */
const lines = fc
  .array(fc.tuple(fc.constantFrom(0, 0, 0, 1, 1000, 999_999_999, 2_000_000_000), fc.constantFrom('a', 'a', 'b', '', 'wörter '.repeat(20))), { maxLength: 40 })
  .map((steps) => {
    let ns = 0;
    return steps.map(([step, text]) => line((ns += step), text));
  });

test('cut anywhere, again and again', async () => {
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), async (run, cuts, chunkBytes) => {
      const model = new LogModel();
      Object.assign(model, { runs: [run.slice(0, run.length / 2)], cuts: [...cuts], chunkBytes });
      const stop = new AbortController();
      const read = reads(model, stop.signal);
      read.follower.upsert(loggedPod());
      read.follower.known();
      await read.until(() => read.lines.length >= Math.floor(run.length / 2) || run.length < 2);
      model.runs[0]?.push(...run.slice(run.length / 2));
      model.changed();
      if (run.length > 0) await read.until(() => read.lines.length >= run.length);
      stop.abort();
      await read.ended;
      expect(read.lines).toEqual(run);
    }),
    { numRuns: 300 },
  );
});

test('over restarts, each of which is heard of', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
      async (sizes, cuts) => {
        let ns = 0;
        const runs = sizes.map((size, run) => Array.from({ length: size }, (_, index) => line((ns += 700_000_000), `run ${run} line ${index}`)));
        const model = new LogModel();
        model.cuts = [...cuts];
        model.runs = [[...(runs[0] ?? [])]];
        const stop = new AbortController();
        const read = reads(model, stop.signal);
        read.follower.upsert(loggedPod());
        read.follower.known();
        let expected = runs[0]?.length ?? 0;
        for (const [index, run] of runs.entries()) {
          if (index > 0) {
            model.runs = [...model.runs, run];
            model.changed();
            const was = { terminated: { exitCode: 1 } };
            read.follower.upsert(loggedPod({ state: { running: {} }, lastState: was, restartCount: index }));
            expected += run.length;
          }
          if (read.lines.length < expected) await read.until(() => read.lines.length >= expected);
          const restarts = (): number => read.notices.filter((kind) => kind === 'restarted').length;
          if (restarts() < index) await read.until(() => restarts() >= index);
        }
        stop.abort();
        await read.ended;
        expect(read.lines).toEqual(runs.flat());
        expect(read.notices).not.toContain('gap');
      },
    ),
    { numRuns: 150 },
  );
});

test('many logs are merged in the order of time, however they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { minLength: 2, maxLength: 6 }), fc.integer({ min: 1, max: 300 }), async (logs, chunkBytes) => {
      const merge = new LogMerge<number>();
      const lanes = logs.map((_, index) => merge.add(index));
      for (const lane of lanes) lane.reads(Number.POSITIVE_INFINITY);
      const feeding = logs.map(async (log, index) => {
        const reader = new LineReader();
        const bytes = Buffer.from(log.join(''));
        for (let from = 0; from < bytes.length; from += chunkBytes) {
          const block = reader.add(bytes.subarray(from, from + chunkBytes));
          if (block !== undefined) await lanes[index]?.push(block);
          if (index % 2 === 0) await Promise.resolve();
        }
        lanes[index]?.end();
      });
      void Promise.all(feeding).then(() => merge.close());
      const times: number[] = [];
      for await (const items of merge.batches(new AbortController().signal)) {
        for (const item of items) {
          if ('kind' in item) continue;
          for (let index = item.from; index < item.to; index++) times.push(lineTime(item.block.bytes, item.block.starts[index] ?? 0));
        }
      }
      expect(times).toHaveLength(logs.flat().length);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
    { numRuns: 100 },
  );
});

test('blocks hold the lines there are, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 100 }), (log, chunkBytes) => {
      const reader = new LineReader();
      const bytes = Buffer.from(log.join(''));
      const found: Buffer[] = [];
      let count = 0;
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        const block = reader.add(bytes.subarray(from, from + chunkBytes));
        if (block === undefined) continue;
        found.push(block.bytes);
        count += lineCount(block);
      }
      expect(reader.end()).toBeUndefined();
      expect(Buffer.concat(found)).toEqual(bytes);
      expect(count).toBe(log.length);
    }),
  );
});

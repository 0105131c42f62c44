import { expect, test } from '@jest/globals';
import { hintFor, isKnownJob, POLL_QUEUE, PUBLISH_QUEUE } from '../../src/queue/queues.ts';
import { describeEngines } from '../support/engines.ts';
import { until, withPlatform } from '../support/with-platform.ts';

const LEASE_MS = 1000;

test('jobs of this version and of those before it are known, all others are left aside', () => {
  expect(isKnownJob({ route: 'a' }, 'route')).toBe(true);
  expect(isKnownJob({ v: 1, run: 7 }, 'run')).toBe(true);
  expect(isKnownJob({ v: 2, route: 'a' }, 'route')).toBe(false);
  expect(isKnownJob({ v: 1, run: '7' }, 'run')).toBe(false);
  expect(isKnownJob({ __proto__: { route: 'a' } }, 'run')).toBe(false);
  expect(isKnownJob('route', 'route')).toBe(false);
  expect(isKnownJob(null, 'run')).toBe(false);
});

describeEngines('a queue with jobs of a newer version', ['embedded'], (engine) => {
  test('goes on with the jobs behind them', async () => {
    await withPlatform(engine, async ({ platform }) => {
      const queue = platform.backend.queue<object>(PUBLISH_QUEUE);
      await queue.add('publish', { v: 99, lot: [1, 2] });
      await queue.add('unheard-of', {});
      await until(async () => (await queue.getJobCountByTypes('waiting', 'active', 'failed')) === 0);
      expect(await platform.backend.ping()).toBeUndefined();
      await queue.close();
    });
  });
});

test('a run that nobody takes is asked for again after one lease, then ever more rarely', () => {
  const hintAt = (idleMs: number): string => hintFor(2, idleMs, 1000);
  expect([-5000, 0, 999].map(hintAt)).toEqual(['2-0', '2-0', '2-0']);
  expect([1000, 2999, 3000, 7000, 3_600_000].map(hintAt)).toEqual(['2-1', '2-1', '2-2', '2-3', '2-11']);
});

describeEngines('a run whose job was given to a worker that froze', ['embedded', 'postgres and redis'], (engine) => {
  test('is taken by another after a lease, although the job stays', async () => {
    await withPlatform(
      engine,
      async ({ platform, end }) => {
        const queue = platform.backend.queue<object>(POLL_QUEUE);
        // Nobody gets this job, as nobody gets one that is locked.
        const jobId = `run-1-${hintFor(0, 0, LEASE_MS)}`;
        await queue.add('poll', { v: 1, run: 1 }, { jobId, delay: 3_600_000 });
        const run = await platform.store.runs.start('not-there', 'full', 'test');
        expect(run?.id).toBe(1);
        await platform.queues.enqueueRun(1);
        expect(await queue.getJobCountByTypes('waiting', 'active', 'delayed')).toBe(1);
        expect(await end(1)).toMatchObject({ status: 'failed', error: { code: 'ERR_INCOMING_INVALID' } });
        await queue.close();
      },
      { SLUICE_LEASE: `${LEASE_MS}ms` },
    );
  });
});

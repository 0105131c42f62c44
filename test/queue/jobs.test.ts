import { expect, test } from '@jest/globals';
import { isKnownJob, PUBLISH_QUEUE } from '../../src/queue/queues.ts';
import { describeEngines } from '../support/engines.ts';
import { until, withPlatform } from '../support/with-platform.ts';

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

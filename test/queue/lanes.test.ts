import { expect, test } from '@jest/globals';
import { Lanes } from '../../src/queue/lanes.ts';

const NEVER = new AbortController().signal;

/** Work that ends when it is told to. */
function gate(): { work: () => Promise<void>; open: () => void; started: () => number } {
  const waiting: (() => void)[] = [];
  let started = 0;
  return {
    work: () => {
      started += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
    open: () => waiting.shift()?.(),
    started: () => started,
  };
}

test('works on no more batches of a route at once than it has lanes, and on every turn', async () => {
  const lanes = new Lanes(2);
  const slow = gate();
  const jobs = Array.from({ length: 5 }, () => lanes.run('slow', slow.work, NEVER));
  await Promise.all(jobs.slice(2));
  expect(slow.started()).toBe(2);

  for (let turn = 0; turn < 5; turn += 1) {
    slow.open();
    await new Promise(setImmediate);
  }
  await Promise.all(jobs);
  expect(slow.started()).toBe(5);
});

test('leaves other routes their places', async () => {
  const lanes = new Lanes(1);
  const slow = gate();
  void lanes.run('slow', slow.work, NEVER);
  let isDone = false;
  await lanes.run(
    'quick',
    () => {
      isDone = true;
      return Promise.resolve();
    },
    NEVER,
  );
  expect(isDone).toBe(true);
  slow.open();
});

test('begins no further turn after the signal, and frees the lane when work fails', async () => {
  const lanes = new Lanes(1);
  const stop = new AbortController();
  const slow = gate();
  const first = lanes.run('route', slow.work, stop.signal);
  await lanes.run('route', slow.work, stop.signal);
  stop.abort();
  slow.open();
  await first;
  expect(slow.started()).toBe(1);

  await expect(lanes.run('route', () => Promise.reject(new Error('broken')), NEVER)).rejects.toThrow('broken');
  let runs = 0;
  await lanes.run(
    'route',
    () => {
      runs += 1;
      return Promise.resolve();
    },
    NEVER,
  );
  expect(runs).toBeGreaterThan(0);
});

import { expect, test } from '@jest/globals';
import { withPauseMemory } from '../../src/http/pause-memory.ts';
import type { CallBudget } from '../../src/http/types.ts';

const WINDOWS = [{ requests: 5, perMs: 1000 }];

/** A budget that answers what it is told, and counts how often it was asked. */
function counted(): { budget: CallBudget; asked: () => number; answer: (waitMs: number) => void } {
  let asked = 0;
  let waitMs = 0;
  const budget: CallBudget = {
    take: () => {
      asked += 1;
      return Promise.resolve(waitMs);
    },
    pause: () => Promise.resolve(),
  };
  return {
    budget,
    asked: () => asked,
    answer: (ms) => {
      waitMs = ms;
    },
  };
}

test('a client without windows is asked for ten times a second, one with windows for each call', async () => {
  const { budget, asked } = counted();
  let now = 5000;
  const remembering = withPauseMemory(budget, () => now);
  for (const at of [5000, 5050, 5099, 5100, 5150]) {
    now = at;
    expect(await remembering.take('free', [])).toBe(0);
  }
  expect(asked()).toBe(2);
  for (let call = 0; call < 3; call += 1) await remembering.take('free', WINDOWS);
  expect(asked()).toBe(5);
});

test('calls that begin while it is asked share the answer', async () => {
  const { budget, asked, answer } = counted();
  const remembering = withPauseMemory(budget, () => 0);
  answer(20);
  const waits = await Promise.all(['a', 'a', 'b', 'a'].map((client) => remembering.take(client, [])));
  expect(waits).toEqual([20, 20, 20, 20]);
  expect(asked()).toBe(2);
});

test('a pause of this process holds at once, also for what was asked before it', async () => {
  const { budget, asked, answer } = counted();
  const remembering = withPauseMemory(budget, () => 0);
  await remembering.take('a', []);
  const inFlight = remembering.take('b', []);
  await remembering.pause('a', 1000);
  await remembering.pause('b', 1000);
  await inFlight;
  answer(1000);
  expect([await remembering.take('a', []), await remembering.take('b', [])]).toEqual([1000, 1000]);
  expect(asked()).toBe(4);
});

test('a client that has to wait is asked for again each time', async () => {
  const { budget, asked, answer } = counted();
  const remembering = withPauseMemory(budget, () => 0);
  answer(20);
  expect(await remembering.take('a', [])).toBe(20);
  expect(await remembering.take('a', [])).toBe(20);
  expect(asked()).toBe(2);
});

import { describe, expect, test } from '@jest/globals';
import { backoffMs } from '../../src/http/backoff.ts';
import { concurrencyOf, parseLimits, windowsOf } from '../../src/http/limits.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createPauseLength } from '../../src/http/pause-length.ts';
import { parseRetryAfter } from '../../src/http/retry-after.ts';
import { sleep } from '../../src/http/sleep.ts';
import { createSlots } from '../../src/http/slots.ts';
import { errorOf } from './test-transport.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

test.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
  ['99999999999999', 99_999_999_999_999_000],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
])('Retry-After "%s" is %p ms', (value, ms) => {
  expect(parseRetryAfter(value, NOW)).toBe(ms);
});

test('backs off exponentially, with full jitter, up to a ceiling', () => {
  const retry = { baseMs: 500, maxMs: 3_000 };
  expect([1, 2, 3, 4, 99].map((tries) => backoffMs(tries, retry, 1))).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
  expect(backoffMs(3, retry, 0.25)).toBe(500);
  expect(backoffMs(3, retry, 0)).toBe(0);
});

test('counts refusals of one burst as one', () => {
  const pauses = createPauseLength();
  expect(pauses.after(undefined, 0, 10)).toBe(5_000);
  expect(pauses.after(undefined, 5, 12)).toBe(5_000);
  expect(pauses.after(undefined, 5_011, 5_020)).toBe(10_000);
  pauses.reset(15);
  expect(pauses.after(undefined, 15_100, 15_110)).toBe(20_000);
});

test('sleeps until it is aborted', async () => {
  const reason = new Error('stop');
  expect(await errorOf(sleep(60_000, AbortSignal.abort(reason)))).toBe(reason);
  const controller = new AbortController();
  const sleeping = errorOf(sleep(60_000, controller.signal));
  controller.abort(reason);
  expect(await sleeping).toBe(reason);
});

describe('limits', () => {
  test('are read from documents', () => {
    const limits = parseLimits([{ requests: 500, per: '300s' }, { concurrency: 4 }, { concurrency: 2 }]);
    expect(limits).toEqual([{ requests: 500, perMs: 300_000 }, { concurrency: 4 }, { concurrency: 2 }]);
    expect(windowsOf(limits)).toEqual([{ requests: 500, perMs: 300_000 }]);
    expect(concurrencyOf(limits)).toBe(2);
    expect(concurrencyOf([])).toBe(Infinity);
  });

  test.each([
    [[{ requests: 5 }], 'limits: [0]: must be either "requests" with "per", or "concurrency"'],
    [[{ concurrency: 1 }, {}], '[1]: must be either'],
    [[{ requests: 5, per: '1s', concurrency: 2 }], 'must be either'],
    [[{ requests: 5, per: '0s' }], '[0].per: must not be 0'],
    [[{ requests: 0, per: '1s' }], 'must be at least 1'],
    [[{ request: 1, per: '1s' }], 'did you mean "requests"?'],
    [[{ requests: 1, per: 'often' }], 'does not have the right form'],
  ])('%j are refused', (value, message) => {
    expect(() => parseLimits(value)).toThrow(message);
  });
});

describe('slots', () => {
  const signal = new AbortController().signal;

  test('are given in the order of asking', async () => {
    const slots = createSlots(1);
    const order: string[] = [];
    const release = await slots.acquire(signal);
    const waiting = ['a', 'b', 'c'].map(async (name) => {
      const give = await slots.acquire(signal);
      order.push(name);
      give();
    });
    release();
    release();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('are not taken by a caller who was aborted while waiting', async () => {
    const slots = createSlots(1);
    const release = await slots.acquire(signal);
    const controller = new AbortController();
    const aborted = errorOf(slots.acquire(controller.signal));
    const next = slots.acquire(signal);
    controller.abort(new Error('gone'));
    expect(await aborted).toMatchObject({ message: 'gone' });
    release();
    expect(typeof (await next)).toBe('function');
  });
});

describe('the budget in memory', () => {
  test('keeps every window in any stretch of time', async () => {
    let now = NOW;
    const budget = createMemoryCallBudget(() => now);
    const windows = [
      { requests: 2, perMs: 1_000 },
      { requests: 3, perMs: 10_000 },
    ];
    const take = (): Promise<number> => budget.take('halo', windows);
    expect([await take(), await take(), await take()]).toEqual([0, 0, 1_000]);
    now += 999;
    expect(await take()).toBe(1);
    now += 1;
    expect([await take(), await take()]).toEqual([0, 9_000]);
    expect(await budget.take('other', windows)).toBe(0);
    now += 9_000;
    expect([await take(), await take(), await take()]).toEqual([0, 0, 1_000]);
  });

  test('never shortens a pause', async () => {
    let now = NOW;
    const budget = createMemoryCallBudget(() => now);
    await budget.pause('halo', 5_000);
    await budget.pause('halo', 1_000);
    expect(await budget.take('halo', [])).toBe(5_000);
    now += 5_000;
    expect(await budget.take('halo', [])).toBe(0);
  });
});

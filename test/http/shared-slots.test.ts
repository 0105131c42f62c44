import { expect, test } from '@jest/globals';
import { createSharedSlots } from '../../src/http/shared-slots.ts';

const { signal } = new AbortController();

test('a stock of places serves many calls with one request', async () => {
  let requests = 0;
  const slots = createSharedSlots(() => {
    requests += 1;
    return Promise.resolve({ granted: 3, forMs: 5000 });
  });
  for (let call = 0; call < 50; call += 1) (await slots.acquire(signal))();
  expect(requests).toBe(1);
});

test('calls that wait for a place of this process do not ask anew, each for itself', async () => {
  let requests = 0;
  const slots = createSharedSlots(() => {
    requests += 1;
    return Promise.resolve({ granted: 1, forMs: 5000 });
  });
  let release = await slots.acquire(signal);
  for (let call = 0; call < 50; call += 1) {
    const next = slots.acquire(signal);
    // The request for a second place has been answered.
    if (call === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    release = await next;
  }
  release();
  // One for the first place, one that says that there could be two.
  expect(requests).toBe(2);
});

test('no more calls are made at a time than places were lent, also when fewer come back', async () => {
  let granted = 2;
  const slots = createSharedSlots(() => Promise.resolve({ granted, forMs: 5000 }));
  const held = [await slots.acquire(signal), await slots.acquire(signal)];
  let isServed = false;
  granted = 1;
  const third = slots.acquire(signal).then((release) => {
    isServed = true;
    return release;
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  held[0]?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isServed).toBe(false);
  held[1]?.();
  (await third)();
});

test('a lease that is over lends nothing, until it is renewed', async () => {
  let forMs = 0;
  const slots = createSharedSlots(() => Promise.resolve({ granted: 5, forMs }));
  const waiting = slots.acquire(signal);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await Promise.race([waiting, Promise.resolve('waits')])).toBe('waits');
  forMs = 5000;
  (await waiting)();
});

test('who waits may give up, and is told when no lease can be had', async () => {
  const none = createSharedSlots(() => Promise.resolve({ granted: 0, forMs: 5000 }));
  const gone = new AbortController();
  const waiting = none.acquire(gone.signal);
  gone.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const away = createSharedSlots(() => Promise.reject(new Error('the database is away')));
  await expect(away.acquire(signal)).rejects.toThrow('the database is away');
});

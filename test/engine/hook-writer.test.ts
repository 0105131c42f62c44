import { expect, test } from '@jest/globals';
import type { NewHookEvent } from '../../src/core/hook.ts';
import { createHookWriter, type HookWriter } from '../../src/engine/hook-writer.ts';

function eventOf(key: string): NewHookEvent {
  const routes = [{ route: 'r', search: [] }];
  return {
    incoming: 'i',
    mark: undefined,
    windowMs: 0,
    key,
    hash: key,
    text: '{}',
    stage: 'source',
    delivery: undefined,
    routes,
  };
}

/** A writer whose transactions end when they are told to. */
function slowWriter(): { writer: HookWriter; commits: string[][]; end: () => void } {
  const commits: string[][] = [];
  const ends: (() => void)[] = [];
  const writer = createHookWriter({
    commit: (events) => {
      commits.push(events.map(({ key }) => key));
      return new Promise((resolve) => {
        ends.push(() => {
          resolve(events.map((_, index) => index));
        });
      });
    },
    wake: () => Promise.resolve(),
  });
  return { writer, commits, end: () => ends.shift()?.() };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

test('events that come while a transaction is on its way go into the next one together', async () => {
  const { writer, commits, end } = slowWriter();
  const first = writer.write([eventOf('a')]);
  await settled();
  const others = ['b', 'c', 'd'].map((key) => writer.write([eventOf(key)]));
  await settled();
  end();
  await settled();
  end();
  expect(await Promise.all([first, ...others])).toEqual([1, 1, 1, 1]);
  expect(commits).toEqual([['a'], ['b', 'c', 'd']]);
});

test('two events of one record never stand in one transaction', async () => {
  const { writer, commits, end } = slowWriter();
  const written = ['a', 'b', 'a'].map((key) => writer.write([eventOf(key)]));
  await settled();
  end();
  await settled();
  end();
  expect(await Promise.all(written)).toEqual([1, 1, 1]);
  expect(commits).toEqual([['a', 'b'], ['a']]);
});

test('the first event wakes its route at once, those of the pause after it together', async () => {
  const wakes: number[] = [];
  const pauses: (() => void)[] = [];
  const writer = createHookWriter({
    commit: (events) => Promise.resolve(events.map((_, index) => index)),
    wake: (counts) => {
      wakes.push(counts.get('r') ?? 0);
      return Promise.resolve();
    },
    pause: () => new Promise<void>((resolve) => pauses.push(resolve)),
  });
  await writer.write([eventOf('a')]);
  for (const key of ['b', 'c', 'd']) await writer.write([eventOf(key)]);
  await settled();
  expect(wakes).toEqual([1]);
  pauses.shift()?.();
  await settled();
  expect(wakes).toEqual([1, 3]);
});

import { expect, test } from '@jest/globals';
import { boundedCache } from '../../src/core/bounded-cache.ts';

test('a value is there until its time is over', () => {
  const cache = boundedCache<number>(1000, 10, 100);
  cache.set('a', 1, 1, 0);
  expect(cache.get('a', 999)).toBe(1);
  expect(cache.get('a', 1000)).toBeUndefined();
});

test('the oldest go when there are too many, or too much', () => {
  const cache = boundedCache<number>(1000, 3, 10);
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) cache.set(name, index, 1, 0);
  expect(['a', 'b', 'c', 'd'].map((name) => cache.get(name, 0))).toEqual([undefined, 1, 2, 3]);
  cache.set('e', 4, 9, 0);
  expect(['b', 'c', 'd', 'e'].map((name) => cache.get(name, 0))).toEqual([undefined, undefined, 3, 4]);
  cache.set('f', 5, 11, 0);
  expect(cache.get('f', 0)).toBeUndefined();
  expect(cache.get('e', 0)).toBe(4);
});

import { describe, expect, test } from '@jest/globals';
import {
  beginAgain,
  judgeReading,
  nextCheckpoint,
  NOT_STARTED,
  type Progress,
} from '../../src/engine/reading-progress.ts';

const announced = (least: number | null, most: number | null, last: number | null): Progress => ({
  ...NOT_STARTED,
  announcedLeast: least,
  announcedMost: most,
  announcedLast: last,
});

describe('a reading that came to its end', () => {
  test.each([
    ['complete', 'without an announced number', announced(null, null, null), 7],
    ['complete', 'when all that was announced arrived', announced(10, 10, 10), 10],
    ['complete', 'when more arrived than was announced', announced(10, 10, 10), 12],
    ['short', 'when less arrived of a number that stayed', announced(10, 10, 10), 9],
    ['unstable', 'when it grew meanwhile, because rows came in front', announced(10, 12, 12), 11],
    ['unstable', 'when the number fell', announced(8, 10, 8), 9],
    ['unstable', 'when the number fell and came back', announced(8, 10, 10), 9],
  ] as [string, string, Progress, number][])('is %s %s', (end, _when, progress, distinct) => {
    expect(judgeReading(progress, distinct)).toBe(end);
  });

  test('begins again with nothing announced', () => {
    const before = { ...announced(8, 10, 8), pass: 4, passes: 1, position: 7, newest: 99 };
    expect(beginAgain(before, 5)).toEqual({
      ...announced(null, null, null),
      ...{ pass: 5, passes: 2, position: null, newest: 99 },
    });
  });
});

describe('the next checkpoint', () => {
  const at = (progress: Partial<Progress>, before?: number): number => {
    const text = before === undefined ? undefined : JSON.stringify({ at: before });
    return (JSON.parse(nextCheckpoint({ ...NOT_STARTED, ...progress }, text)) as { at: number }).at;
  };

  test.each([
    ['is the newest change', { startedAt: 1000, newest: 900 }, undefined, 900],
    ['is never later than the start of the run', { startedAt: 1000, newest: 1100 }, undefined, 1000],
    ['is the start of the run where rows tell no time', { startedAt: 1000 }, undefined, 1000],
    ['never moves back', { startedAt: 1000, newest: 900 }, 950, 950],
  ] as [string, Partial<Progress>, number | undefined, number][])('%s', (_what, progress, before, expected) => {
    expect(at(progress, before)).toBe(expected);
  });

  test('keeps the place that the source handed out', () => {
    const progress = { ...NOT_STARTED, startedAt: 5, nextState: 'token-7' };
    expect(JSON.parse(nextCheckpoint(progress, undefined))).toEqual({ at: 5, state: 'token-7' });
  });
});

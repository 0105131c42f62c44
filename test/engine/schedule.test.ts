import { describe, expect, test } from '@jest/globals';
import { checkSchedule, nextTick } from '../../src/engine/schedule.ts';

const at = (text: string): number => Date.parse(text);
const iso = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

describe('nextTick', () => {
  test('adds an interval to the last look', () => {
    expect(nextTick({ every: '5m' }, 1000)).toBe(301_000);
  });

  test.each([
    ['0 6 * * *', 'UTC', '2026-11-23T05:59:00Z', '2026-11-23T06:00:00.000Z'],
    ['0 6 * * 1-5', 'UTC', '2026-11-27T07:00:00Z', '2026-11-30T06:00:00.000Z'],
    ['0 6 * * *', 'Europe/Berlin', '2026-07-01T00:00:00Z', '2026-07-01T04:00:00.000Z'],
    ['0 6 * * *', 'Europe/Berlin', '2026-12-01T00:00:00Z', '2026-12-01T05:00:00.000Z'],
    ['30 4 29 2 *', 'UTC', '2026-03-01T00:00:00Z', '2028-02-29T04:30:00.000Z'],
    ['*/10 * * * * *', 'UTC', '2026-11-23T00:00:01Z', '2026-11-23T00:00:10.000Z'],
  ])('%s in %s after %s is %s', (cron, timezone, after, expected) => {
    expect(iso(nextTick({ cron, timezone }, at(after)))).toBe(expected);
  });

  test('uses UTC where no zone is named', () => {
    expect(iso(nextTick({ cron: '0 6 * * *' }, at('2026-11-23T05:00:00Z')))).toBe('2026-11-23T06:00:00.000Z');
  });

  test('is due once around the hour that summer time leaves out', () => {
    const schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    const first = nextTick(schedule, at('2026-03-28T12:00:00Z')) ?? 0;
    const second = nextTick(schedule, first) ?? 0;
    expect(second - first).toBeGreaterThan(20 * 3_600_000);
    expect(first).toBeGreaterThanOrEqual(at('2026-03-29T00:30:00Z'));
    expect(first).toBeLessThanOrEqual(at('2026-03-29T01:30:00Z'));
  });

  test('is due once in the hour that comes twice', () => {
    const schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    const first = nextTick(schedule, at('2026-10-24T12:00:00Z')) ?? 0;
    const second = nextTick(schedule, first) ?? 0;
    expect(second - first).toBeGreaterThan(20 * 3_600_000);
  });
});

describe('checkSchedule', () => {
  test.each([
    [{ cron: 'every day', timezone: 'UTC' }],
    [{ cron: '0 6 * * *', timezone: 'Mars/Olympus' }],
    [{ cron: '0 0 30 2 *', timezone: 'UTC' }],
    [{ every: '10ms' }],
  ])('refuses %j', (schedule) => {
    expect(() => {
      checkSchedule(schedule);
    }).toThrow(expect.objectContaining({ code: 'ERR_SCHEDULE' }));
  });
});

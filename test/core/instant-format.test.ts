import { describe, expect, test } from '@jest/globals';
import { checkInstantFormat, formatInstant, readInstant } from '../../src/core/instant-format.ts';

const INSTANT = Date.UTC(2026, 6, 1, 22, 5, 9, 870);

describe('writing an instant', () => {
  test.each([
    ['iso', 'UTC', '2026-07-01T22:05:09.870Z'],
    ['iso-no-zone', 'UTC', '2026-07-01T22:05:09'],
    ['iso-no-zone', 'Europe/Berlin', '2026-07-02T00:05:09'],
    ['date', 'UTC', '2026-07-01'],
    ['date', 'Pacific/Auckland', '2026-07-02'],
    ['epoch-seconds', 'UTC', 1782943509],
    ['epoch-milliseconds', 'UTC', INSTANT],
    ['yyyy-MM-dd HH:mm:ss', 'UTC', '2026-07-01 22:05:09'],
    ['dd.MM.yyyy HH:mm:ss.SSS', 'America/New_York', '01.07.2026 18:05:09.870'],
  ])('as %s in %s', (format, zone, expected) => {
    expect(formatInstant(INSTANT, format, zone)).toBe(expected);
  });
});

describe('reading an instant', () => {
  test.each([
    ['2026-07-01T22:05:09.87Z', undefined, 'UTC', INSTANT],
    ['2026-07-02T00:05:09.87+02:00', undefined, 'UTC', INSTANT],
    ['2026-07-01T22:05:09.87', undefined, 'UTC', INSTANT],
    ['2026-07-02 00:05:09.87', undefined, 'Europe/Berlin', INSTANT],
    ['02.07.2026 00:05', 'dd.MM.yyyy HH:mm', 'Europe/Berlin', Date.UTC(2026, 6, 1, 22, 5)],
    [1782943509.87, undefined, 'UTC', INSTANT],
    ['1782943509.87', undefined, 'UTC', INSTANT],
    [INSTANT, undefined, 'UTC', INSTANT],
    [1782943509.87, 'epoch-seconds', 'UTC', INSTANT],
    ['1900-01-01T00:00:00', undefined, 'UTC', undefined],
    ['2024-02-29', undefined, 'UTC', Date.UTC(2024, 1, 29)],
    ['9999-12-31T23:59:59', undefined, 'UTC', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['', undefined, 'UTC', undefined],
    [null, undefined, 'UTC', undefined],
    ['soon', undefined, 'UTC', undefined],
    ['2026-xx-01', 'yyyy-MM-dd', 'UTC', undefined],
  ])('%p as %p in %s', (value, format, zone, expected) => {
    expect(readInstant(value, format, zone)).toBe(expected);
  });

  test('an hour that comes twice is the first, and one that is skipped is the one after it', () => {
    expect(readInstant('2026-10-25T02:30:00', undefined, 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(readInstant('2026-03-29T02:30:00', undefined, 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  test('what is written is read back, in every zone', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia']) {
      const text = formatInstant(INSTANT, 'yyyy-MM-dd HH:mm:ss.SSS', zone);
      expect(readInstant(text, 'yyyy-MM-dd HH:mm:ss.SSS', zone)).toBe(INSTANT);
    }
  });
});

test.each([
  ['iso-nozone', 'UTC', /did you mean "iso-no-zone"/],
  ['HH:mm', 'UTC', /is no form of an instant/],
  ['iso', 'Europe/Berln', /"Europe\/Berln" is no time zone/],
])('the form %s in %s is refused', (format, zone, message) => {
  expect(() => {
    checkInstantFormat(format, zone);
  }).toThrow(message);
});

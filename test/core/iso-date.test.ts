import { describe, expect, test } from '@jest/globals';
import { fillUpIsoDate, readIsoDate } from '../../src/core/iso-date.ts';
import { seeded } from '../support/hostile.ts';

const INSTANT = Date.UTC(2026, 6, 1, 22, 5, 9, 870);

describe('reading', () => {
  test.each([
    ['2026-07-01', Date.UTC(2026, 6, 1)],
    ['2026-07-01T22:05', Date.UTC(2026, 6, 1, 22, 5)],
    ['2026-07-01 22:05:09', Date.UTC(2026, 6, 1, 22, 5, 9)],
    ['2026-07-01T22:05:09.87', INSTANT],
    ['2026-07-01T22:05:09,870123456Z', INSTANT],
    ['2026-07-01t22:05:09.87z', INSTANT],
    ['2026-07-02T00:05:09.87+02:00', INSTANT],
    ['2026-07-02T00:05:09.87+0200', INSTANT],
    ['2026-07-02 00:05:09.87 +02', INSTANT],
    ['2026-07-01T18:35:09.87-03:30', INSTANT],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['0001-01-01', Date.parse('0001-01-01')],
    ['9999-12-31T23:59:59Z', Date.parse('9999-12-31T23:59:59Z')],
  ])('%s', (text, instant) => {
    expect(readIsoDate(text)).toBe(instant);
  });

  test.each([
    '',
    '2026',
    '2026-7-1',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-10',
    '2026-01-00',
    '2026-07-01T24:00:00Z',
    '2026-07-01T22:60Z',
    '2026-07-01T22:05:60Z',
    '2026-07-01T22',
    '2026-07-01T22:5',
    '2026-07-01T22:05:',
    '2026-07-01T22:05:09.',
    '2026-07-01T22:05:09.1234567890Z',
    '2026-07-01T22:05Z ',
    ' 2026-07-01',
    '2026-07-01X22:05',
    '2026-07-01T22:05:09+2',
    '2026/07/01',
    '２０２６-07-01',
    '2026-07-0१',
    '+2026-07-01',
    '-2026-07-01',
  ])('%j is no date', (text) => {
    expect(readIsoDate(text)).toBeUndefined();
  });

  test('on the clock of a zone where the text names none', () => {
    expect(readIsoDate('2026-07-02T00:05:09.87', 'Europe/Berlin')).toBe(INSTANT);
    expect(readIsoDate('2026-07-01T22:05:09.87Z', 'Europe/Berlin')).toBe(INSTANT);
  });

  test('any moment as Date does', () => {
    const random = seeded(5);
    for (let round = 0; round < 5_000; round += 1) {
      const date = new Date(Math.floor(random() * 315_532_800_000_000) - 62_135_596_800_000);
      if (date.getUTCFullYear() > 9999) continue;
      expect(readIsoDate(date.toISOString())).toBe(date.getTime());
    }
  });
});

describe('filling up', () => {
  test.each([
    ['2026-07-01', '2026-07-01T00:00:00.000Z'],
    ['2026-07-01T22:05:09', '2026-07-01T22:05:09.000Z'],
    ['2026-07-01T22:05:09Z', '2026-07-01T22:05:09.000Z'],
    ['2026-07-01T22:05:09.870Z', '2026-07-01T22:05:09.870Z'],
  ])('%s is %s', (text, filled) => {
    expect(fillUpIsoDate(text)).toBe(filled);
    expect(new Date(text.length === 19 ? `${text}Z` : text).toISOString()).toBe(filled);
  });

  test.each([
    '2026-02-30',
    '2026-07-01 22:05:09',
    '2026-07-01T22:05:09z',
    '2026-07-01T22:05:09+0200',
    '2026-07-01T22:05:09,870Z',
    '2026-07-01T22:05+02',
    '2026-07-01T22:05:09.8765',
    'something else',
    '',
  ])('%j is left to others', (text) => {
    expect(fillUpIsoDate(text)).toBeUndefined();
  });
});

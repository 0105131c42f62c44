import { describe, expect, test } from '@jest/globals';
import { formatFixed } from '../../src/alumio/php/number-format.ts';
import { compilePhpDateReader } from '../../src/alumio/php/read-date.ts';
import { compilePhpDateWriter } from '../../src/alumio/php/write-date.ts';

/** A Wednesday. */
const NOW = Date.UTC(2025, 0, 15, 12, 30, 0);

describe('writes the letters of PHP', () => {
  test.each([
    ['Y-m-d H:i:s', '2025-07-04 10:05:09'],
    ['d/m/y', '04/07/25'],
    ['D, j M Y', 'Fri, 4 Jul 2025'],
    ['l jS \\of F Y', 'Friday 4th of July 2025'],
    ['g:i A', '10:05 AM'],
    ['N w z t L', '5 5 184 31 0'],
    ['o-\\WW', '2025-W27'],
    ['c', '2025-07-04T10:05:09+00:00'],
    ['U', '1751623509'],
    ['v u B', '123 123000 461'],
    ['Q', 'Q'],
  ])('%s', (format, text) => {
    expect(compilePhpDateWriter(format)(Date.UTC(2025, 6, 4, 10, 5, 9, 123), 'UTC')).toBe(text);
  });

  test('in a zone', () => {
    const write = compilePhpDateWriter('Y-m-d\\TH:i:sP T I');
    expect(write(Date.UTC(2025, 6, 4, 10), 'Europe/Amsterdam')).toBe('2025-07-04T12:00:00+02:00 CEST 1');
    expect(write(Date.UTC(2025, 0, 4, 10), '+02:00')).toBe('2025-01-04T12:00:00+02:00 +02:00 0');
  });
});

describe('reads what strtotime does', () => {
  test.each([
    ['2025-03-01', '2025-03-01T00:00:00.000Z'],
    ['2025-03-01T10:00:00+02:00', '2025-03-01T08:00:00.000Z'],
    ['2025-03-01 10:00', '2025-03-01T10:00:00.000Z'],
    ['31-12-2024', '2024-12-31T00:00:00.000Z'],
    ['12/31/2024', '2024-12-31T00:00:00.000Z'],
    ['31 December 2024', '2024-12-31T00:00:00.000Z'],
    ['Dec 31, 2024', '2024-12-31T00:00:00.000Z'],
    ['1735689600', '2025-01-01T00:00:00.000Z'],
    ['@1735689600', '2025-01-01T00:00:00.000Z'],
    ['now', '2025-01-15T12:30:00.000Z'],
    ['', '2025-01-15T12:30:00.000Z'],
    ['today', '2025-01-15T00:00:00.000Z'],
    ['tomorrow', '2025-01-16T00:00:00.000Z'],
    ['yesterday noon', '2025-01-14T12:00:00.000Z'],
    ['-3 days', '2025-01-12T12:30:00.000Z'],
    ['+1 week 2 days', '2025-01-24T12:30:00.000Z'],
    ['2 months ago', '2024-11-15T12:30:00.000Z'],
    ['Monday next week', '2025-01-20T00:00:00.000Z'],
    ['sunday this week', '2025-01-19T00:00:00.000Z'],
    ['next week', '2025-01-20T12:30:00.000Z'],
    ['+1 week', '2025-01-22T12:30:00.000Z'],
    ['first monday of april 2025', '2025-04-07T00:00:00.000Z'],
    ['last friday of next month', '2025-02-28T00:00:00.000Z'],
    ['third day', '2025-01-18T12:30:00.000Z'],
    ['20250131', '2025-01-31T00:00:00.000Z'],
    ['20250131T101112', '2025-01-31T10:11:12.000Z'],
    ['20250131101112', '2025-01-31T10:11:12.000Z'],
    ['2025-03', '2025-03-01T00:00:00.000Z'],
    ['Mar 2025', '2025-03-01T00:00:00.000Z'],
    ['1/2/25', '2025-01-02T00:00:00.000Z'],
    ['5-Sep-25', '2025-09-05T00:00:00.000Z'],
    ['2025-W10-1', '2025-03-03T00:00:00.000Z'],
    ['2025-060', '2025-03-01T00:00:00.000Z'],
    ['2025-03-01 10:00:00 America/New_York', '2025-03-01T15:00:00.000Z'],
    ['2025-03-01 10:00 CET', '2025-03-01T09:00:00.000Z'],
    ['next monday', '2025-01-20T00:00:00.000Z'],
    ['last friday', '2025-01-10T00:00:00.000Z'],
    ['first day of next month', '2025-02-01T12:30:00.000Z'],
    ['last day of this month', '2025-01-31T12:30:00.000Z'],
    ['2025-03-01 +1 day', '2025-03-02T00:00:00.000Z'],
  ])('%s', (text, iso) => {
    expect(new Date(compilePhpDateReader(undefined, 'UTC')(text, NOW).instant).toISOString()).toBe(iso);
  });

  test('an hour that comes twice is the second of them', () => {
    const { instant } = compilePhpDateReader(undefined, 'Europe/Amsterdam')('2025-10-26 02:30', NOW);
    expect(new Date(instant).toISOString()).toBe('2025-10-26T01:30:00.000Z');
  });

  test('what is no date fails', () => {
    expect(() => compilePhpDateReader(undefined, 'UTC')('soon', NOW)).toThrow('"soon" is no date');
    expect(() => compilePhpDateReader('d-m-Y', 'UTC')('2025-01-01', NOW)).toThrow('form "d-m-Y"');
  });

  test.each([
    ['!d-m-Y', '31-12-2024', '2024-12-31T00:00:00.000Z'],
    ['d.m.y H:i', '31.12.24 08:15', '2024-12-31T08:15:00.000Z'],
    ['Y-m-d', '2024-12-31', '2024-12-31T12:30:00.000Z'],
    ['!Y?m#d+', '2024_12/31 and more', '2024-12-31T00:00:00.000Z'],
    ['Y-m-d\\TH:i:sP', '2024-12-31T08:00:00+02:00', '2024-12-31T06:00:00.000Z'],
  ])('in the form %s', (format, text, iso) => {
    expect(new Date(compilePhpDateReader(format, 'UTC')(text, NOW).instant).toISOString()).toBe(iso);
  });
});

test.each([
  [1234.5, 2, '.', ',', '1,234.50'],
  [0.5, 0, '.', '', '1'],
  [-1.005, 2, '.', '', '-1.01'],
  [-0.004, 2, '.', '', '0.00'],
  [1234567, 0, ',', '.', '1.234.567'],
  [1e20, 1, '.', ',', '100,000,000,000,000,000,000.0'],
])('number_format(%p, %p)', (value, decimals, decimalPoint, thousands, text) => {
  expect(formatFixed(value, { decimals, decimalPoint, thousands })).toBe(text);
});

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileDateReader, isInstant } from '../date-format.ts';
import { TransformError } from '../errors.ts';
import { localFields, toInstant } from '../zone-clock.ts';
import { shownValue } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const amount = (words: string) =>
  ({ type: 'integer', minimum: -1_000_000, maximum: 1_000_000, default: 0, description: words }) as const;

const options = {
  type: 'object',
  properties: {
    years: amount('Years to add; negative goes back.'),
    months: amount('Months to add; the 31st becomes the last day of a shorter month.'),
    days: amount('Days to add, by the calendar of the zone.'),
    hours: amount('Hours to add.'),
    minutes: amount('Minutes to add.'),
    seconds: amount('Seconds to add.'),
    startOf: {
      enum: ['day', 'month', 'year'],
      description: 'Goes to the beginning of the day, month or year first.',
    },
    zone: { type: 'string', minLength: 1, default: 'UTC', description: 'Time zone whose calendar counts.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

export default {
  type: 'add-to-date',
  summary: 'Moves a date by years, months, days or times; gives ISO time in UTC.',
  options,
  examples: [
    { options: { days: 14 }, input: '2025-03-01', output: '2025-03-15T00:00:00.000Z' },
    { options: { months: 1 }, input: '2025-01-31T08:00:00Z', output: '2025-02-28T08:00:00.000Z' },
    {
      options: { days: 1, zone: 'Europe/Berlin' },
      input: '2025-03-29T12:00:00+01:00',
      output: '2025-03-30T10:00:00.000Z',
    },
    { options: { startOf: 'month', days: -1 }, input: '2025-03-15', output: '2025-02-28T00:00:00.000Z' },
    { options: { days: 1 }, input: 'tomorrow', error: '"tomorrow" is no date' },
  ],
  create(given) {
    const read = compileDateReader(undefined, given.zone);
    return (value) => {
      const instant = read(value);
      if (instant === undefined) throw new TransformError(`finds that ${shownValue(value)} is no date`);
      const moved = move(instant, given);
      if (!isInstant(moved)) throw new TransformError('leads to a date beyond all calendars');
      return new Date(moved).toISOString();
    };
  },
} satisfies ValueStep<Options>;

function move(instant: number, given: Options): number {
  const { years, months, days, hours, minutes, seconds, startOf, zone } = given;
  const [year = 0, month = 1, day = 1, ...time] = begin(localFields(instant, zone), startOf);
  const target = year * 12 + (month - 1) + years * 12 + months;
  const place = [Math.floor(target / 12), target - Math.floor(target / 12) * 12 + 1] as const;
  const lastDay = new Date(Date.UTC(place[0], place[1], 0)).getUTCDate();
  const isMonthly = years !== 0 || months !== 0;
  const calendar = toInstant([...place, (isMonthly ? Math.min(day, lastDay) : day) + days, ...time], zone);
  return calendar + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function begin(fields: readonly number[], startOf: Options['startOf']): readonly number[] {
  const [year = 0, month = 1, day = 1] = fields;
  if (startOf === 'day') return [year, month, day, 0, 0, 0, 0];
  if (startOf === 'month') return [year, month, 1, 0, 0, 0, 0];
  return startOf === 'year' ? [year, 1, 1, 0, 0, 0, 0] : fields;
}

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { compileDateReader, compileDateWriter, DATE_FORMAT_WORDS } from '../date-format.ts';
import { TransformError } from '../errors.ts';
import { shownValue } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    to: { type: 'string', minLength: 1, default: 'iso', description: `How it is written: ${DATE_FORMAT_WORDS}.` },
    from: {
      type: 'string',
      minLength: 1,
      description:
        'How it is read, in the same words; without it ISO dates, and epoch seconds or milliseconds by size. "now" takes the present time, whatever the value is.',
    },
    zone: { type: 'string', minLength: 1, default: 'UTC', description: 'Time zone it is written in: "Europe/Berlin".' },
    fromZone: {
      type: 'string',
      minLength: 1,
      default: 'UTC',
      description: 'Time zone of dates that name none themselves.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'format-date',
  summary: 'Reads a date in one form and zone and writes it in another.',
  options,
  examples: [
    {
      options: { to: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' },
      input: '2025-07-01T10:00:00Z',
      output: '01.07.2025 12:00',
    },
    {
      options: { from: 'M/d/yyyy h:mm a', fromZone: 'America/New_York' },
      input: '3/1/2025 5:30 PM',
      output: '2025-03-01T22:30:00.000Z',
    },
    { options: { to: 'epoch-seconds' }, input: '2025-03-01', output: 1740787200 },
    { options: { to: 'EEE, dd MMM yyyy' }, input: 1740787200, output: 'Sat, 01 Mar 2025' },
    { options: { from: 'dd.MM.yyyy' }, input: '31.02.2025', error: '"31.02.2025" is no date' },
  ],
  create({ to, from, zone, fromZone }) {
    const read = from === 'now' ? () => Date.now() : compileDateReader(from, fromZone);
    const write = compileDateWriter(to, zone);
    return (value) => {
      const instant = read(value);
      if (instant === undefined) {
        throw new TransformError(`finds that ${shownValue(value)} is no date${from ? ` of the form "${from}"` : ''}`);
      }
      return write(instant);
    };
  },
} satisfies ValueStep<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { compilePhpDateReader } from '../php/read-date.ts';
import { compilePhpDateWriter } from '../php/write-date.ts';

const options = {
  type: 'object',
  properties: {
    toFormat: { type: 'string', minLength: 1, description: 'Form that is written, in the letters of PHP: d-m-Y H:i.' },
    fromFormat: {
      type: ['string', 'null'],
      default: null,
      description: 'Form that is read, in the same letters; without it ISO dates, seconds and words.',
    },
    toTimezone: { type: ['string', 'null'], default: null, description: 'Time zone that is written.' },
    fromTimezone: { type: ['string', 'null'], default: null, description: 'Time zone of dates that name none.' },
  },
  required: ['toFormat'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'format-date',
  summary: 'Reads a date, also words such as tomorrow, and writes it in another form. An empty value is now.',
  options,
  create({ toFormat, fromFormat, toTimezone, fromTimezone }): MapValue {
    const read = compilePhpDateReader(fromFormat ?? undefined, fromTimezone ?? 'UTC');
    const write = compilePhpDateWriter(toFormat);
    return (value) => {
      const date = read(value, Date.now());
      return write(date.instant, toTimezone ?? date.zone);
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { TransformError } from '../../core/errors.ts';
import { compilePhpDateReader } from '../php/read-date.ts';

const options = {
  type: 'object',
  properties: {
    format: { type: ['string', 'null'], default: null, description: 'Form, in the letters of PHP: d-m-Y H:i.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'format-date-time',
  summary: 'Holds for a text that is a date with a time: as in RFC 3339, or in a form of its own.',
  options,
  create({ format }): Condition {
    if (format === null || format === '') return (value) => typeof value === 'string' && isDateTime(value);
    const read = compilePhpDateReader(format, 'UTC');
    return (value) => typeof value === 'string' && value !== '' && canRead(read, value);
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

function isDateTime(text: string): boolean {
  const isWritten = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text);
  return isWritten && !Number.isNaN(Date.parse(text.replace(' ', 'T')));
}

function canRead(read: ReturnType<typeof compilePhpDateReader>, text: string): boolean {
  try {
    read(text, 0);
    return true;
  } catch (error) {
    if (error instanceof TransformError) return false;
    throw error;
  }
}

import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-upper-words',
  summary: 'Writes the first letter of every word as a capital; words have white space between them.',
  options,
  create: (): MapValue => (value) =>
    toText(value).replace(
      /(^|[ \t\r\n\f\v])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
} satisfies Part<MapValue>;

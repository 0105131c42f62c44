import type { JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

export default {
  type: 'string-lower-first',
  summary: 'Writes the first letter of a text small.',
  options,
  create: (): MapValue => (value) => {
    const [first = '', ...rest] = toText(value);
    return first.toLowerCase() + rest.join('');
  },
} satisfies Part<MapValue>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    append: { type: 'string', default: '', description: 'What is put after it.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-append',
  summary: 'Puts a text after the value.',
  options,
  create({ append }, { text }): MapValue {
    const suffix = text(append, 'append');
    return (value, root, run) => toText(value) + suffix(root, run);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

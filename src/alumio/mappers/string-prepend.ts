import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    prepend: { type: 'string', default: '', description: 'What is put before it.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-prepend',
  summary: 'Puts a text before the value.',
  options,
  create({ prepend }, { text }): MapValue {
    const prefix = text(prepend, 'prepend');
    return (value, root, run) => prefix(root, run) + toText(value);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

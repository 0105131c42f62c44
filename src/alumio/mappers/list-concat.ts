import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    glue: { type: 'string', default: '', description: 'Text between them.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-concat',
  summary: 'Makes one text of the values of an array, as list-implode does.',
  options,
  create({ glue }): MapValue {
    return (value) => (value instanceof Map ? [...value.values()].map(toText).join(glue) : value);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

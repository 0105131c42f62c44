import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { listOf } from '../php/array.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    separator: { type: 'string', minLength: 1, default: ',', description: 'Text between the parts.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'string-split',
  summary: 'Makes a list of the parts of a text.',
  options,
  create({ separator }): MapValue {
    return (value) => listOf(toText(value).split(separator));
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { MapValue, Part } from '../part.ts';
import type { PhpArray } from '../php/array.ts';
import { arrayMerge } from '../php/merge.ts';

const options = {
  type: 'object',
  properties: {
    array: { type: ['object', 'array'], description: 'What is added; may hold placeholders.' },
  },
  required: ['array'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-extend-with',
  summary: 'Adds the values of another array: those with text keys replace, the others are put at the end.',
  options,
  create({ array }, { fill }): MapValue {
    const added = fill(array as Json, 'array');
    return (value, root, run) => (value instanceof Map ? arrayMerge([value, added(root, run) as PhpArray]) : value);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

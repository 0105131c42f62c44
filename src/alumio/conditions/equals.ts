import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { Condition, Part } from '../part.ts';
import { fromJson } from '../php/array.ts';
import { isIdentical } from '../php/compare.ts';

const options = {
  type: 'object',
  properties: {
    value: { default: null, description: 'Value to compare with.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'equals',
  summary: 'Holds for exactly this value: "1" is not 1.',
  options,
  create({ value: given }): Condition {
    const wanted = fromJson(given as Json);
    return (value) => isIdentical(value, wanted);
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

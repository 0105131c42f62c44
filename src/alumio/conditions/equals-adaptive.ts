import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { Condition, Part } from '../part.ts';
import { fromJson } from '../php/array.ts';
import { isLooselyEqual } from '../php/compare.ts';

const options = {
  type: 'object',
  properties: {
    value: { default: null, description: 'Value to compare with.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'equals-adaptive',
  summary: 'Holds for this value in any type: "1" is 1, null is nothing.',
  options,
  create({ value: given }): Condition {
    const wanted = fromJson(given as Json);
    return (value) => isLooselyEqual(value, wanted);
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

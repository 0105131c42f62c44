import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { Condition, Part } from '../part.ts';
import { fromJson } from '../php/array.ts';
import { isIdentical } from '../php/compare.ts';

const options = {
  type: 'object',
  properties: {
    value: { type: 'array', description: 'Values to compare with.' },
  },
  required: ['value'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'not-one-of',
  summary: 'Holds for none of these values.',
  options,
  create({ value: given }): Condition {
    const wanted = given.map((each) => fromJson(each as Json));
    return (value) => !wanted.some((each) => isIdentical(value, each));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

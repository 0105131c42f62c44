import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { Condition, Part } from '../part.ts';
import { fromJson } from '../php/array.ts';
import { isIdentical } from '../php/compare.ts';

const options = {
  type: 'object',
  properties: {
    value: { default: null, description: 'Value to look for.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'list-contains',
  summary: 'Holds for an array that has this value, of the same type.',
  options,
  create({ value: given }): Condition {
    const wanted = fromJson(given as Json);
    return (list) => list instanceof Map && [...list.values()].some((item) => isIdentical(item, wanted));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

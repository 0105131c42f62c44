import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Condition, Part } from '../part.ts';
import { isList } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    strict: { type: 'boolean', default: false, description: 'Only for a list, whose keys are 0, 1, 2 …' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'type-array',
  summary: 'Holds for an array.',
  options,
  create({ strict }): Condition {
    return (value) => value instanceof Map && (!strict || isList(value));
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

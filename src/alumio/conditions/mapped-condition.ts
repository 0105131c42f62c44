import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { type Condition, CONDITIONS, MAPPERS, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    mappers: MAPPERS,
    conditions: CONDITIONS,
  },
  required: ['conditions'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'mapped-condition',
  summary: 'Holds where conditions do for what mappers make of the value; it stays as it is.',
  options,
  create({ mappers, conditions }, context): Condition {
    const map = context.mappers(mappers, 'mappers');
    const holds = context.conditions(conditions, 'conditions');
    return (value, run) => holds(map(value, value, run), run);
  },
} satisfies Part<Condition, FromSchema<typeof options>>;

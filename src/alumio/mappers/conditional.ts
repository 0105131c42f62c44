import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { CONDITIONS, MAPPERS, type MapValue, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    conditions: CONDITIONS,
    mappers: MAPPERS,
    elseMappers: MAPPERS,
  },
  // One that is given in words not known here must not hold always.
  required: ['conditions'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'conditional',
  summary: 'Applies mappers where conditions hold, and others where they do not.',
  options,
  create({ conditions, mappers, elseMappers }, context): MapValue {
    const holds = context.conditions(conditions, 'conditions');
    const [then, otherwise] = [context.mappers(mappers, 'mappers'), context.mappers(elseMappers, 'elseMappers')];
    return (value, root, run) => (holds(value, run) ? then : otherwise)(value, root, run);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

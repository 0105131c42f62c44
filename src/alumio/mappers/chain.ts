import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { MAPPERS, type MapValue, type Part } from '../part.ts';

const options = {
  type: 'object',
  properties: {
    mappers: MAPPERS,
  },
  required: ['mappers'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'chain',
  summary: 'Applies mappers one after the other.',
  options,
  create({ mappers }, context): MapValue {
    return context.mappers(mappers, 'mappers');
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

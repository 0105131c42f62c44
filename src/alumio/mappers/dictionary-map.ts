import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { MapValue, Part } from '../part.ts';
import { copyOf, fromJson } from '../php/array.ts';
import { COMPARATORS, isIdentical } from '../php/compare.ts';

const options = {
  type: 'object',
  properties: {
    map: {
      type: 'array',
      items: { type: 'array', minItems: 2, maxItems: 2 },
      description: 'Pairs of value and what it becomes: [["parent", "parentCode"]].',
    },
    comparator: {
      enum: ['equals', 'equals-adaptive', 'not-equals', 'not-equals-adaptive'],
      default: 'equals',
      description:
        'equals: same type and value; equals-adaptive: "1" is 1. With "not-" a pair is taken where they differ.',
    },
  },
  required: ['map'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'dictionary-map',
  summary: 'Replaces values by a table; what is not in it stays.',
  options,
  create({ map, comparator }): MapValue {
    const isSame = COMPARATORS.get(comparator) ?? isIdentical;
    const pairs = map.map(([from, to]) => [fromJson(from as Json), fromJson(to as Json)] as const);
    return (value) => {
      const pair = pairs.find(([from]) => isSame(value, from));
      return pair ? copyOf(pair[1]) : value;
    };
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

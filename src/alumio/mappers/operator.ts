import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { MapValue, Part } from '../part.ts';
import { compileOperator, OPERATOR_NAMES } from '../php/operators.ts';

const options = {
  type: 'object',
  properties: {
    operator: { enum: OPERATOR_NAMES, description: 'What is done with them.' },
  },
  required: ['operator'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'operator',
  summary: 'Applies an operator to the values of a list, from the first to the last.',
  options,
  create({ operator }): MapValue {
    const apply = compileOperator(operator);
    return (value) => (value instanceof Map ? apply([...value.values()]) : value);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

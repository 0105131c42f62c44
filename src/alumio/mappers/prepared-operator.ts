import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Json } from '../../core/record.ts';
import type { MapValue, Part } from '../part.ts';
import { compileOperator, OPERATOR_NAMES } from '../php/operators.ts';

const options = {
  type: 'object',
  properties: {
    left: { description: 'First value.' },
    right: { description: 'Second value.' },
    operator: { enum: OPERATOR_NAMES, description: 'What is done with them.' },
  },
  required: ['left', 'right', 'operator'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'prepared-operator',
  summary: 'Applies an operator to two values; in their placeholders "@" is the value.',
  options,
  create({ left, right, operator }, { fill }): MapValue {
    const apply = compileOperator(operator);
    const [first, second] = [fill(left as Json, 'left'), fill(right as Json, 'right')];
    return (value, _, run) => apply([first(value, run), second(value, run)]);
  },
} satisfies Part<MapValue, FromSchema<typeof options>>;

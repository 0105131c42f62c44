import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { ConfigError } from '../errors.ts';
import { calculateNumber, NUMBER_OPERATORS } from '../operators.ts';
import type { Json } from '../record.ts';
import { compileTemplate } from '../templates.ts';
import { numberOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    operator: {
      enum: [...NUMBER_OPERATORS, 'absolute', 'negate'],
      description: 'What is done with the value, and with "by" as the second number.',
    },
    by: {
      type: ['number', 'string'],
      description: 'Second number: a number, or a template over the record such as "&{quantity}".',
    },
  },
  required: ['operator'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'math',
  summary: 'Calculates with a number; decimals come out without noise.',
  options,
  examples: [
    { options: { operator: 'multiply', by: '&{quantity}' }, input: '2.5', record: { quantity: 3 }, output: 7.5 },
    { options: { operator: 'add', by: 0.2 }, input: 0.1, output: 0.3 },
    { options: { operator: 'absolute' }, input: -4, output: 4 },
    { options: { operator: 'divide', by: 0 }, input: 1, error: 'division by zero' },
  ],
  create({ operator, by }, { variable }) {
    if (operator === 'absolute') return (value) => Math.abs(numberOf(value));
    if (operator === 'negate') return (value) => 0 - numberOf(value);
    if (by === undefined) throw new ConfigError('ERR_INVALID', `needs "by" for the operator "${operator}"`);
    const second = operand(by, variable);
    return (value, record) => calculateNumber(operator, numberOf(value), second(record));
  },
} satisfies ValueStep<FromSchema<typeof options>>;

function operand(by: number | string, variable: (name: string) => string | undefined): (record: Json) => number {
  if (typeof by === 'number') return () => by;
  const { evaluate } = compileTemplate(by, { variables: variable, at: 'by' });
  return (record) => numberOf(evaluate(record));
}

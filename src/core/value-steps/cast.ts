import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { CAST, compileCast } from '../casts.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: { to: CAST },
  required: ['to'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'cast',
  summary: 'Makes a value into another type.',
  options,
  examples: [
    { options: { to: 'number' }, input: '12.50', output: 12.5 },
    { options: { to: 'boolean' }, input: 'Yes', output: true },
    { options: { to: 'date' }, input: '2025-03-01 10:00', output: '2025-03-01T10:00:00.000Z' },
    { options: { to: 'list' }, input: { sku: 'A' }, output: [{ sku: 'A' }] },
    { options: { to: 'integer' }, input: '7.9', output: 7 },
    { options: { to: 'number' }, input: 'NaN', error: '"NaN" is not a number' },
  ],
  create({ to }) {
    return compileCast(to);
  },
} satisfies ValueStep<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { getPath, parsePath } from '../field-path.ts';
import { listOf } from '../value-kinds.ts';
import type { ValueStep } from '../value-step.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: 'Path inside each item, e.g. "sku" or "product.id".' },
    keepMissing: {
      type: 'boolean',
      default: false,
      description: 'Gives null for items without it, in place of nothing.',
    },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'pluck',
  summary: 'Makes a list of one field of each item.',
  options,
  examples: [
    { options: { field: 'sku' }, input: [{ sku: 'A' }, {}, { sku: 'B' }], output: ['A', 'B'] },
    { options: { field: 'p.id', keepMissing: true }, input: [{ p: { id: 1 } }, {}], output: [1, null] },
  ],
  create({ field, keepMissing }) {
    const path = parsePath(field);
    return (value) =>
      listOf(value)
        .map((item) => getPath(item, path) ?? (keepMissing ? null : undefined))
        .filter((item) => item !== undefined);
  },
} satisfies ValueStep<FromSchema<typeof options>>;

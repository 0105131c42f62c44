import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transform, TransformerContext } from '../core/component.ts';
import { partContext } from './part-context.ts';
import { CONDITIONS } from './part.ts';
import { phpStep } from './php-step.ts';
import { compileTransfer } from './php/transfer.ts';

/** Options of the steps that bring values from where a pattern finds them to another place. */
export const PATTERN_TRANSFER = {
  type: 'object',
  properties: {
    pattern: { type: 'string', minLength: 1, description: 'Pattern of the values: "products.*.name".' },
    replacement: {
      type: 'string',
      description: 'Path where they go; "$1" is what the first "*" stood for: "names.$1".',
    },
    conditions: CONDITIONS,
  },
  required: ['pattern', 'replacement'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Compiles a copy or a move by pattern. */
export function compilePatternTransfer(
  { pattern, replacement, conditions }: FromSchema<typeof PATTERN_TRANSFER>,
  { removes }: { readonly removes: boolean },
  context: TransformerContext,
): Transform {
  const holds = partContext(context).conditions(conditions, 'conditions');
  return phpStep(compileTransfer({ pattern, replacement, removes }, holds));
}

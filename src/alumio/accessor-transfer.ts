import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transform, TransformerContext } from '../core/component.ts';
import { keyedEntries } from './keyed-entries.ts';
import { partContext } from './part-context.ts';
import { ACCESSOR } from './part.ts';
import { phpStep } from './php-step.ts';
import { copyOf } from './php/array.ts';
import { stripped } from './php/pattern.ts';

/** Options of the steps that bring values from one form into another. */
export const ACCESSOR_TRANSFER = {
  type: 'object',
  properties: {
    source: ACCESSOR,
    destination: ACCESSOR,
    stripEnclosures: {
      type: 'boolean',
      default: true,
      description:
        'A key with a dot in it becomes a path: { "a.b": 1 } goes to a and there to b. Without this the key stays one.',
    },
  },
  required: ['source', 'destination'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Compiles a step that brings values from where `source` finds them to `destination`; a move takes them away there. */
export function compileAccessorTransfer(
  { source, destination, stripEnclosures }: FromSchema<typeof ACCESSOR_TRANSFER>,
  { removes }: { readonly removes: boolean },
  context: TransformerContext,
): Transform {
  const parts = partContext(context);
  const from = parts.accessor(source, 'source');
  const to = parts.accessor(destination, 'destination');
  return phpStep((root) => {
    const entries = keyedEntries(root, from.read(root));
    if (removes) from.remove(root, entries);
    return to.addAt(
      root,
      entries.map(({ name, value }) => [stripEnclosures ? stripped(name) : name, copyOf(value)] as const),
    );
  });
}

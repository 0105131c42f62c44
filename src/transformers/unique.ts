import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { changeLists } from '../core/change-lists.ts';
import { GLOB_WORDS } from '../core/glob-path.ts';
import { compileKey, uniqueBy } from '../core/list-operations.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: `Path of the list. ${GLOB_WORDS}.` },
    by: {
      type: 'string',
      minLength: 1,
      description: 'Path inside the items to tell them apart by; without it all of them.',
    },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'unique',
  summary: 'Keeps the first of equal items in lists of the record.',
  options,
  examples: [
    {
      title: 'Each tag once',
      options: { field: 'tags' },
      input: { tags: ['a', 'b', 'a'] },
      output: [{ tags: ['a', 'b'] }],
    },
    {
      title: 'Each article once',
      options: { field: 'lines', by: 'sku' },
      input: {
        lines: [
          { sku: 'A', n: 1 },
          { sku: 'A', n: 2 },
        ],
      },
      output: [{ lines: [{ sku: 'A', n: 1 }] }],
    },
  ],
  create({ field, by }) {
    const keyOf = compileKey(by);
    return changeLists(field, (list) => uniqueBy(list, keyOf));
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { changeLists } from '../core/change-lists.ts';
import { GLOB_WORDS } from '../core/glob-path.ts';
import { compileSort } from '../core/list-operations.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: `Path of the list. ${GLOB_WORDS}.` },
    by: {
      type: 'string',
      minLength: 1,
      description: 'Path inside the items to sort by; without it the items themselves.',
    },
    order: { enum: ['ascending', 'descending'], default: 'ascending', description: 'Which comes first.' },
    numeric: { type: 'boolean', default: false, description: 'Takes texts that are numbers as numbers.' },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'sort',
  summary: 'Puts lists of the record in order; items without a value come last.',
  options,
  examples: [
    {
      title: 'Lines by position',
      options: { field: 'lines', by: 'pos' },
      input: { lines: [{ pos: 2 }, {}, { pos: 1 }] },
      output: [{ lines: [{ pos: 1 }, { pos: 2 }, {}] }],
    },
    {
      title: 'Plain values, largest first',
      options: { field: 'sizes', order: 'descending', numeric: true },
      input: { sizes: ['9', '10'] },
      output: [{ sizes: ['10', '9'] }],
    },
    {
      title: 'What is no list fails the record',
      options: { field: 'a' },
      input: { a: 1 },
      error: 'Field "a" is not a list',
    },
  ],
  create({ field, by, order, numeric }) {
    return changeLists(field, compileSort(by, order, numeric));
  },
} satisfies Transformer<FromSchema<typeof options>>;

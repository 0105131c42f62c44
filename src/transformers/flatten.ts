import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { changeLists } from '../core/change-lists.ts';
import { GLOB_WORDS } from '../core/glob-path.ts';
import { flattenList } from '../core/list-operations.ts';

const options = {
  type: 'object',
  properties: {
    field: { type: 'string', minLength: 1, description: `Path of the list. ${GLOB_WORDS}.` },
    depth: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'How many levels of lists are opened.',
    },
  },
  required: ['field'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'flatten',
  summary: 'Lifts the items of lists inside a list out of them.',
  options,
  examples: [
    {
      title: 'One list of several',
      options: { field: 'pages' },
      input: { pages: [[{ id: 1 }], [{ id: 2 }, { id: 3 }]] },
      output: [{ pages: [{ id: 1 }, { id: 2 }, { id: 3 }] }],
    },
    {
      title: 'Two levels',
      options: { field: 'tree', depth: 2 },
      input: { tree: [1, [2, [3, [4]]]] },
      output: [{ tree: [1, 2, 3, [4]] }],
    },
  ],
  create({ field, depth }) {
    return changeLists(field, (list) => flattenList(list, depth));
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { FILTERS } from '../part.ts';
import { fromJson } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    filters: FILTERS,
  },
  required: ['filters'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-filter',
  summary: 'Keeps the records for which conditions hold and drops the others.',
  options,
  examples: [
    {
      title: 'Keeps those that are published',
      options: {
        filters: [
          {
            type: 'value-condition-v2',
            accessor: { type: 'pattern', pattern: 'published' },
            conditions: [{ type: 'one-of', value: [true, 1] }],
          },
        ],
      },
      input: { published: true },
      output: [{ published: true }],
    },
    {
      title: 'What is not there is dropped',
      options: {
        filters: [
          {
            type: 'value-condition-v2',
            accessor: { type: 'pattern', pattern: 'published' },
            conditions: [{ type: 'not-equals', value: false }],
          },
        ],
      },
      input: { id: 7 },
      output: [],
    },
  ],
  create({ filters }, context) {
    const holds = partContext(context).filters(filters, 'filters');
    return (record, run) => {
      const isKept = holds(fromJson(record), run);
      return isKept instanceof Promise ? isKept.then((kept) => (kept ? [record] : [])) : isKept ? [record] : [];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

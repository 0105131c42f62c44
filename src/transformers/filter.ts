import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';

const options = {
  type: 'object',
  properties: { when: WHEN },
  required: ['when'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'filter',
  summary: 'Keeps the records for which a condition holds and drops the others.',
  options,
  examples: [
    {
      title: 'Keeps an open ticket',
      options: { when: { field: 'status_id', notIn: [8, 9] } },
      input: { id: 1, status_id: 1 },
      output: [{ id: 1, status_id: 1 }],
    },
    {
      title: 'Drops what does not match',
      options: {
        when: {
          all: [
            { field: 'client.id', exists: true },
            { field: 'priority', atMost: 2 },
          ],
        },
      },
      input: { id: 1, priority: 1 },
      output: [],
    },
    {
      title: 'A condition written as an expression',
      options: { when: "&{contains(tags, 'vip') && priority < `3`}" },
      input: { tags: ['vip'], priority: 1 },
      output: [{ tags: ['vip'], priority: 1 }],
    },
  ],
  create({ when }) {
    const holds = compileCondition(when, 'when');
    return (record, run) => (holds(record, run.variables) ? [record] : []);
  },
} satisfies Transformer<FromSchema<typeof options>>;

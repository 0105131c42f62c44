import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';

const options = {
  type: 'object',
  properties: {
    when: WHEN,
    then: { type: 'array', items: { type: 'object' }, description: 'Steps for records for which the condition holds.' },
    else: {
      type: 'array',
      items: { type: 'object' },
      default: [],
      description: 'Steps for the others; without them they go on as they are.',
    },
  },
  required: ['when', 'then'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'conditional',
  summary: 'Runs one list of steps or another, as a condition decides for each record.',
  options,
  examples: [
    {
      title: 'Marks urgent tickets only',
      options: { when: { field: 'priority', atMost: 1 }, then: [{ type: 'set', fields: { urgent: true } }] },
      input: { priority: 1 },
      output: [{ priority: 1, urgent: true }],
    },
    {
      title: 'Without "else" the others go on unchanged',
      options: { when: { field: 'priority', atMost: 1 }, then: [{ type: 'set', fields: { urgent: true } }] },
      input: { priority: 3 },
      output: [{ priority: 3 }],
    },
    {
      title: 'A missing field leads to "else"',
      options: {
        when: { field: 'client.vip', equals: true },
        then: [],
        else: [{ type: 'set', fields: { queue: 'normal' } }],
      },
      input: { id: 7 },
      output: [{ id: 7, queue: 'normal' }],
    },
    {
      title: 'A failing step names its place',
      options: { when: { field: 'id', exists: false }, then: [{ type: 'fail', message: 'A ticket without id' }] },
      input: { summary: 'Printer' },
      error: 'A ticket without id',
    },
  ],
  create(given, context) {
    const holds = compileCondition(given.when, 'when');
    const whenTrue = context.chain(given.then, 'then');
    const whenFalse = context.chain(given.else, 'else');
    return (record) => (holds(record) ? whenTrue(record) : whenFalse(record));
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';

const options = {
  type: 'object',
  properties: {
    when: WHEN,
    then: { type: 'array', items: { type: 'object' }, description: 'Steps for records for which the condition holds.' },
    elseIf: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          when: WHEN,
          then: { type: 'array', items: { type: 'object' }, description: 'Steps where this condition holds.' },
        },
        required: ['when', 'then'],
        additionalProperties: false,
      },
      default: [],
      description: 'Further conditions, tried in order where those before do not hold.',
    },
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
      title: 'Several conditions, of which the first that holds counts',
      options: {
        when: { field: 'priority', atMost: 1 },
        then: [{ type: 'set', fields: { level: 'high' } }],
        elseIf: [{ when: { field: 'priority', atMost: 3 }, then: [{ type: 'set', fields: { level: 'normal' } }] }],
        else: [{ type: 'set', fields: { level: 'low' } }],
      },
      input: { priority: 2 },
      output: [{ priority: 2, level: 'normal' }],
    },
    {
      title: 'A failing step names its place',
      options: { when: { field: 'id', exists: false }, then: [{ type: 'fail', message: 'A ticket without id' }] },
      input: { summary: 'Printer' },
      error: 'A ticket without id',
    },
  ],
  create(given, context) {
    const cases = [
      { holds: compileCondition(given.when, 'when'), chain: context.chain(given.then, 'then') },
      ...given.elseIf.map(({ when, then }, index) => ({
        holds: compileCondition(when, `elseIf[${index}].when`),
        chain: context.chain(then, `elseIf[${index}].then`),
      })),
    ];
    const otherwise = context.chain(given.else, 'else');
    return (record, run) => (cases.find(({ holds }) => holds(record, run.variables))?.chain ?? otherwise)(record, run);
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileCondition, WHEN } from '../core/conditions.ts';
import { transformEach } from '../core/each-record.ts';

const options = {
  type: 'object',
  properties: {
    outputs: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          when: WHEN,
          steps: { type: 'array', items: { type: 'object' }, description: 'Steps of this output.' },
        },
        required: ['steps'],
        additionalProperties: false,
      },
      description: 'Each takes the record as it came, in order: what all of them make goes on.',
    },
  },
  required: ['outputs'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'branch',
  summary: 'Makes several records of one, each by steps of its own.',
  options,
  examples: [
    {
      title: 'A customer and an order of one record',
      options: {
        outputs: [
          { steps: [{ type: 'map', fields: { kind: 'customer', id: '&{client_id}' } }] },
          { steps: [{ type: 'map', fields: { kind: 'order', id: '&{id}' } }] },
        ],
      },
      input: { id: 7, client_id: 12 },
      output: [
        { kind: 'customer', id: 12 },
        { kind: 'order', id: 7 },
      ],
    },
    {
      title: 'An output with a condition',
      options: {
        outputs: [{ steps: [] }, { when: { field: 'vip', equals: true }, steps: [{ type: 'keep', fields: ['id'] }] }],
      },
      input: { id: 7, vip: false },
      output: [{ id: 7, vip: false }],
    },
  ],
  create({ outputs }, context) {
    const branches = outputs.map(({ when, steps }, index) => ({
      holds: when === undefined ? () => true : compileCondition(when, `outputs[${index}].when`),
      chain: context.chain(steps, `outputs[${index}].steps`),
    }));
    return (record, run) => {
      const taken = branches.filter(({ holds }) => holds(record, run.variables));
      let next = 0;
      const { variables } = run;
      // One after the other, as everywhere: each "record" of the loop is the same one, for the next branch.
      return transformEach(
        (each) => {
          run.variables = variables;
          return taken[next++]?.chain(each, run) ?? [];
        },
        taken.map(() => record),
        run,
        (results) => results.flat(),
      );
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transform, Transformer } from '../../core/component.ts';
import type { StepRun } from '../../core/step-run.ts';
import { partContext } from '../part-context.ts';
import { FILTERS } from '../part.ts';
import { fromJson, type Php } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    filters: FILTERS,
    then: { type: 'array', items: { type: 'object' }, description: 'Steps where they hold.' },
    elseCases: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          filters: FILTERS,
          then: { type: 'array', items: { type: 'object' }, description: 'Steps of this case.' },
        },
        required: ['filters', 'then'],
        additionalProperties: false,
      },
      default: [],
      description: 'Further cases, tried in order.',
    },
    else: { type: 'array', items: { type: 'object' }, default: [], description: 'Steps for the others.' },
  },
  required: ['filters', 'then'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-conditional',
  summary: 'Runs steps where conditions hold, else those of the first other case that does, else others.',
  options,
  examples: [
    {
      title: 'A list becomes a text',
      options: {
        filters: [
          {
            type: 'value-condition-v2',
            accessor: { type: 'pattern', pattern: 'value' },
            conditions: [{ type: 'type-array', strict: true }],
          },
        ],
        then: [
          {
            type: 'alumio-value-mapper',
            accessor: { type: 'pattern', pattern: 'value' },
            mappers: [{ type: 'list-implode', glue: ',' }],
          },
        ],
      },
      input: { value: ['a', 'b'] },
      output: [{ value: 'a,b' }],
    },
    {
      title: 'What is not there holds in no condition',
      options: {
        filters: [
          {
            type: 'value-condition-v2',
            accessor: { type: 'pattern', pattern: 'id' },
            conditions: [{ type: 'not-equals', value: null }],
          },
        ],
        then: [],
        else: [{ type: 'set', fields: { isNew: true } }],
      },
      input: { name: 'A' },
      output: [{ name: 'A', isNew: true }],
    },
  ],
  create(given, context) {
    const parts = partContext(context);
    const cases = [
      { holds: parts.filters(given.filters, 'filters'), chain: context.chain(given.then, 'then') },
      ...given.elseCases.map(({ filters, then }, index) => ({
        holds: parts.filters(filters, `elseCases[${index}].filters`),
        chain: context.chain(then, `elseCases[${index}].then`),
      })),
    ];
    const otherwise = context.chain(given.else, 'else');
    const choose = (root: Php, index: number, run: StepRun): Transform | Promise<Transform> => {
      const next = cases[index];
      if (!next) return otherwise;
      const holds = next.holds(root, run);
      if (holds instanceof Promise) return holds.then((each) => (each ? next.chain : choose(root, index + 1, run)));
      return holds ? next.chain : choose(root, index + 1, run);
    };
    return (record, run) => {
      const chain = choose(fromJson(record), 0, run);
      return chain instanceof Promise ? chain.then((each) => each(record, run)) : chain(record, run);
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

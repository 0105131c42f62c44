import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { keyedEntries } from '../keyed-entries.ts';
import { partContext } from '../part-context.ts';
import { ACCESSOR, CONDITIONS } from '../part.ts';
import { phpStep } from '../php-step.ts';

const options = {
  type: 'object',
  properties: {
    accessor: ACCESSOR,
    conditions: CONDITIONS,
  },
  required: ['accessor'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-value-filter',
  summary: 'Removes values for which conditions hold; other keys of a list stay as they are.',
  options,
  examples: [
    {
      title: 'Without conditions all that are meant go',
      options: { accessor: { type: 'key', keys: ['_config'] } },
      input: { id: 7, _config: {} },
      output: [{ id: 7 }],
    },
    {
      title: 'Empty values',
      options: {
        accessor: { type: 'key' },
        conditions: [
          {
            type: 'logic-or',
            conditions: [
              { type: 'equals', value: [] },
              { type: 'equals', value: null },
            ],
          },
        ],
      },
      input: { id: 0, site: null, tags: [], note: '' },
      output: [{ id: 0, note: '' }],
    },
  ],
  create({ accessor, conditions }, context) {
    const parts = partContext(context);
    const { read, remove } = parts.accessor(accessor, 'accessor');
    const holds = parts.conditions(conditions, 'conditions');
    return phpStep((root, run) => {
      remove(
        root,
        keyedEntries(root, read(root)).filter(({ value }) => holds(value, run)),
      );
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;

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
  type: 'alumio-key-filter',
  summary: 'Removes keys for which conditions hold; other keys of a list stay as they are.',
  options,
  examples: [
    {
      title: 'Without conditions all that are meant go',
      options: { accessor: { type: 'key', keys: ['_config'] } },
      input: { id: 7, _config: {} },
      output: [{ id: 7 }],
    },
    {
      title: 'Keys by their names',
      options: { accessor: { type: 'key' }, conditions: [{ type: 'one-of', value: ['a', 'b'] }] },
      input: { a: 1, c: 2 },
      output: [{ c: 2 }],
    },
  ],
  create({ accessor, conditions }, context) {
    const parts = partContext(context);
    const { read, remove } = parts.accessor(accessor, 'accessor');
    const holds = parts.conditions(conditions, 'conditions');
    return phpStep((root, run) => {
      remove(
        root,
        keyedEntries(root, read(root)).filter(({ key }) => holds(key, run)),
      );
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;

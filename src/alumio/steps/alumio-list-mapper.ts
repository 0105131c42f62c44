import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { ACCESSOR, MAPPERS } from '../part.ts';
import { phpStep } from '../php-step.ts';
import { copyOf } from '../php/array.ts';

const options = {
  type: 'object',
  properties: {
    accessor: ACCESSOR,
    mappers: MAPPERS,
  },
  required: ['accessor'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-list-mapper',
  summary: 'Applies mappers to all values that are meant, as one array.',
  options,
  examples: [
    {
      title: 'Only these fields of the record',
      options: {
        accessor: { type: 'pattern' },
        mappers: [{ type: 'list-intersect-keys', array: { id: 1, title: 1 } }],
      },
      input: { id: 7, title: 'Pen', note: 'x' },
      output: [{ id: 7, title: 'Pen' }],
    },
    {
      title: 'A list without gaps',
      options: { accessor: { type: 'key', root: 'lines' }, mappers: [{ type: 'list-values' }] },
      input: { lines: { '1': 'b', '3': 'd' } },
      output: [{ lines: ['b', 'd'] }],
    },
  ],
  create({ accessor, mappers }, context) {
    const parts = partContext(context);
    const { list, replace } = parts.accessor(accessor, 'accessor');
    const map = parts.mappers(mappers, 'mappers');
    return phpStep((root, run) => {
      const values = list(root);
      return values === undefined ? root : replace(root, map(copyOf(values), root, run));
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { partContext } from '../part-context.ts';
import { ACCESSOR, MAPPERS } from '../part.ts';
import { phpStep } from '../php-step.ts';

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
  type: 'alumio-value-mapper',
  summary: 'Applies mappers to values.',
  options,
  examples: [
    {
      title: 'A list of what an object holds',
      options: { accessor: { type: 'pattern', pattern: 'lines' }, mappers: [{ type: 'list-values' }] },
      input: { lines: { b: 1, a: 2 } },
      output: [{ lines: [1, 2] }],
    },
    {
      title: 'A value of every item',
      options: {
        accessor: { type: 'pattern', pattern: 'lines.*.sku' },
        mappers: [{ type: 'string-append', append: '-1' }],
      },
      input: { lines: [{ sku: 'A' }, {}] },
      output: [{ lines: [{ sku: 'A-1' }, []] }],
    },
  ],
  create({ accessor, mappers }, context) {
    const parts = partContext(context);
    const { read, put } = parts.accessor(accessor, 'accessor');
    const map = parts.mappers(mappers, 'mappers');
    return phpStep((root, run) =>
      read(root).reduce((current, entry) => put(current, entry, map(entry.value, current, run)), root),
    );
  },
} satisfies Transformer<FromSchema<typeof options>>;

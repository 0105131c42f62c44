import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { keyedEntries } from '../keyed-entries.ts';
import { partContext } from '../part-context.ts';
import { ACCESSOR, MAPPERS } from '../part.ts';
import { phpStep } from '../php-step.ts';
import type { PhpArray } from '../php/array.ts';
import { getAt } from '../php/pattern.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    accessor: ACCESSOR,
    mappers: MAPPERS,
    stripEnclosures: {
      type: 'boolean',
      default: true,
      description: 'Kept from Alumio; keys never get quotes around them here.',
    },
  },
  required: ['accessor'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-key-mapper',
  summary: 'Applies mappers to keys; the order stays.',
  options,
  examples: [
    {
      title: 'Other names for some keys',
      options: { accessor: { type: 'key' }, mappers: [{ type: 'dictionary-map', map: [['parent', 'parentCode']] }] },
      input: { parent: 'A', id: 7 },
      output: [{ parentCode: 'A', id: 7 }],
    },
    {
      title: 'Keys of objects in a list',
      options: { accessor: { type: 'pattern', pattern: 'lines.*.*' }, mappers: [{ type: 'string-upper' }] },
      input: { lines: [{ sku: 'A' }] },
      output: [{ lines: [{ SKU: 'A' }] }],
    },
  ],
  create({ accessor, mappers }, context) {
    const parts = partContext(context);
    const { read } = parts.accessor(accessor, 'accessor');
    const map = parts.mappers(mappers, 'mappers');
    return phpStep((root, run) => {
      const names = new Map<PhpArray, Map<string, string>>();
      for (const { path, key } of keyedEntries(root, read(root))) {
        const inside = getAt(root, path.slice(0, -1));
        if (!(inside instanceof Map)) continue;
        const renamed = names.get(inside) ?? new Map<string, string>();
        names.set(inside, renamed.set(path.at(-1) ?? '', toText(map(path.at(-1) ?? key, root, run))));
      }
      for (const [inside, renamed] of names) rename(inside, renamed);
      return root;
    });
  },
} satisfies Transformer<FromSchema<typeof options>>;

/** Gives keys other names in place; of two that become the same the later one wins. */
function rename(array: PhpArray, names: ReadonlyMap<string, string>): void {
  const entries = [...array];
  array.clear();
  for (const [key, value] of entries) array.set(names.get(key) ?? key, value);
}

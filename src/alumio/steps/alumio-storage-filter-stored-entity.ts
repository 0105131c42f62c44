import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../../core/component.ts';
import { createHash } from 'node:crypto';
import { TransformError } from '../../core/errors.ts';
import { fromJson, type Php, toJson } from '../php/array.ts';
import { COMPARATORS, isIdentical } from '../php/compare.ts';
import { getAt, type Keys, parseKeys } from '../php/pattern.ts';
import { toText } from '../php/scalars.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    key: {
      type: 'array',
      items: { type: 'string' },
      default: [],
      description: 'Paths of what tells records apart; without any it is all of the record.',
    },
    comparator: {
      enum: ['equals', 'equals-adaptive'],
      default: 'equals',
      description: 'equals: same types and order; equals-adaptive: "1" is 1, order does not matter.',
    },
    addEntityToStorage: { type: 'boolean', default: false, description: 'Writes what goes on into the storage.' },
  },
  required: ['storage'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'alumio-storage-filter-stored-entity',
  summary: 'Drops records that are stored already as they are; writes the others there.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'One that is stored as it is',
      options: { storage: 'seen', key: ['id'] },
      given: { storages: { seen: { '7': { id: 7 } } } },
      input: { id: 7 },
      output: [],
    },
    {
      title: 'One that is not is written there',
      options: { storage: 'seen', key: ['id'], addEntityToStorage: true },
      input: { id: 7 },
      output: [{ id: 7 }],
      leaves: { seen: { '7': { id: 7 } } },
    },
    {
      title: 'Without its key a record fails',
      options: { storage: 'seen', key: ['code'] },
      input: { id: 7 },
      error: 'Field "code" is missing',
    },
  ],
  create({ storage, key, comparator, addEntityToStorage }) {
    const paths = key.map((text) => ({ text, path: parseKeys(text) }));
    const isSame = COMPARATORS.get(comparator) ?? isIdentical;
    return async (record, run) => {
      const root = fromJson(record);
      const name = keyOf(root, paths);
      const known = await run.entry(storage, name);
      if (known !== undefined && isSame(root, fromJson(known))) return [];
      if (addEntityToStorage) run.save(storage, name, toJson(root));
      return [record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function keyOf(root: Php, paths: readonly { readonly text: string; readonly path: Keys }[]): string {
  if (paths.length === 0)
    return createHash('sha256')
      .update(JSON.stringify(toJson(root)))
      .digest('hex');
  const parts = paths.map(({ text, path }) => {
    const value = getAt(root, path);
    if (value === undefined || value === null)
      throw new TransformError(`Field "${text}" is missing`, { field: text }, 'ERR_FIELD_MISSING');
    return toText(value);
  });
  return parts.join('|');
}

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { formatPath, parsePath } from '../core/field-path.ts';
import { compileGlob, GLOB_WORDS } from '../core/glob-path.ts';
import { compileKey } from '../core/list-operations.ts';
import { RecordDraft } from '../core/record-draft.ts';
import type { Json } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    field: {
      type: 'string',
      minLength: 1,
      description: `Path of the items, with a "*" for each of them: "lines.*". ${GLOB_WORDS}.`,
    },
    by: { type: 'string', minLength: 1, description: 'Path inside an item of the value that they are grouped by.' },
    to: { type: 'string', minLength: 1, description: 'Path where the groups go.' },
    as: {
      enum: ['object', 'list'],
      default: 'object',
      description: 'An object of key → items, or a list of { "key", "items" }.',
    },
  },
  required: ['field', 'by', 'to'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'group',
  summary: 'Collects items of a record in groups that have a value in common.',
  options,
  examples: [
    {
      title: 'Lines by warehouse',
      options: { field: 'lines.*', by: 'warehouse', to: 'byWarehouse' },
      input: {
        lines: [
          { sku: 'A', warehouse: 'x' },
          { sku: 'B', warehouse: 'y' },
          { sku: 'C', warehouse: 'x' },
        ],
      },
      output: [
        {
          lines: [
            { sku: 'A', warehouse: 'x' },
            { sku: 'B', warehouse: 'y' },
            { sku: 'C', warehouse: 'x' },
          ],
          byWarehouse: {
            x: [
              { sku: 'A', warehouse: 'x' },
              { sku: 'C', warehouse: 'x' },
            ],
            y: [{ sku: 'B', warehouse: 'y' }],
          },
        },
      ],
    },
    {
      title: 'As a list, in place of the items',
      options: { field: 'values.*', by: 'name', to: 'values', as: 'list' },
      input: {
        values: [
          { name: 'size', v: 1 },
          { name: 'size', v: 2 },
        ],
      },
      output: [
        {
          values: [
            {
              key: 'size',
              items: [
                { name: 'size', v: 1 },
                { name: 'size', v: 2 },
              ],
            },
          ],
        },
      ],
    },
    {
      title: 'An item without the value fails the record',
      options: { field: 'lines.*', by: 'warehouse', to: 'groups' },
      input: { lines: [{ sku: 'A' }] },
      error: 'Field "lines[0].warehouse" is missing',
    },
  ],
  create({ field, by, to, as }) {
    const find = compileGlob(field);
    const keyOf = compileKey(by);
    const target = parsePath(to);
    return (record) => {
      const groups = new Map<string, { key: Json; items: Json[] }>();
      for (const { path, value } of find(record)) {
        const key = keyOf(value);
        if (key === undefined || typeof key === 'object') {
          const place = `${formatPath(path)}.${by}`;
          const message = `Field "${place}" is ${key === undefined ? 'missing' : 'no plain value to group by'}`;
          throw new TransformError(message, { field: place });
        }
        const group = groups.get(String(key));
        if (group) group.items.push(value);
        else groups.set(String(key), { key, items: [value] });
      }
      const draft = new RecordDraft(record);
      draft.set(target, as === 'list' ? [...groups.values()] : Object.fromEntries(entriesOf(groups)));
      return [draft.record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

function entriesOf(groups: ReadonlyMap<string, { readonly items: readonly Json[] }>): [string, Json][] {
  return [...groups].map(([key, { items }]) => [key, items]);
}

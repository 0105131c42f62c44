import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { TransformError } from '../core/errors.ts';
import { compileGlob, GLOB_WORDS } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import { isRecord, type DataRecord } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';

const options = {
  type: 'object',
  properties: {
    children: { type: 'string', minLength: 1, description: `Path of the children inside a parent. ${GLOB_WORDS}.` },
    fields: {
      type: 'object',
      minProperties: 1,
      description: 'Fields that each child gets: values and templates over its parent.',
    },
    recursive: {
      type: 'boolean',
      default: true,
      description: 'Goes on with the children of the children, at the same path inside each.',
    },
    keepExisting: { type: 'boolean', default: false, description: 'Fields that a child has already stay as they are.' },
  },
  required: ['children', 'fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** How deep children may have children. */
const MAX_DEPTH = 100;

export default {
  type: 'inherit',
  summary: 'Copies values of a parent to its children, and to theirs.',
  options,
  examples: [
    {
      title: 'Gives each price the currency of the record',
      options: { children: 'prices.*', fields: { currency: '&{currency}' } },
      input: { currency: 'EUR', prices: [{ net: 1 }, { net: 2 }] },
      output: [
        {
          currency: 'EUR',
          prices: [
            { net: 1, currency: 'EUR' },
            { net: 2, currency: 'EUR' },
          ],
        },
      ],
    },
    {
      title: 'Down a whole tree',
      options: { children: 'children.*', fields: { root: '&{root || id}' } },
      input: { id: 1, children: [{ id: 2, children: [{ id: 3 }] }] },
      output: [{ id: 1, children: [{ id: 2, root: 1, children: [{ id: 3, root: 1 }] }] }],
    },
    {
      title: 'A field that is there stays',
      options: { children: 'lines.*', fields: { unit: 'pcs' }, keepExisting: true },
      input: { lines: [{ unit: 'kg' }, {}] },
      output: [{ lines: [{ unit: 'kg' }, { unit: 'pcs' }] }],
    },
  ],
  create({ children, fields, recursive, keepExisting }, { variable }) {
    const find = compileGlob(children);
    const { evaluate } = compileTemplate(fields as DataRecord, { variables: variable, at: 'fields' });
    return (record, { variables }) => [descend(record, 0, variables)];

    function descend(parent: DataRecord, depth: number, variables: DataRecord): DataRecord {
      const matches = find(parent).filter(({ value }) => isRecord(value));
      if (matches.length === 0) return parent;
      if (depth === MAX_DEPTH) throw new TransformError(`Children are nested deeper than ${MAX_DEPTH} levels`);
      // The template is an object, so what it gives is one too.
      const given = evaluate(parent, variables) as DataRecord;
      const draft = new RecordDraft(parent);
      for (const { path, value } of matches) {
        const child = keepExisting ? { ...given, ...(value as DataRecord) } : { ...(value as DataRecord), ...given };
        draft.set(path, recursive ? descend(child, depth + 1, variables) : child);
      }
      return draft.record;
    }
  },
} satisfies Transformer<FromSchema<typeof options>>;

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { compileGlob, GLOB_WORDS } from '../core/glob-path.ts';
import { RecordDraft } from '../core/record-draft.ts';
import type { DataRecord } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    fields: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: `Paths of the fields to remove, one after the other: "client.notes", "lines[0]". ${GLOB_WORDS}.`,
    },
  },
  required: ['fields'],
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'remove',
  summary: 'Removes fields; one that is not there is no error.',
  options,
  examples: [
    {
      title: 'Removes a field and a nested one',
      options: { fields: ['internal', 'client.notes', 'nowhere'] },
      input: { id: 7, internal: true, client: { id: 12, notes: 'x' } },
      output: [{ id: 7, client: { id: 12 } }],
    },
    {
      title: 'Patterns: a field of every line, and all that begin with "_"',
      options: { fields: ['lines.*.note', '_*'] },
      input: { _links: {}, lines: [{ sku: 'A', note: 'x' }, { sku: 'B' }] },
      output: [{ lines: [{ sku: 'A' }, { sku: 'B' }] }],
    },
    {
      title: 'Items after a removed one move up',
      options: { fields: ['lines[0]'] },
      input: { lines: ['A', 'B'] },
      output: [{ lines: ['B'] }],
    },
  ],
  create({ fields }) {
    const globs = fields.map(compileGlob);
    return (record) => [globs.reduce(removeMatches, record)];
  },
} satisfies Transformer<FromSchema<typeof options>>;

function removeMatches(record: DataRecord, find: ReturnType<typeof compileGlob>): DataRecord {
  const matches = find(record);
  if (matches.length === 0) return record;
  const draft = new RecordDraft(record);
  for (const { path } of matches) draft.remove(path);
  return draft.record;
}

import { createHash } from 'node:crypto';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Transformer } from '../core/component.ts';
import { canonicalText } from '../core/canonical-text.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import { getPath, parsePath } from '../core/field-path.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { RecordDraft } from '../core/record-draft.ts';
import { whenKnown } from '../core/step-run.ts';
import { compileEntry, ENTRY_OPTIONS } from '../core/storage-key.ts';

const options = {
  type: 'object',
  properties: {
    ...ENTRY_OPTIONS,
    fields: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      description: 'Paths of the fields that count; the whole record by default.',
    },
    ignore: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description: 'Paths of fields that do not count, such as the time of the last change.',
    },
    ttl: { ...DURATION, description: 'After this time a record counts as changed. As the storage says by default.' },
  },
  required: ['storage', 'key'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Fingerprint of { "name": "A" }. */
const HASH_OF_A = createHash('sha256').update('{"name":"A"}').digest('hex');

export default {
  type: 'filter-unchanged',
  summary:
    'Leaves out records whose fields are as they were when they last came through: in an outgoing when they last arrived, elsewhere when they were last read.',
  usesPlatform: true,
  options,
  examples: [
    {
      title: 'A record that is new goes on, and is remembered',
      options: { storage: 'sent', key: '&{id}', fields: ['name'] },
      given: { storages: { sent: {} } },
      input: { id: 7, name: 'A', seen: 1 },
      output: [{ id: 7, name: 'A', seen: 1 }],
      leaves: { sent: { '7': HASH_OF_A } },
    },
    {
      title: 'One whose fields are the same does not',
      options: { storage: 'sent', key: '&{id}', ignore: ['id', 'seen'] },
      given: { storages: { sent: { '7': HASH_OF_A } } },
      input: { id: 7, name: 'A', seen: 2 },
      output: [],
      leaves: {},
    },
  ],
  create({ storage, key, fields, ignore, ttl }, context) {
    const { keyOf, ttlSeconds } = compileEntry({ storage, key }, context);
    const chosen = fields?.map((name) => ({ name, path: parsePath(name) }));
    const ignored = ignore.map(parsePath);
    const seconds = ttl === undefined ? ttlSeconds : parseDuration(ttl) / 1000;
    const counts = (record: DataRecord): Json => {
      const draft = new RecordDraft(record);
      for (const path of ignored) draft.remove(path);
      if (!chosen) return draft.record;
      return Object.fromEntries(chosen.map(({ name, path }) => [name, getPath(draft.record, path) ?? null]));
    };
    return (record, run) => {
      const name = keyOf(record, run);
      const hash = createHash('sha256')
        .update(canonicalText(counts(record)))
        .digest('hex');
      return whenKnown(run.entry(storage, name), (before) => {
        if (before === hash) return [];
        run.save(storage, name, hash, seconds);
        return [record];
      });
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

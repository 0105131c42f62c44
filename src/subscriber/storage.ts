import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { IntegrationContext, ReadRequest, SourcePage, SubscriberComponent } from '../connector/subscribing.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import type { ReadEntry } from '../core/storage-entries.ts';
import { type DataRecord, isRecord, type Json } from '../core/record.ts';

const options = {
  type: 'object',
  properties: {
    storage: { type: 'string', minLength: 1, description: 'Identifier of the storage.' },
    mode: {
      enum: ['full', 'incremental'],
      default: 'incremental',
      description:
        'full: every entry of every run. incremental: those that were written since the last run and are new or changed.',
    },
    overlap: {
      ...DURATION,
      default: '10m',
      description: 'How far two runs look back over each other: an import is seen as a whole when it is done.',
    },
    groupSize: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      description:
        'Makes one record of so many entries: { key, value }, where "value" is an object of the entries by their keys and "key" the first of them.',
    },
  },
  required: ['storage'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

const PAGE = 500;

export default {
  type: 'storage',
  summary: 'Reads the entries of a storage as records { key, value }, in the order of their keys.',
  options,
  create(given: Options, context: IntegrationContext) {
    const storage = context.storage(given.storage);
    const times = new WeakMap<DataRecord, number>();
    const limit = given.groupSize ?? PAGE;

    function rowOf({ key, value, updatedAt }: ReadEntry): DataRecord {
      const record = { key, value: JSON.parse(value) as Json };
      times.set(record, updatedAt);
      return record;
    }

    function grouped(entries: readonly ReadEntry[]): DataRecord[] {
      const [first] = entries;
      if (!first) return [];
      const value = Object.fromEntries(entries.map((entry) => [entry.key, JSON.parse(entry.value) as Json]));
      const record = { key: first.key, value };
      times.set(record, Math.max(...entries.map(({ updatedAt }) => updatedAt)));
      return [record];
    }

    async function* read({ since, position }: ReadRequest, signal: AbortSignal): AsyncGenerator<SourcePage> {
      // An interrupted page is read again, from the entry before its first.
      let after = isRecord(position) ? ((position['after'] as string | null) ?? undefined) : undefined;
      for (;;) {
        signal.throwIfAborted();
        const entries = await storage.changed({ after, since, limit });
        const rows = given.groupSize === undefined ? entries.map(rowOf) : grouped(entries);
        yield { rows, announced: undefined, position: { after: after ?? null }, at: undefined };
        if (entries.length < limit) return;
        after = entries.at(-1)?.key;
      }
    }
    return {
      mode: given.mode,
      hasDelta: true,
      lookBackMs: parseDuration(given.overlap),
      keyOf: (record) => record['key'] as string,
      changedAt: (record) => times.get(record),
      read,
    };
  },
} satisfies SubscriberComponent<Options>;

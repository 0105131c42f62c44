import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { IntegrationContext, ReadRequest, SourcePage, SubscriberComponent } from '../connector/subscribing.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
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

    async function* read({ since, position }: ReadRequest, signal: AbortSignal): AsyncGenerator<SourcePage> {
      // An interrupted page is read again, from the entry before its first.
      let after = isRecord(position) ? ((position['after'] as string | null) ?? undefined) : undefined;
      for (;;) {
        signal.throwIfAborted();
        const entries = await storage.changed({ after, since, limit: PAGE });
        const rows = entries.map(({ key, value, updatedAt }) => {
          const record = { key, value: JSON.parse(value) as Json };
          times.set(record, updatedAt);
          return record;
        });
        yield { rows, announced: undefined, position: { after: after ?? null }, at: undefined };
        if (entries.length < PAGE) return;
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

import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { recordKey } from '../connector/record-key.ts';
import type { SubscriberComponent } from '../connector/subscribing.ts';

const options = {
  type: 'object',
  properties: {
    key: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: ['id'],
      description: 'Fields that together are the key of a record; none compares records by their content alone.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

export default {
  type: 'webhook',
  summary: 'Reads nothing: its records come by the webhook of the incoming.',
  options,
  create: ({ key }) => ({
    mode: 'incremental',
    hasDelta: false,
    isPartial: true,
    lookBackMs: 0,
    keyOf: (record) => recordKey(record, { key, name: 'webhook' }),
    changedAt: () => undefined,
    async *read() {
      yield* await Promise.resolve([]);
    },
  }),
} satisfies SubscriberComponent<FromSchema<typeof options>>;

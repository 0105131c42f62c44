import type { JSONSchema } from 'json-schema-to-ts';
import type { Publisher, PublisherComponent } from '../connector/publishing/types.ts';

const options = { type: 'object', properties: {}, additionalProperties: false } as const satisfies JSONSchema;

const BATCH = 100;

export default {
  type: 'none',
  summary:
    'Sends nothing: what the steps before it have done is all. For chains that write to storages or call by themselves.',
  options,
  create(): Publisher {
    return {
      batchSize: BATCH,
      onUncertain: 'resend',
      async send(batch, { beforeSend }) {
        await beforeSend();
        return batch.map(() => ({ kind: 'done' }));
      },
      plan: (batch) =>
        Promise.resolve(batch.map(() => ({ action: 'skip', reason: 'Nothing is sent; steps alone do something' }))),
    };
  },
} satisfies PublisherComponent;

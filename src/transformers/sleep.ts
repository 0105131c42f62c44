import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { setTimeout as wait } from 'node:timers/promises';
import type { Transformer } from '../core/component.ts';
import { DURATION, parseDuration } from '../core/duration.ts';
import { ConfigError } from '../core/errors.ts';

const options = {
  type: 'object',
  properties: {
    for: {
      ...DURATION,
      description:
        'How long: 500ms, 2s; at most 30s. To stay within a limit of calls use "limits" of the client instead.',
    },
  },
  required: ['for'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Longest pause of one record; a worker is held for as long. */
const MAX_MS = 30_000;

export default {
  type: 'sleep',
  summary: 'Waits before each record goes on.',
  options,
  examples: [
    { title: 'A short pause', options: { for: '5ms' }, input: { id: 7 }, output: [{ id: 7 }] },
    { title: 'No pause', options: { for: '0ms' }, input: { id: 7 }, output: [{ id: 7 }] },
  ],
  create(given) {
    const durationMs = parseDuration(given.for);
    if (durationMs > MAX_MS) throw new ConfigError('ERR_INVALID', `waits ${given.for}; at most 30s are allowed`);
    return async (record) => {
      await wait(durationMs);
      return [record];
    };
  },
} satisfies Transformer<FromSchema<typeof options>>;

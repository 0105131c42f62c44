import type { JSONSchema } from 'json-schema-to-ts';
import type { RunRow } from '../store/runs.ts';
import { isoOrNull, readStored } from './json-text.ts';

const COUNT = { type: 'integer' } as const;

/** A run as the API answers it. */
export const RUN_SCHEMA = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    incoming: { type: 'string' },
    status: { enum: ['running', 'succeeded', 'failed', 'cancelled'] },
    mode: { enum: ['full', 'incremental'] },
    cause: { type: 'string', description: 'What started it: "api", "schedule", …' },
    cancelRequested: { type: 'boolean', description: 'Asked to stop; it does after its page.' },
    announced: { type: ['integer', 'null'], description: 'Records the source announced; null where it does not say.' },
    received: COUNT,
    new: COUNT,
    unchanged: COUNT,
    repeated: { ...COUNT, description: 'Rows that came a second time.' },
    deleted: { ...COUNT, description: 'Known records that the source has no more.' },
    pages: COUNT,
    startedAt: { type: 'string' },
    finishedAt: { type: ['string', 'null'] },
    error: { type: 'object', additionalProperties: true },
    tasks: { type: 'object', additionalProperties: COUNT, description: 'Its tasks by state; of a single run only.' },
  },
  required: ['id', 'incoming', 'status', 'announced', 'received', 'new', 'unchanged', 'startedAt', 'finishedAt'],
} as const satisfies JSONSchema;

/** Shows a run. */
export function runAnswer(row: RunRow): Record<string, unknown> {
  const {
    id,
    incoming,
    status,
    mode,
    cause,
    cancelled,
    announced,
    received,
    fresh,
    unchanged,
    repeated,
    deleted,
    pages,
  } = row;
  return {
    id: String(id),
    incoming,
    status,
    mode,
    cause,
    cancelRequested: cancelled,
    announced,
    received,
    new: fresh,
    unchanged,
    repeated,
    deleted,
    pages,
    startedAt: isoOrNull(row.createdAt),
    finishedAt: isoOrNull(row.finishedAt),
    ...(row.error !== null && { error: readStored(row.error) }),
  };
}

import type { JSONSchema } from 'json-schema-to-ts';
import { TASK_STATES } from '../core/task.ts';
import type { NewExchange } from '../store/exchanges.ts';
import type { TaskRow } from '../store/task-reads.ts';
import { isoOrNull, readStored } from './json-text.ts';

/** A task as lists answer it. */
export const TASK_SCHEMA = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    route: { type: 'string' },
    incoming: { type: 'string' },
    run: { type: 'string' },
    key: { type: 'string', description: 'Key of the source record; a split record has "#1", "#2", … behind it.' },
    state: { enum: TASK_STATES },
    attempts: { type: 'integer' },
    uncertain: { type: 'boolean', description: 'An earlier try may have arrived without us knowing.' },
    targetId: { type: ['string', 'null'], description: 'Id of the record in the target, once it is known.' },
    error: { type: 'object', additionalProperties: true },
    nextAt: { type: 'string', description: 'Not tried before this instant.' },
    createdAt: { type: 'string' },
    updatedAt: { type: 'string' },
    errorGroup: { type: 'string', description: 'Group of errors that it failed with.' },
    delivery: { type: 'string', description: 'Delivery of a webhook that it came with; its run is "0".' },
    editedAt: { type: 'string', description: 'When a person changed its record last.' },
  },
  required: ['id', 'route', 'incoming', 'run', 'key', 'state', 'attempts', 'createdAt', 'updatedAt'],
} as const satisfies JSONSchema;

/** Shows a task without its record. */
export function taskAnswer(row: TaskRow): Record<string, unknown> {
  const { id, route, incoming, run, key, state, attempts, uncertain, targetId } = row;
  const isOpen = state === 'new' || state === 'retrying';
  return {
    ...{ id: String(id), route, incoming, run: String(run), key, state, attempts, uncertain, targetId },
    ...(row.error !== null && { error: readStored(row.error) }),
    ...(isOpen && row.nextAt > 0 && { nextAt: isoOrNull(row.nextAt) }),
    ...(row.cause !== null && { errorGroup: row.cause }),
    ...(row.delivery !== null && { delivery: row.delivery }),
    ...(row.editedAt !== null && { editedAt: isoOrNull(row.editedAt) }),
    createdAt: isoOrNull(row.createdAt),
    updatedAt: isoOrNull(row.updatedAt),
  };
}

/** Shows a call that was kept: its texts are redacted and cut since they were written. */
export function exchangeAnswer(exchange: NewExchange & { readonly id: number }): Record<string, unknown> {
  const { id, client, at, method, url, status, durationMs, request, answer, error } = exchange;
  return {
    ...{ id: String(id), client, at: isoOrNull(at), method, url, status: status ?? null, durationMs },
    ...{ request: request ?? null, answer: answer ?? null, error: error ?? null },
  };
}

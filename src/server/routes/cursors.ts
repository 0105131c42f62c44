import type { JSONSchema } from 'json-schema-to-ts';
import { readIsoDate } from '../../core/iso-date.ts';
import type { Api } from '../api.ts';
import { auditOf } from '../audit-entry.ts';
import { isoOrNull } from '../json-text.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';
import { notFound, RequestError, requestInvalid } from '../request-error.ts';

const BODY = {
  type: 'object',
  properties: {
    at: {
      type: ['string', 'null'],
      description: 'ISO date and time: what changed since then is read next. null: everything is.',
    },
    reason: { type: 'string', minLength: 1, maxLength: 1000, description: 'Why; it stands in the audit trail.' },
  },
  required: ['at', 'reason'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** How far an incoming has read, and putting that elsewhere: to read again, or to begin later. */
export function cursorRoutes(api: Api, { store: { runs, audit }, configuration }: Platform): void {
  const answer = async (id: string): Promise<object> => {
    const incoming = (await configuration.current()).incomings.get(id);
    if (!incoming) throw notFound(`There is no incoming "${id}" that is valid`);
    const { cursor, updatedAt } = (await runs.findCheckpoint(id)) ?? {};
    const { at } = cursor === undefined ? {} : (JSON.parse(cursor) as { at?: number });
    const { mode, hasDelta, lookBackMs } = incoming.subscriber;
    return {
      at: isoOrNull(at ?? null),
      updatedAt: isoOrNull(updatedAt ?? null),
      lookBackMs,
      /** Whether a run asks for changes at all. */
      isUsed: mode === 'incremental' && hasDelta,
    };
  };

  /** Whether the last run ended with a place of the source's own, such as a delta link. */
  const readsByState = async (id: string): Promise<boolean> => {
    const { cursor = '{}' } = (await runs.findCheckpoint(id)) ?? {};
    return 'state' in (JSON.parse(cursor) as object);
  };

  api.get(
    '/incomings/:id/cursor',
    {
      config: { permission: 'runs:read' },
      schema: { tags: ['runs'], summary: 'How far an incoming has read', params: IDENTIFIER_PARAMS },
    },
    ({ params: { id } }) => answer(id),
  );

  api.put(
    '/incomings/:id/cursor',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['runs'],
        summary: 'Puts the cursor of an incoming elsewhere, for the next run',
        params: IDENTIFIER_PARAMS,
        body: BODY,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { at, reason } = request.body;
      const before = await answer(id);
      const instant = at === null ? null : readIsoDate(at);
      if (instant === undefined) {
        throw requestInvalid([{ path: 'body.at', message: `"${at}" is no date such as 2026-11-01T08:00:00Z` }]);
      }
      const [active] = await runs.list({ incoming: id, status: 'running', limit: 1 });
      if (active) {
        const message = `The incoming "${id}" is running, and would put its cursor over yours; wait or stop the run`;
        throw new RequestError(409, 'ERR_RUN_ACTIVE', message, { run: String(active.id) });
      }
      if (instant !== null && (await readsByState(id))) {
        const message = `"${id}" goes on from a place that its source handed out, and knows no times; null reads everything again`;
        throw requestInvalid([{ path: 'body.at', message }]);
      }
      const cursor = instant === null ? undefined : JSON.stringify({ at: instant });
      const after = { ...before, at: isoOrNull(instant) };
      const entry = auditOf(request, 'cursor.move', `incoming/${id}`, { reason, before, after });
      await runs.moveCheckpoint(id, cursor, (tx) => audit.append(tx, entry));
      return answer(id);
    },
  );
}

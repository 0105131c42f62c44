import type { JSONSchema } from 'json-schema-to-ts';
import { readIsoDate } from '../../core/iso-date.ts';
import type { AuditRow } from '../../store/audit.ts';
import type { Api } from '../api.ts';
import { PAGE_QUERY, readIdCursor, toPage } from '../paging.ts';
import type { Platform } from '../platform.ts';
import { requestInvalid } from '../request-error.ts';
import { isoTime } from '../user-answer.ts';

const READ = { permission: 'audit:read' } as const;
const TEXT = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const INSTANT = { type: 'string', maxLength: 40 } as const;

const AUDIT_QUERY = {
  type: 'object',
  properties: {
    ...PAGE_QUERY,
    actor: { ...TEXT, description: 'Name of a user or token.' },
    action: { ...TEXT, description: 'One action, or what it begins with: `sign-in` has all about signing in.' },
    subject: { ...TEXT, description: 'One subject, or what it begins with: `client` has all clients.' },
    from: { ...INSTANT, description: 'Entries from this instant on.' },
    to: { ...INSTANT, description: 'Entries before this instant.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** The audit trail, for administrators. */
export function auditRoutes(api: Api, { store: { audit } }: Platform): void {
  api.get(
    '/audit',
    { config: READ, schema: { tags: ['access'], summary: 'Who did what, newest first', querystring: AUDIT_QUERY } },
    async ({ query: { limit, cursor, actor, action, subject, from, to } }) => {
      const before = readIdCursor(cursor);
      const times = { from: instantOf('from', from), to: instantOf('to', to) };
      const rows = await audit.list({ ...times, actor, action, subject, before, limit: limit + 1 });
      return toPage(rows, limit, ({ id }) => id, auditAnswer);
    },
  );

  api.get(
    '/audit/verify',
    { config: READ, schema: { tags: ['access'], summary: 'Whether the audit trail is whole, or was tampered with' } },
    async () => {
      const { isWhole, entries, brokenAt } = await audit.verify();
      return { isWhole, entries, brokenAt: brokenAt === null ? null : String(brokenAt) };
    },
  );
}

function instantOf(name: string, text: string | undefined): number | undefined {
  const instant = text === undefined ? undefined : readIsoDate(text);
  if (instant !== undefined || text === undefined) return instant;
  throw requestInvalid([{ path: `query.${name}`, message: `"${text}" is no date such as 2026-11-01T08:00:00Z` }]);
}

function auditAnswer({ id, at, before, after, ...row }: AuditRow): object {
  const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return { id: String(id), at: isoTime(at), ...row, before: json(before), after: json(after) };
}

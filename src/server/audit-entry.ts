import type { FastifyRequest, onSendAsyncHookHandler } from 'fastify';
import type { AuditEntry } from '../store/audit.ts';
import type { Permission } from './permissions.ts';
import { isUnsafe } from './same-origin.ts';

/** Begins an entry of the audit trail for who sent the request. Whoever writes it says so by `request.isAudited`. */
export function auditOf(
  request: FastifyRequest,
  action: string,
  subject: string,
  rest: Pick<AuditEntry, 'reason' | 'before' | 'after'> = {},
): AuditEntry {
  request.isAudited = true;
  return { actor: request.actor?.name ?? '(nobody)', address: request.ip, action, subject, ...rest };
}

/** What only looks, although its method says otherwise. */
const LOOKS: ReadonlySet<Permission | 'public' | undefined> = new Set(['tests:run', 'routes:plan']);

/**
 * Notes every request that changed something, or was refused it, before it is answered: what somebody was told is done
 * stands in the trail. Where the change has a transaction, the entry is in that, and not written here.
 */
export function createAuditHook(record: (entry: AuditEntry) => Promise<void>): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const { permission } = request.routeOptions.config;
    if (!request.actor || request.isAudited || !isUnsafe(request) || LOOKS.has(permission)) return payload;
    const isRefused = reply.statusCode === 403;
    if (reply.statusCode >= 400 && !isRefused) return payload;
    const place = request.url.replace(/\?.*$/s, '').replace(/^\/api\/v1\//, '');
    const action = isRefused ? 'refused' : String(permission).replace(':', '.');
    await record(auditOf(request, action, isRefused ? `${request.method} ${place}` : place));
    return payload;
  };
}

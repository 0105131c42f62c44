import { type Action, type ActionKind, findAction } from '../../connector/actions/action.ts';
import { runAction } from '../../connector/actions/run.ts';
import type { ConnectedClient } from '../../connector/connect.ts';
import type { Json } from '../../core/record.ts';
import type { AuditEntry } from '../../store/audit.ts';
import type { Actor } from '../api.ts';
import { requirePermission } from '../authentication.ts';
import { redactStrings } from '../calling.ts';
import { requireClient } from '../find-client.ts';
import type { Permission } from '../permissions.ts';
import type { Platform } from '../platform.ts';

/** Who makes a call, and how that is noted. */
export interface Caller {
  readonly actor: Actor;
  /** Begins an entry of the audit trail for the request. */
  audit(action: string, subject: string, rest: Pick<AuditEntry, 'reason' | 'after'>): AuditEntry;
}

/** What each kind of action needs; calling any needs the first. */
export const PERMISSION_OF: Readonly<Record<ActionKind, Permission>> = {
  read: 'actions:read',
  write: 'actions:write',
  delete: 'actions:delete',
};

/** An action of a client, found by both names. */
export interface ClientAction {
  readonly client: ConnectedClient;
  readonly action: Action;
}

/**
 * Finds an action of a client.
 *
 * @throws RequestError ERR_NOT_FOUND, ERR_CLIENT_INVALID; ConfigError where there is no such action.
 */
export async function findClientAction(platform: Platform, id: string, name: string): Promise<ClientAction> {
  const client = await requireClient(platform, id);
  return { client, action: findAction(client.connector, name) };
}

/**
 * Makes the call of an action for somebody who may.
 *
 * It stands in the audit trail before it is made: whatever becomes of it, the system may have done it.
 *
 * @throws RequestError ERR_FORBIDDEN
 */
export async function callAction(
  platform: Platform,
  { client, action }: ClientAction,
  input: unknown,
  caller: Caller,
  signal: AbortSignal,
): Promise<Json> {
  requirePermission(caller.actor, PERMISSION_OF[action.kind]);
  const { entity, name } = action.operation;
  const subject = `client/${client.identifier}/${entity.name}.${name}`;
  await platform.store.audit.record(caller.audit(`action.${action.kind}`, subject, { after: auditedInput(input) }));
  const answer = await runAction(client, action, input, signal);
  return redactStrings(answer, (text) => client.inside.http.redact(text));
}

/** Which record it was about; what it holds stays out of the trail. */
function auditedInput(input: unknown): object {
  if (typeof input !== 'object' || input === null) return {};
  return Object.fromEntries(
    Object.entries(input)
      .slice(0, 50)
      .map(([name, value]: [string, unknown]) => [
        name,
        Array.isArray(value) ? `${value.length} items` : shownValue(value),
      ]),
  );
}

function shownValue(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return `${Object.keys(value).length} fields`;
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 199)}…` : value;
}

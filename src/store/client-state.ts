import type { Sealer } from '../core/sealing.ts';
import type { Database } from './database.ts';

/** Places that were not renewed for this long come back. */
const SLOT_LEASE_MS = 6000;
/**
 * How much longer a window is counted than the system counts it. Between us and the system a call takes its time, one
 * call more than another; without it a late one and those of the next window could meet there.
 */
const longer = (perMs: number): number => perMs + Math.min(250, Math.ceil(perMs / 5));
/** The length as the limit has it. */
const asTold = (perMs: number): number => Math.max(perMs - 250, Math.floor(perMs / 1.2));

interface Token {
  readonly accessToken: string;
  readonly expiresAtMs: number;
  readonly scope?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly refreshExpiresAtMs?: number | undefined;
}

/** Where the token of a client is sealed to. */
export function tokenPlace(client: string): string {
  return `client_state/${client}/token`;
}

/** What all workers share about a client: its token, who renews it, what it has spent, how long it has to wait. */
export function clientStateRepository(database: Database, sealer: Sealer) {
  const place = tokenPlace;
  const ensure = async (client: string): Promise<void> => {
    await database.query('INSERT INTO client_state (client) VALUES ($1) ON CONFLICT DO NOTHING', [client]);
  };

  return {
    async read(client: string, key: string): Promise<Token | undefined> {
      const { rows } = await database.query<{ token: string | null }>(
        'SELECT token FROM client_state WHERE client = $1 AND token_key = $2',
        [client, key],
      );
      const token = rows[0]?.token;
      return token ? (JSON.parse(sealer.open({ $sealed: token }, place(client))) as Token) : undefined;
    },

    async claimRenewal(client: string, ms: number): Promise<boolean> {
      await ensure(client);
      const now = Date.now();
      const { rowCount } = await database.query(
        'UPDATE client_state SET renewing_until = $2 WHERE client = $1 AND renewing_until < $3',
        [client, now + ms, now],
      );
      return rowCount > 0;
    },

    async write(client: string, key: string, token: Token): Promise<void> {
      const sealed = sealer.seal(JSON.stringify(token), place(client)).$sealed;
      await database.query(
        `INSERT INTO client_state (client, token_key, token, token_expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (client) DO UPDATE SET token_key = excluded.token_key, token = excluded.token,
           token_expires_at = excluded.token_expires_at, renewing_until = 0`,
        [client, key, sealed, Math.round(token.expiresAtMs)],
      );
    },

    async releaseRenewal(client: string): Promise<void> {
      await database.query('UPDATE client_state SET renewing_until = 0 WHERE client = $1', [client]);
    },

    async discard(client: string, accessToken: string): Promise<void> {
      const { rows } = await database.query<{ token: string | null }>(
        'SELECT token FROM client_state WHERE client = $1',
        [client],
      );
      const sealed = rows[0]?.token;
      if (!sealed) return;
      const stored = JSON.parse(sealer.open({ $sealed: sealed }, place(client))) as Token;
      if (stored.accessToken !== accessToken) return;
      const rest =
        stored.refreshToken === undefined
          ? null
          : sealer.seal(JSON.stringify({ ...stored, expiresAtMs: 0 }), place(client)).$sealed;
      // Compared again in the statement: another worker may have stored a newer one in the meantime.
      await database.query(
        'UPDATE client_state SET token = $3, token_expires_at = 0 WHERE client = $1 AND token = $2',
        [client, sealed, rest],
      );
    },

    /** Takes calls out of every window or none; 0, or the milliseconds to wait. */
    async take(
      client: string,
      windows: readonly { scope?: string; requests: number; perMs: number }[],
      calls = 1,
    ): Promise<number> {
      // Rows are locked in this order by everybody, so that two callers never wait for each other.
      const ordered = windows
        .map(({ scope = '', requests, perMs }) => ({ scope, requests, perMs: longer(perMs) }))
        .sort((a, b) => (a.scope < b.scope ? -1 : a.scope > b.scope ? 1 : a.perMs - b.perMs));
      const { rows } = await database.query<{ wait: number }>(
        'SELECT take_calls($1, $2::text[], $3::bigint[], $4::bigint[], $5::bigint) AS wait',
        [
          client,
          ordered.map((each) => each.scope),
          ordered.map((each) => each.perMs),
          ordered.map((each) => each.requests),
          calls,
        ],
      );
      return rows[0]?.wait ?? 0;
    },

    /** Lends places for calls at the same time; see the migration for how they are divided. */
    async lease(
      client: string,
      scope: string,
      wish: { holder: string; limit: number; wanted: number; busy: number },
    ): Promise<{ granted: number; forMs: number }> {
      const { rows } = await database.query<{ granted: number }>(
        'SELECT lease_slots($1, $2, $3, $4::bigint, $5::bigint, $6::bigint, $7::bigint) AS granted',
        [client, scope, wish.holder, wish.limit, wish.wanted, wish.busy, SLOT_LEASE_MS],
      );
      // Shorter than in the database: a process must stop using them before another gets them.
      return { granted: rows[0]?.granted ?? 0, forMs: SLOT_LEASE_MS - 1000 };
    },

    async pause(client: string, ms: number): Promise<void> {
      await database.query(
        `INSERT INTO client_state (client, paused_until) VALUES ($1, $2)
         ON CONFLICT (client) DO UPDATE SET paused_until = greatest(client_state.paused_until, excluded.paused_until)`,
        [client, Date.now() + Math.round(ms)],
      );
    },

    /** Calls that count at the moment, by the windows that were used, and places lent out. */
    async usage(client: string): Promise<{
      windows: { scope: string; perMs: number; used: number }[];
      slots: { scope: string; inUse: number; holders: number }[];
    }> {
      const now = Date.now();
      const windows = await database.query<{ scope: string; perMs: number; used: number }>(
        `SELECT scope, per_ms AS "perMs", count_calls(slots,
             $2::bigint / greatest(1, per_ms / 60) - ceil(per_ms::numeric / greatest(1, per_ms / 60))::bigint) AS used
         FROM call_window WHERE client = $1 ORDER BY scope, per_ms`,
        [client, now],
      );
      const slots = await database.query<{ scope: string; inUse: number; holders: number }>(
        `SELECT scope, sum(granted)::int AS "inUse", count(*)::int AS holders FROM call_slot
         WHERE client = $1 AND until_at > $2 GROUP BY scope ORDER BY scope`,
        [client, now],
      );
      return {
        windows: windows.rows.map((row) => ({ ...row, perMs: asTold(row.perMs) })),
        slots: slots.rows,
      };
    },

    /** What the client page shows. */
    async status(client: string): Promise<{ pausedUntil: number; tokenExpiresAt: number | null }> {
      const { rows } = await database.query<{ pausedUntil: number; tokenExpiresAt: number | null }>(
        `SELECT paused_until AS "pausedUntil", CASE WHEN token IS NULL THEN NULL ELSE token_expires_at END AS "tokenExpiresAt"
         FROM client_state WHERE client = $1`,
        [client],
      );
      return rows[0] ?? { pausedUntil: 0, tokenExpiresAt: null };
    },
  };
}

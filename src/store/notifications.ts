import type { Database } from './database.ts';

const MESSAGES_KEPT = 100;
/** Things of one kind that are looked at in one go. */
const MOST = 1000;
/** Failures counted at most: more change nothing that is told. */
const MOST_FAILURES = 20_000;

interface State {
  readonly firstAt: number;
  readonly sinceAt: number;
  readonly sentAt: number;
  readonly nextAt: number;
  readonly tries: number;
}

interface MessageRow {
  readonly id: number;
  readonly at: number;
  readonly status: 'sent' | 'failed' | 'test' | 'test-failed';
  readonly count: number;
  readonly httpStatus: number | null;
  readonly durationMs: number;
  readonly title: string;
  readonly error: string | null;
}

/** What people are told: what happened, what of it waits, and what was sent. */
export function notificationRepository(database: Database) {
  return {
    ...readers(database),

    /** Takes a notification for so long; undefined while another process has it. */
    async hold(notification: string, forMs: number): Promise<State | undefined> {
      const now = Date.now();
      const { rows } = await database.query<State>(
        `INSERT INTO notification_state AS s (notification, first_at, since_at, held_until) VALUES ($1, $2, $2, $3)
         ON CONFLICT (notification) DO UPDATE SET held_until = excluded.held_until WHERE s.held_until < $2
         RETURNING first_at AS "firstAt", since_at AS "sinceAt", sent_at AS "sentAt", next_at AS "nextAt", tries`,
        [notification, now, now + forMs],
      );
      return rows[0];
    },

    /** Gives it back; what happens from `sinceAt` on is looked for next time. */
    async release(notification: string, sinceAt: number): Promise<void> {
      await database.query(
        'UPDATE notification_state SET held_until = 0, since_at = greatest(since_at, $2) WHERE notification = $1',
        [notification, sinceAt],
      );
    },

    /** Forgets the state of all others, and what waits for them. */
    async keepOnly(notifications: readonly string[]): Promise<void> {
      const { rowCount } = await database.query(
        'DELETE FROM notification_state WHERE notification <> ALL($1::text[])',
        [notifications],
      );
      if (rowCount > 0)
        await database.query('DELETE FROM notice WHERE notification <> ALL($1::text[])', [notifications]);
    },

    async add(notification: string, notices: readonly { key: string; at: number; body: string }[]): Promise<void> {
      if (notices.length === 0) return;
      await database.query(
        `INSERT INTO notice (notification, key, at, body)
         SELECT $1, key, at, body FROM unnest($2::text[], $3::bigint[], $4::text[]) AS n(key, at, body) ORDER BY at
         ON CONFLICT (notification, key) DO NOTHING`,
        [notification, notices.map(({ key }) => key), notices.map(({ at }) => at), notices.map(({ body }) => body)],
      );
    },

    async lastNoticed(notification: string, keyPrefix: string): Promise<number | undefined> {
      const { rows } = await database.query<{ at: number | null }>(
        'SELECT max(at) AS at FROM notice WHERE notification = $1 AND starts_with(key, $2)',
        [notification, keyPrefix],
      );
      return rows[0]?.at ?? undefined;
    },

    async waiting(notification: string, limit: number) {
      const { rows } = await database.query<{ id: number; body: string; count: number }>(
        `SELECT id, body, (count(*) OVER ())::int AS count FROM notice
         WHERE notification = $1 AND told_at IS NULL ORDER BY id LIMIT $2`,
        [notification, limit],
      );
      const count = rows[0]?.count ?? 0;
      // All that was counted is told by one message, also what is not spelt out in it.
      const { rows: last } = await database.query<{ id: number | null }>(
        'SELECT max(id) AS id FROM notice WHERE notification = $1 AND told_at IS NULL',
        [notification],
      );
      return { bodies: rows.map(({ body }) => body), count, upTo: last[0]?.id ?? 0 };
    },

    /** Notes a message, and what it told as told, in one transaction. */
    note(
      notification: string,
      message: Omit<MessageRow, 'id'>,
      { upTo, nextAt }: { readonly upTo: number; readonly nextAt: number },
    ): Promise<void> {
      return database.transaction(async (tx) => {
        const { at, status, count, httpStatus, durationMs, title, error } = message;
        await tx.query(
          `INSERT INTO notification_message (notification, at, status, count, http_status, duration_ms, title, error)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [notification, at, status, count, httpStatus, durationMs, title, error],
        );
        await tx.query(
          `DELETE FROM notification_message WHERE notification = $1 AND id <= (
             SELECT id FROM notification_message WHERE notification = $1 ORDER BY id DESC OFFSET ${MESSAGES_KEPT} LIMIT 1)`,
          [notification],
        );
        if (status === 'sent') {
          await tx.query('UPDATE notice SET told_at = $3 WHERE notification = $1 AND id <= $2 AND told_at IS NULL', [
            ...[notification, upTo, at],
          ]);
        }
        // A test that arrives shows that what waits may go out at once.
        await tx.query(
          `UPDATE notification_state SET sent_at = CASE WHEN $2 = 'sent' THEN $3 ELSE sent_at END,
             tries = CASE $2 WHEN 'failed' THEN tries + 1 WHEN 'test-failed' THEN tries ELSE 0 END,
             next_at = CASE $2 WHEN 'failed' THEN $4 WHEN 'test-failed' THEN next_at ELSE 0 END
           WHERE notification = $1`,
          [notification, status, at, nextAt],
        );
      });
    },

    /** The last messages, newest first. */
    async messages(notification: string): Promise<MessageRow[]> {
      const { rows } = await database.query<MessageRow>(
        `SELECT id, at, status, count, http_status AS "httpStatus", duration_ms AS "durationMs", title, error
         FROM notification_message WHERE notification = $1 ORDER BY id DESC LIMIT ${MESSAGES_KEPT}`,
        [notification],
      );
      return rows;
    },

    /** How many events wait to be told, and when it is tried next. */
    async standing(notification: string): Promise<{ waiting: number; nextAt: number; sentAt: number; tries: number }> {
      const { rows } = await database.query<{ waiting: number; nextAt: number; sentAt: number; tries: number }>(
        `SELECT next_at AS "nextAt", sent_at AS "sentAt", tries, (SELECT count(*)::int FROM notice n
           WHERE n.notification = s.notification AND told_at IS NULL) AS waiting
         FROM notification_state s WHERE notification = $1`,
        [notification],
      );
      return rows[0] ?? { waiting: 0, nextAt: 0, sentAt: 0, tries: 0 };
    },
  };
}

/** What has happened, as the rest of the store knows it. Each reading uses an index over what is rare. */
function readers(database: Database) {
  return {
    async failedRuns(since: number) {
      const { rows } = await database.query<{ id: number; incoming: string; error: string | null; finishedAt: number }>(
        `SELECT id, incoming, error, finished_at AS "finishedAt" FROM run
         WHERE status = 'failed' AND finished_at > $1 ORDER BY finished_at LIMIT ${MOST}`,
        [since],
      );
      return rows;
    },

    /** Incidents that are open, and those that ended since. */
    async incidents(since: number) {
      const { rows } = await database.query<{
        id: number;
        subject: string;
        state: string;
        message: string;
        startedAt: number;
        endedAt: number | null;
        note: string | null;
      }>(
        `SELECT id, subject, state, message, started_at AS "startedAt", ended_at AS "endedAt", note FROM incident
         WHERE ended_at IS NULL
         UNION ALL SELECT id, subject, state, message, started_at, ended_at, note FROM incident WHERE ended_at > $1
         ORDER BY 1 LIMIT ${MOST}`,
        [since],
      );
      return rows;
    },

    /** Causes that are new, and those that a person marked as mended and that came back. */
    async newCauses(since: number) {
      const { rows } = await database.query<{
        id: string;
        message: string;
        route: string | null;
        target: string | null;
        firstAt: number;
        resolvedAt: number;
      }>(
        `SELECT id, message, route, target, first_at AS "firstAt", 0 AS "resolvedAt" FROM error_group g
         WHERE first_at > $1 AND state <> 'ignored' AND EXISTS (SELECT 1 FROM task t WHERE t.cause = g.id)
         UNION ALL SELECT id, message, route, target, first_at, state_at FROM error_group g
         WHERE state = 'resolved' AND EXISTS (SELECT 1 FROM task t WHERE t.cause = g.id AND t.updated_at > g.state_at)
         ORDER BY 5 LIMIT ${MOST}`,
        [since],
      );
      return rows;
    },

    async failures(since: number) {
      const { rows } = await database.query<{ route: string; count: number }>(
        `SELECT route, count(*)::int AS count FROM (
           SELECT route FROM task WHERE state = 'failed' AND updated_at > $1 ORDER BY updated_at DESC LIMIT ${MOST_FAILURES}) t
         GROUP BY route`,
        [since],
      );
      return rows;
    },

    /** When something was last read by an incoming, by a run that succeeded or a delivery. */
    async lastReading(incoming: string): Promise<number | undefined> {
      const { rows } = await database.query<{ at: number | null }>(
        `SELECT greatest(
           (SELECT finished_at FROM run WHERE incoming = $1 AND status = 'succeeded' ORDER BY id DESC LIMIT 1),
           (SELECT at FROM delivery WHERE incoming = $1 AND status < 300 ORDER BY id DESC LIMIT 1)) AS at`,
        [incoming],
      );
      return rows[0]?.at ?? undefined;
    },
  };
}

import { coalesce } from '../core/coalesce.ts';
import type { Database } from './database.ts';

/** Batches whose links are read together at most, and how long they may wait for each other, milliseconds. */
const MOST_ASKED = 200;
const GATHER_MS = 10;

/** Where matches are remembered: the entity of one client, by the values of these fields. */
export interface MatchScope {
  readonly client: string;
  readonly entity: string;
  /** Field names, joined: `key_field` or `client_id,name`. */
  readonly fields: string;
}

/** How far an index of target records is complete, epoch milliseconds: by the target's clock, and by ours. */
export interface MatchScan {
  readonly scannedAt: number;
  readonly refreshedAt: number;
}

/** One target record by the values of its match fields. */
export interface MatchEntry {
  readonly value: string;
  readonly targetId: string;
}

/** Whose link is asked for. */
export interface LinkPlace {
  /** The outgoing, and the system that it writes to: see `targetMemory`. */
  readonly outgoing: string;
  readonly key: string;
}

/** What we know of targets: links learnt from answers, and an index of target records by match fields. */
export function linkRepository(database: Database) {
  const readTargets = coalesce(
    (asked: readonly (readonly LinkPlace[])[]) => targetsOfAll(database, asked),
    MOST_ASKED,
    GATHER_MS,
  );
  return {
    /** Target ids of source keys on an outgoing. What several batches ask for at the same time is read together. */
    async links(outgoing: string, keys: readonly string[]): Promise<Map<string, string>> {
      if (keys.length === 0) return new Map();
      const targets = await readTargets(keys.map((key) => ({ outgoing, key })));
      return new Map(keys.flatMap((key, index) => (targets[index] === undefined ? [] : [[key, targets[index]]])));
    },

    /** Target ids of keys of several outgoings; undefined where none was learnt. */
    targetsOf: (places: readonly LinkPlace[]) => readTargets(places),

    /** Source keys that these target records belong to, by target id: the first where several do. */
    async owners(outgoing: string, targetIds: readonly string[]): Promise<Map<string, string>> {
      if (targetIds.length === 0) return new Map();
      const { rows } = await database.query<{ targetId: string; key: string }>(
        `SELECT target_id AS "targetId", min(key) AS key FROM link
         WHERE outgoing = $1 AND target_id = ANY($2::text[]) GROUP BY target_id`,
        [outgoing, targetIds],
      );
      return new Map(rows.map(({ targetId, key }) => [targetId, key]));
    },

    /** Takes links over that were learnt under another name, where nothing is known under the new one; tells how many. */
    async takeOver(to: string, from: string): Promise<number> {
      const { rows } = await database.query<{ key: string }>(
        `INSERT INTO link SELECT $1, key, target_id, updated_at FROM link WHERE outgoing = $2
         ON CONFLICT (outgoing, key) DO NOTHING RETURNING key`,
        [to, from],
      );
      return rows.length;
    },

    /** How many keys have a link under one name and none under another. */
    async countOnlyIn(name: string, other: string): Promise<number> {
      const { rows } = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM link l WHERE outgoing = $1
           AND NOT EXISTS (SELECT 1 FROM link o WHERE o.outgoing = $2 AND o.key = l.key)`,
        [name, other],
      );
      return rows[0]?.count ?? 0;
    },

    /** The name that begins like this under which something was learnt last, without one of them. */
    async latest(start: string, without: string): Promise<string | undefined> {
      const { rows } = await database.query<{ outgoing: string }>(
        `SELECT outgoing FROM link WHERE starts_with(outgoing, $1) AND outgoing <> $2
         GROUP BY outgoing ORDER BY max(updated_at) DESC LIMIT 1`,
        [start, without],
      );
      return rows[0]?.outgoing;
    },

    /** Which of these names have links. */
    async known(outgoings: readonly string[]): Promise<string[]> {
      const { rows } = await database.query<{ outgoing: string }>(
        `SELECT o.outgoing FROM unnest($1::text[]) AS o(outgoing)
         WHERE EXISTS (SELECT 1 FROM link WHERE link.outgoing = o.outgoing)`,
        [outgoings],
      );
      return rows.map(({ outgoing }) => outgoing);
    },

    /** Forgets what is kept under a name. */
    async drop(outgoing: string): Promise<void> {
      await database.query('DELETE FROM link WHERE outgoing = $1', [outgoing]);
    },

    /** Forgets a target record that is gone: its link and what it was matched by. */
    async forgetTarget(outgoing: string, key: string, client: string, entity: string, targetId: string): Promise<void> {
      await database.query('DELETE FROM link WHERE outgoing = $1 AND key = $2', [outgoing, key]);
      await database.query('DELETE FROM match_entry WHERE client = $1 AND entity = $2 AND target_id = $3', [
        client,
        entity,
        targetId,
      ]);
    },

    /** How far the index is complete; undefined before the first scan. */
    async scan(scope: MatchScope): Promise<MatchScan | undefined> {
      const { rows } = await database.query<MatchScan>(
        `SELECT scanned_at AS "scannedAt", refreshed_at AS "refreshedAt" FROM match_scan
         WHERE client = $1 AND entity = $2 AND fields = $3`,
        [scope.client, scope.entity, scope.fields],
      );
      return rows[0];
    },

    async writeScan(scope: MatchScope, { scannedAt, refreshedAt }: MatchScan): Promise<void> {
      await database.query(
        `INSERT INTO match_scan VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (client, entity, fields) DO UPDATE SET
           scanned_at = greatest(match_scan.scanned_at, excluded.scanned_at),
           refreshed_at = greatest(match_scan.refreshed_at, excluded.refreshed_at)`,
        [scope.client, scope.entity, scope.fields, Math.round(scannedAt), Math.round(refreshedAt)],
      );
    },

    /** Remembers target records. */
    async addMatches(scope: MatchScope, entries: readonly MatchEntry[]): Promise<void> {
      if (entries.length === 0) return;
      await database.query(
        `INSERT INTO match_entry (client, entity, fields, value, target_id)
         SELECT DISTINCT $1, $2, $3, m.value, m.target_id FROM unnest($4::text[], $5::text[]) AS m(value, target_id)
         ON CONFLICT DO NOTHING`,
        [scope.client, scope.entity, scope.fields, entries.map((e) => e.value), entries.map((e) => e.targetId)],
      );
    },

    /** Forgets values that these target records no longer carry. */
    async dropMovedMatches(scope: MatchScope, entries: readonly MatchEntry[]): Promise<void> {
      if (entries.length === 0) return;
      await database.query(
        `DELETE FROM match_entry m WHERE m.target_id = ANY($4::text[]) AND m.client = $1 AND m.entity = $2 AND m.fields = $3
           AND (m.value, m.target_id) NOT IN (SELECT * FROM unnest($5::text[], $4::text[]))`,
        [scope.client, scope.entity, scope.fields, entries.map((e) => e.targetId), entries.map((e) => e.value)],
      );
    },

    /** Target ids by value; a value that several target records carry has several. */
    async matches(scope: MatchScope, values: readonly string[]): Promise<Map<string, string[]>> {
      const { rows } = await database.query<{ value: string; targetId: string }>(
        `SELECT v.value, m.target_id AS "targetId" FROM unnest($4::text[]) AS v(value)
         CROSS JOIN LATERAL (
           SELECT target_id FROM match_entry
           WHERE client = $1 AND entity = $2 AND fields = $3 AND value = v.value LIMIT 20) m`,
        [scope.client, scope.entity, scope.fields, values],
      );
      const found = new Map<string, string[]>();
      for (const { value, targetId } of rows) found.set(value, [...(found.get(value) ?? []), targetId]);
      return found;
    },
  };
}

async function targetsOfAll(
  database: Database,
  asked: readonly (readonly LinkPlace[])[],
): Promise<(string | undefined)[][]> {
  const places = asked.flat();
  const { rows } = await database.query<{ position: number; targetId: string }>(
    `SELECT k.position::int AS position, l.target_id AS "targetId"
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(outgoing, key, position)
     CROSS JOIN LATERAL (SELECT target_id FROM link WHERE outgoing = k.outgoing AND key = k.key LIMIT 1) l`,
    [places.map(({ outgoing }) => outgoing), places.map(({ key }) => key)],
  );
  const found = new Map(rows.map(({ position, targetId }) => [position - 1, targetId]));
  let next = 0;
  return asked.map((own) => own.map(() => found.get(next++)));
}

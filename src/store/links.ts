import type { Database } from './database.ts';
import { matchIndexRepository } from './match-index.ts';
import { ofBatches } from './of-batches.ts';

/** Whose link is asked for. */
export interface LinkPlace {
  /** The outgoing, and the system that it writes to: see `targetMemory`. */
  readonly outgoing: string;
  readonly key: string;
}

/** What we know of targets: links learnt from answers, and an index of target records by match fields. */
export function linkRepository(database: Database) {
  const readTargets = ofBatches((asked: readonly (readonly LinkPlace[])[]) => targetsOfAll(database, asked));
  return {
    ...matchIndexRepository(database),

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

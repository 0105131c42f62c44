import type { Database } from './database.ts';
import { ofBatches } from './of-batches.ts';

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

/** An index of target records by the values of match fields. */
export function matchIndexRepository(database: Database) {
  const readMatches = ofBatches((asked: readonly MatchQuestion[]) => matchesOfAll(database, asked));
  const writeMatches = ofBatches((found: readonly MatchesFound[]) => addAllMatches(database, found));
  return {
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

    /** Remembers target records. What several batches created at the same time is written together. */
    async addMatches(scope: MatchScope, entries: readonly MatchEntry[]): Promise<void> {
      if (entries.length > 0) await writeMatches({ scope, entries });
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

    /** Target ids by value; a value that several target records carry has several. Read together like links. */
    matches: (scope: MatchScope, values: readonly string[]): Promise<Map<string, string[]>> =>
      readMatches({ scope, values }),
  };
}

interface MatchQuestion {
  readonly scope: MatchScope;
  readonly values: readonly string[];
}

interface MatchesFound {
  readonly scope: MatchScope;
  readonly entries: readonly MatchEntry[];
}

async function matchesOfAll(database: Database, asked: readonly MatchQuestion[]): Promise<Map<string, string[]>[]> {
  const { rows } = await database.query<{ question: number; value: string; targetId: string }>(
    `SELECT v.question, v.value, m.target_id AS "targetId" FROM unnest($4::int[], $5::text[]) AS v(question, value)
     CROSS JOIN LATERAL (
       SELECT target_id FROM match_entry
       WHERE client = ($1::text[])[v.question] AND entity = ($2::text[])[v.question] AND fields = ($3::text[])[v.question]
         AND value = v.value LIMIT 20) m`,
    [
      ...scopeColumns(asked),
      asked.flatMap(({ values }, index) => values.map(() => index + 1)),
      asked.flatMap(({ values }) => values),
    ],
  );
  const found = asked.map(() => new Map<string, string[]>());
  for (const { question, value, targetId } of rows) {
    const matches = found[question - 1];
    const ids = matches?.get(value);
    if (ids) ids.push(targetId);
    else matches?.set(value, [targetId]);
  }
  return found;
}

async function addAllMatches(database: Database, found: readonly MatchesFound[]): Promise<undefined[]> {
  await database.query(
    `INSERT INTO match_entry (client, entity, fields, value, target_id)
     SELECT DISTINCT ($1::text[])[f.place], ($2::text[])[f.place], ($3::text[])[f.place], f.value, f.target_id
     FROM unnest($4::int[], $5::text[], $6::text[]) AS f(place, value, target_id) ORDER BY 4, 5, 1, 2, 3
     ON CONFLICT DO NOTHING`,
    [
      ...scopeColumns(found),
      found.flatMap(({ entries }, index) => entries.map(() => index + 1)),
      found.flatMap(({ entries }) => entries.map(({ value }) => value)),
      found.flatMap(({ entries }) => entries.map(({ targetId }) => targetId)),
    ],
  );
  return found.map(() => undefined);
}

/** Clients, entities and fields of scopes. */
function scopeColumns(parts: readonly { readonly scope: MatchScope }[]): string[][] {
  const scopes = parts.map(({ scope }) => scope);
  return [scopes.map(({ client }) => client), scopes.map(({ entity }) => entity), scopes.map(({ fields }) => fields)];
}
